#include "store/cursor_token.h"

#include <cstring>
#include <optional>

#include "base/hash.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

/// A token is URL-safe base64 of: version (1 byte); sequence, now, created, position time, binding
/// (8 bytes each, big-endian); the position's id; a checksum (8 bytes) of all before.
constexpr char kVersion = 1;
constexpr size_t kNumberBytes = 8;
constexpr size_t kNumbers = 5;
constexpr size_t kHeaderBytes = 1 + kNumbers * kNumberBytes;
constexpr size_t kLeastBytes = kHeaderBytes + kNumberBytes;

void AppendNumber(std::string& out, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift & 0xff));
  }
}

/// The `index`th number behind the version byte.
uint64_t NumberAt(std::string_view bytes, size_t index) {
  uint64_t number = 0;
  for (const char byte : bytes.substr(1 + index * kNumberBytes, kNumberBytes)) {
    number = number << 8 | static_cast<uint8_t>(byte);
  }
  return number;
}

uint64_t LastNumber(std::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes.substr(bytes.size() - kNumberBytes)) {
    number = number << 8 | static_cast<uint8_t>(byte);
  }
  return number;
}

/// The token's bytes without the checksum, which holds.
absl::StatusOr<std::string> Unwrap(std::string_view token) {
  std::optional<std::string> bytes = Base64UrlDecode(token);
  if (!bytes || bytes->size() < kLeastBytes || (*bytes)[0] != kVersion) {
    return InvalidArgument(
        "cursor: `{}` is no cursor of this server; expected the `next_cursor` of an earlier page, "
        "unchanged",
        EscapeForDisplay(token, 64)
    );
  }
  const std::string_view content = std::string_view(*bytes).substr(0, bytes->size() - kNumberBytes);
  if (Xxh3Low(content) != LastNumber(*bytes)) {
    return InvalidArgument(
        "cursor: `{}` was changed or cut (its checksum does not hold); expected the `next_cursor` "
        "of an earlier page, unchanged",
        EscapeForDisplay(token, 64)
    );
  }
  bytes->resize(content.size());
  return *std::move(bytes);
}

}  // namespace

std::string EncodeCursor(const Cursor& cursor, uint64_t binding) {
  std::string bytes(1, kVersion);
  AppendNumber(bytes, cursor.sequence);
  AppendNumber(bytes, static_cast<uint64_t>(cursor.now_ms));
  AppendNumber(bytes, static_cast<uint64_t>(cursor.created_ms));
  AppendNumber(bytes, static_cast<uint64_t>(cursor.position_time));
  AppendNumber(bytes, binding);
  bytes.append(cursor.position_id);
  AppendNumber(bytes, Xxh3Low(bytes));
  return Base64UrlEncode(bytes);
}

absl::StatusOr<Cursor> DecodeCursor(std::string_view token, uint64_t binding) {
  const absl::StatusOr<std::string> bytes = Unwrap(token);
  if (!bytes.ok()) {
    return bytes.status();
  }
  if (NumberAt(*bytes, 4) != binding) {
    return InvalidArgument(
        "cursor: it belongs to another query; expected the same filters, from, to and order as on "
        "the first page"
    );
  }
  Cursor cursor;
  cursor.sequence = NumberAt(*bytes, 0);
  cursor.now_ms = static_cast<int64_t>(NumberAt(*bytes, 1));
  cursor.created_ms = static_cast<int64_t>(NumberAt(*bytes, 2));
  cursor.position_time = static_cast<int64_t>(NumberAt(*bytes, 3));
  cursor.position_id = bytes->substr(kHeaderBytes);
  return cursor;
}

absl::StatusOr<int64_t> CursorNow(std::string_view token) {
  const absl::StatusOr<std::string> bytes = Unwrap(token);
  if (!bytes.ok()) {
    return bytes.status();
  }
  return static_cast<int64_t>(NumberAt(*bytes, 1));
}

}  // namespace tidings
