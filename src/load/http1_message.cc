#include "load/http1_message.h"

#include <algorithm>

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>

#include "base/status.h"

namespace tidings::load {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kLengthName = "content-length:";
constexpr size_t kLongestHead = size_t{64} << 10;

absl::StatusOr<size_t> ReadLength(std::string_view head) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    uint64_t length = 0;
    if (!absl::StartsWithIgnoreCase(
            {line.data(), line.size()}, {kLengthName.data(), kLengthName.size()}
        )) {
      continue;
    }
    const std::string_view value = line.substr(kLengthName.size());
    if (!absl::SimpleAtoi(absl::string_view(value.data(), value.size()), &length)) {
      return Internal("Content-Length is '{}', expected a number", value);
    }
    return length;
  }
  return Internal("a head without Content-Length");
}

}  // namespace

absl::StatusOr<std::optional<Http1Head>> ReadHttp1Head(std::string_view bytes) {
  const size_t end = bytes.find(kEndOfHead);
  if (end == std::string_view::npos) {
    if (bytes.size() > kLongestHead) {
      return Internal("no end of the head within {} bytes: this is not HTTP/1.1", kLongestHead);
    }
    return std::nullopt;
  }
  const std::string_view head = bytes.substr(0, end + 2);
  const absl::StatusOr<size_t> length = ReadLength(head);
  if (!length.ok()) {
    return length.status();
  }
  return Http1Head{
      .start_line = head.substr(0, head.find("\r\n")),
      .head_bytes = end + kEndOfHead.size(),
      .body_bytes = *length};
}

absl::StatusOr<std::optional<Http1Message>> ReadHttp1Message(std::string_view bytes) {
  const auto read = ReadHttp1Head(bytes);
  if (!read.ok()) {
    return read.status();
  }
  const std::optional<Http1Head>& head = *read;
  if (!head || bytes.size() < head->head_bytes + head->body_bytes) {
    return std::nullopt;
  }
  return Http1Message{
      .start_line = head->start_line,
      .body = bytes.substr(head->head_bytes, head->body_bytes),
      .bytes = head->head_bytes + head->body_bytes};
}

}  // namespace tidings::load
