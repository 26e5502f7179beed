#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace tidings::load {

/// The first message in some bytes of HTTP/1.1.
struct Http1Message {
  std::string_view start_line;
  std::string_view body;
  /// Of the whole message.
  size_t bytes = 0;
};

/// What a head says before its body has arrived.
struct Http1Head {
  std::string_view start_line;
  size_t head_bytes = 0;
  size_t body_bytes = 0;
};

/// Nothing when the head is not there whole. Only messages with Content-Length are understood, as
/// this server's and this client's are.
/// Errors: kInternal - a head without a length, or one that is no number.
absl::StatusOr<std::optional<Http1Head>> ReadHttp1Head(std::string_view bytes);

/// Nothing when the message is not there whole. Errors: as ReadHttp1Head.
absl::StatusOr<std::optional<Http1Message>> ReadHttp1Message(std::string_view bytes);

}  // namespace tidings::load
