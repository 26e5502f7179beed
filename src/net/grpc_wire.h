#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "net/http.h"

/// The small texts of gRPC's headers and trailers (grpc/grpc doc/PROTOCOL-HTTP2.md).
namespace tidings::net {

/// Bytes before each message: a flag for compressed, and the length, big endian.
constexpr size_t kGrpcPrefixBytes = 5;

/// `application/grpc`, alone or with `+proto` or parameters. Others (`+json`, `-web`) are not gRPC
/// as this server speaks it.
bool IsGrpcContentType(std::string_view content_type);

/// `grpc-timeout`: at most 8 digits and a unit of `H M S m u n`. kInvalidArgument otherwise.
absl::StatusOr<std::chrono::nanoseconds> ParseGrpcTimeout(std::string_view text);

/// `grpc-message`: bytes outside of 0x20..0x7e, and `%`, as %XX. Cut to a length that every
/// client's header limit takes.
std::string EncodeGrpcMessage(std::string_view text);

/// The status as a google.rpc.Status. Its payloads, by their type URLs, are the details.
std::string EncodeRpcStatus(const absl::Status& status);

/// `grpc-status-details-bin`: EncodeRpcStatus in base64, for a status with payloads; else empty.
std::string EncodeGrpcStatusDetails(const absl::Status& status);

/// The status with a google.rpc.RetryInfo: the client may send the same again after this long.
absl::Status WithRetryDelay(absl::Status status, std::chrono::seconds delay);

/// Puts the prefix before a message that is not compressed.
std::string FrameGrpcMessage(std::string_view message);

}  // namespace tidings::net
