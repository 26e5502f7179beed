#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What `GET /api/v1/status` tells that only the composed server knows.
namespace tidings::rest {

/// A protocol that can be received, or was, and its traffic.
struct ReceiverStatus {
  /// As in the metrics: `skywalking-grpc`, `rest`.
  std::string protocol;
  /// Where it listens; empty where it does not.
  std::string address;
  uint64_t reports = 0;               ///< since the start
  double reports_per_second_now = 0;  ///< over the last minute
  double reports_per_second_2h = 0;   ///< over two hours, or since the start
  /// Of equal pieces of the last two hours, oldest first.
  std::vector<uint64_t> series;
  std::chrono::milliseconds series_step{0};
  std::optional<int64_t> last_report_ms;

  struct Error {
    int64_t time_ms = 0;
    std::string message;
  };
  std::optional<Error> last_error;
};

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
  std::vector<ReceiverStatus> receivers;
  std::optional<uint64_t> free_disk_bytes;
  std::optional<std::chrono::microseconds> commit_p99;
  /// Names of events that change a service, whatever their case.
  std::vector<std::string> change_names;
  std::chrono::milliseconds retention{0};
  std::chrono::milliseconds open_retention{0};
  /// Of layers that have their own.
  std::map<std::string, std::chrono::milliseconds> layer_retention;
  /// 0: no limit.
  uint64_t max_bytes = 0;
};

}  // namespace tidings::rest
