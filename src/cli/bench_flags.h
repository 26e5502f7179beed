#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <absl/status/statusor.h>

#include "cli/client_config.h"
#include "load/shape.h"

namespace tidings::cli {

/// What the command line of `bench` says.
struct BenchFlags {
  ConnectionFlags connection;
  std::string protocol = "grpc";
  /// Empty: the server tells it.
  std::string grpc_address;
  size_t connections = 1;
  size_t in_flight = 1;
  size_t batch = 100;
  double end_share = 0;
  std::optional<uint64_t> events;
  std::string duration;
  double rate = 0;
  size_t idle = 0;
  std::optional<uint64_t> seed;
  bool without_floor = false;
  std::string form = "text";
};

void AddBenchFlags(CLI::App& command, BenchFlags& flags);

/// Errors: kInvalidArgument - flags that do not go together; names them.
absl::StatusOr<load::Shape> ShapeOf(const BenchFlags& flags);

}  // namespace tidings::cli
