#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/dataset.h"
#include "load/shape.h"

namespace tidings::load {

/// What one request carries, encoded before the clock starts.
struct Payload {
  std::string bytes;
  /// Where in `bytes` the id of each report stands.
  std::vector<uint32_t> ids;
  /// Behind each framed message; gRPC only.
  std::vector<uint32_t> message_ends;
  uint32_t reports = 0;
  /// Reports that are the first of their event.
  uint32_t events = 0;
};

/// The first `events` events of the data set in requests of `shape`. An end that is told alone
/// comes some hundred events after its start.
std::vector<Payload> EncodePayloads(const Shape& shape, const Dataset& dataset, uint64_t events);

/// The bytes of a payload when the data set is sent for the `lap`th time (0: as they are): every
/// event has another id in each of the first 65,536 laps.
std::string BytesOfLap(const Payload& payload, uint64_t lap);

}  // namespace tidings::load
