#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::load {

/// How reports travel.
enum class Protocol {
  /// SkyWalking's collect call, each message in a DATA frame and a write of its own.
  kGrpc,
  /// The same call, with as many messages in a write as the windows allow.
  kGrpcBatched,
  /// SkyWalking's JSON arrays over HTTP/1.1.
  kHttp,
  /// The same arrays over HTTP/2.
  kHttp2,
  /// One report a line over HTTP/1.1.
  kNdjson,
  /// OTLP's log records: one protobuf request per call, per HTTP/1.1 request, and in OTLP's JSON.
  kOtlpGrpc,
  kOtlpHttp,
  kOtlpJson,
};

/// Requests that hold all their reports in one message.
constexpr bool IsOtlp(Protocol protocol) {
  return protocol == Protocol::kOtlpGrpc || protocol == Protocol::kOtlpHttp ||
         protocol == Protocol::kOtlpJson;
}

constexpr bool IsGrpc(Protocol protocol) {
  return protocol == Protocol::kGrpc || protocol == Protocol::kGrpcBatched ||
         protocol == Protocol::kOtlpGrpc;
}

/// HTTP/1.1 has one request under way on a connection.
constexpr bool HasStreams(Protocol protocol) {
  return IsGrpc(protocol) || protocol == Protocol::kHttp2;
}

/// What load is put on a server.
struct Shape {
  Protocol protocol = Protocol::kGrpc;
  size_t connections = 1;
  /// Requests under way on each connection.
  size_t in_flight = 1;
  /// Reports of one request: of one collect call, one array, one upload of lines.
  size_t batch = 100;
  /// The share of events whose end is told by a report of its own, later.
  double end_share = 0;
  /// When to stop; 0: not for that reason.
  uint64_t events = 100'000;
  std::chrono::milliseconds duration{0};
  /// Reports per second, sent when they are due and not when an answer came. 0: a closed loop.
  double rate = 0;
};

/// Where a load goes.
struct Target {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  /// Empty: none.
  std::string token;
};

}  // namespace tidings::load
