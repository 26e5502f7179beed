#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/traffic.h"

/// What `GET /api/v1/status` tells that only the composed server knows.
namespace tidings::rest {

struct ServerStatus {
  std::string version;
  int64_t started_ms = 0;
  /// Absolute; empty for a store without one.
  std::string data_directory;
  /// `embedded`, `memory`.
  std::string store_engine;

  struct Listener {
    std::string key;      ///< `http.address`
    std::string address;  ///< `127.0.0.1:12800`
  };
  std::vector<Listener> listeners;
  /// Pipeline::ReadTraffic.
  std::vector<Traffic::OfProtocol> receivers;
  std::optional<uint64_t> free_disk_bytes;
  std::optional<uint64_t> store_bytes_per_day;
  /// Pipeline::CommitP99.
  std::optional<double> commit_p99_seconds;
  std::chrono::milliseconds retention{0};
  std::chrono::milliseconds open_retention{0};
};

}  // namespace tidings::rest
