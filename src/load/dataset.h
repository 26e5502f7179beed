#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tidings::load {

/// One event of the benchmarks' data set.
struct DatasetEvent {
  std::string uuid;
  std::string service;
  std::string instance;
  std::string name;
  bool is_error = false;
  std::string message;
  /// `rev`, `ms`, `node`: three of the message's values again. Those without a key are not told.
  std::array<std::pair<std::string, std::string>, 3> parameters;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
};

/// The data set that figures are compared on: 50 services of 10 instances, 40 names, one Error in
/// ten, layer K8S, random ids, starts spread evenly over one day in order, ends 0 to 60 s later, a
/// message of one of four templates with five varying values; one event in 50,000 carries the word
/// `quokkaflare`. Deterministic in (index, seed).
struct Dataset {
  uint64_t size = 1'000'000;
  uint64_t seed = 1;
  /// 2026-11-22T00:00:00Z
  int64_t day_ms = 1'795'305'600'000;

  DatasetEvent At(uint64_t index) const;
};

/// The event as a serialized `skywalking.v3.Event`, and as SkyWalking's JSON.
std::string ToProtobuf(const DatasetEvent& event);
std::string ToJson(const DatasetEvent& event);

}  // namespace tidings::load
