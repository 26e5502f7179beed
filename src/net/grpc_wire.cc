#include "net/grpc_wire.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "base/wire.h"

namespace tidings::net {
namespace {

std::optional<std::chrono::nanoseconds> UnitOf(char unit) {
  switch (unit) {
    case 'H':
      return std::chrono::hours(1);
    case 'M':
      return std::chrono::minutes(1);
    case 'S':
      return std::chrono::seconds(1);
    case 'm':
      return std::chrono::milliseconds(1);
    case 'u':
      return std::chrono::microseconds(1);
    case 'n':
      return std::chrono::nanoseconds(1);
    default:
      return std::nullopt;
  }
}

}  // namespace

bool IsGrpcContentType(std::string_view content_type) {
  constexpr std::string_view kType = "application/grpc";
  const std::string lower = ToLowerAscii(content_type);
  std::string_view rest = lower;
  if (!rest.starts_with(kType)) {
    return false;
  }
  rest.remove_prefix(kType.size());
  constexpr std::string_view kProto = "+proto";
  if (rest.starts_with(kProto)) {
    rest.remove_prefix(kProto.size());
  }
  return rest.empty() || rest.front() == ';' || rest.front() == ' ';
}

absl::StatusOr<std::chrono::nanoseconds> ParseGrpcTimeout(std::string_view text) {
  constexpr size_t kMaxDigits = 8;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const size_t digits = std::find_if_not(text.begin(), text.end(), is_digit) - text.begin();
  const auto unit = digits + 1 == text.size() ? UnitOf(text.back()) : std::nullopt;
  if (digits == 0 || digits > kMaxDigits || !unit) {
    return InvalidArgument(
        "grpc-timeout '{}': 1 to 8 digits and a unit of H, M, S, m, u, n are expected",
        EscapeForDisplay(text, 32)
    );
  }
  int64_t count = 0;
  for (const char c : text.substr(0, digits)) {
    count = count * 10 + (c - '0');
  }
  // 99,999,999 hours do not fit into 64 bits of nanoseconds; a year is as good as for ever.
  constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(24 * 365);
  if (count > kLongest / *unit) {
    return kLongest;
  }
  return *unit * count;
}

std::string EncodeGrpcMessage(std::string_view text) {
  // Clients refuse header lists above 8 KiB by default.
  constexpr size_t kMaxBytes = 4096;
  std::string encoded;
  encoded.reserve(std::min(text.size(), kMaxBytes));
  for (const char c : text) {
    if (encoded.size() >= kMaxBytes) {
      encoded += "...";
      break;
    }
    if (c >= 0x20 && c <= 0x7e && c != '%') {
      encoded.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string EncodeRpcStatus(const absl::Status& status) {
  std::string out;
  wire::Writer writer(out);
  writer.Varint(1, static_cast<uint64_t>(status.code()));
  writer.Bytes(2, MessageOf(status));
  status.ForEachPayload([&writer](absl::string_view type_url, const absl::Cord& payload) {
    std::string any;
    wire::Writer any_writer(any);
    any_writer.Bytes(1, {type_url.data(), type_url.size()});
    any_writer.Bytes(2, std::string(payload));
    writer.Bytes(3, any);
  });
  return out;
}

std::string EncodeGrpcStatusDetails(const absl::Status& status) {
  bool has_details = false;
  status.ForEachPayload([&has_details](absl::string_view, const absl::Cord&) { has_details = true; }
  );
  if (!has_details) {
    return {};
  }
  std::string base64 = Base64Encode(EncodeRpcStatus(status));
  base64.erase(base64.find_last_not_of('=') + 1);  // Unpadded, as gRPC's specification wants it.
  return base64;
}

absl::Status WithRetryDelay(absl::Status status, std::chrono::seconds delay) {
  std::string duration;
  wire::Writer(duration).Varint(1, static_cast<uint64_t>(delay.count()));
  std::string retry_info;
  wire::Writer(retry_info).Bytes(1, duration);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo", absl::Cord(retry_info));
  return status;
}

std::string FrameGrpcMessage(std::string_view message) {
  const auto length = static_cast<uint32_t>(message.size());
  std::string framed;
  framed.reserve(kGrpcPrefixBytes + message.size());
  framed.push_back('\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    framed.push_back(static_cast<char>((length >> shift) & 0xff));
  }
  framed += message;
  return framed;
}

}  // namespace tidings::net
