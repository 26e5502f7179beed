#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

/// Clients that cost as little as possible, so that the server is what is measured. Blocking
/// sockets, payloads encoded before the clock starts, loopback only.
namespace tidings::bench {

/// One gRPC call on one connection: all of `messages` (each a serialized message) on one stream,
/// then a half-close; returns after the trailers. An error when the status is not OK.
absl::Status CallCollect(uint16_t port, const std::string& framed_messages);

/// `message` with gRPC's 5-byte prefix, appended.
void AppendFramed(std::string& out, std::string_view message);

/// Posts `bodies` one after the other over one keep-alive HTTP/1.1 connection; every answer must be
/// 200.
absl::Status PostAll(uint16_t port, std::string_view path, const std::vector<std::string>& bodies);

}  // namespace tidings::bench
