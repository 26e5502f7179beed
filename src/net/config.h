#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidings::net {

/// `ADDRESS:PORT`, `[IPv6]:PORT`, or `off`. Port 0 takes a free one. Two listeners with the same
/// address share one socket.
struct ListenerConfig {
  std::string address;
};

/// Configuration section `tls`: on, for all listeners, when there is a certificate.
struct TlsConfig {
  std::string certificate;
  std::string key;
  /// Not empty: clients must show a certificate that one of these has signed.
  std::string client_ca;
  /// Not empty: and it must bear one of these names.
  std::vector<std::string> allowed_names;
};

/// Configuration section `auth`: on when there is a file.
struct AuthConfig {
  std::string tokens_file;
  /// `on` or `off`: whether a listener asks for tokens. swctl sends none over gRPC.
  std::string http = "on";
  std::string grpc = "on";
};

/// How fast reports may come; part of the configuration section `limits`. 0: any rate.
struct Rate {
  uint32_t events_per_second = 0;
  size_t bytes_per_second = 0;

  bool is_limited() const { return events_per_second != 0 || bytes_per_second != 0; }
};
struct RateConfig {
  Rate per_token;
  Rate per_address;
};

/// What one client may cost; configuration section `limits`. Over a limit the client is told in its
/// protocol's words, and the refusal is counted.
struct FrontLimits {
  uint32_t connections = 20'000;
  uint32_t connections_per_address = 10'000;
  size_t header_bytes = size_t{16} << 10;
  uint32_t streams_per_connection = 100;
  size_t inflight_bytes = size_t{64} << 20;
  size_t inflight_bytes_per_connection = size_t{8} << 20;
  /// Of answers that their clients do not read; beyond, queries are told to come back.
  size_t unread_answer_bytes = size_t{128} << 20;
  /// For a header, or a message or body that has begun and does not get on.
  std::chrono::milliseconds incomplete_timeout = std::chrono::seconds(10);
  /// After that, a body must go on arriving at least this fast.
  size_t min_body_bytes_per_second = 1024;
  /// A connection without a call is closed after this long (HTTP/1.1 keep-alive).
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(5);
  /// Idle HTTP/2 connections with open streams are probed by PING this often.
  std::chrono::milliseconds ping_interval = std::chrono::minutes(2);
  /// Per connection in 10 s.
  uint32_t resets_per_10s = 1'000;
  uint32_t pings_per_10s = 100;
  uint32_t settings_per_10s = 100;
  uint32_t empty_frames_per_10s = 1'000;
};

}  // namespace tidings::net
