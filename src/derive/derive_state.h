#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "derive/flink_job.h"
#include "derive/id_sketch.h"

/// Where a derivation is, and the bytes that it is kept as: docs/formats/derive-state-v1.md.
namespace tidings::derive {

/// A derived event as it stands in the store.
struct Shown {
  int64_t start_ms = 0;
  /// ContentHash.
  uint64_t content = 0;

  friend bool operator==(const Shown&, const Shown&) = default;
};

/// Receipts of points whose meaning has not been shown yet.
struct Waiting {
  int64_t first_ms = 0;
  int64_t last_ms = 0;

  friend bool operator==(const Waiting&, const Waiting&) = default;
};

struct JobState {
  FlinkJob job;
  /// Derived events that may still change, by id.
  std::map<std::string, Shown> shown;
  /// Ids of sealed points, but for those that mean nothing, and of sealed derived events.
  IdSketch sealed_ids;
  std::optional<Waiting> waiting;
  /// A point came too late for what is sealed: all is to be made anew from the store.
  bool is_stale = false;
  /// What the feed tells up to here is in already.
  uint64_t complete_to = 0;
  /// Receipt of the latest point.
  int64_t received_ms = 0;

  friend bool operator==(const JobState&, const JobState&) = default;
};

struct DeriveState {
  /// The feed was read up to this sequence.
  uint64_t position = 0;
  /// By job id.
  std::map<std::string, JobState> jobs;

  friend bool operator==(const DeriveState&, const DeriveState&) = default;
};

std::string EncodeState(const DeriveState& state);
/// kDataLoss when the bytes are not what EncodeState made.
absl::StatusOr<DeriveState> DecodeState(std::string_view bytes);

/// kNotFound when there is no such file, kUnavailable when it cannot be read, kDataLoss when it is
/// damaged.
absl::StatusOr<DeriveState> ReadStateFile(const std::string& path);
/// The file is then there whole, or as it was; its folder is made if it is missing.
absl::Status WriteStateFile(const std::string& path, const DeriveState& state);

}  // namespace tidings::derive
