#include "store/embedded/bytes.h"

#include <bit>
#include <cstring>

#include "base/hash.h"
#include "base/status.h"
#include "base/wire.h"

namespace tidings::embedded {

static_assert(std::endian::native == std::endian::little, "stored integers are little-endian");

void ByteWriter::Fixed64(uint64_t value) {
  out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void ByteWriter::Varint(uint64_t value) {
  wire::AppendVarint(out_, value);
}

void ByteWriter::Signed(int64_t value) {
  Varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
}

void ByteWriter::Text(std::string_view text) {
  Varint(text.size());
  out_.append(text);
}

uint8_t ByteReader::U8() {
  const std::string_view byte = Raw(1);
  return byte.empty() ? 0 : static_cast<uint8_t>(byte.front());
}

uint64_t ByteReader::Fixed64() {
  uint64_t value = 0;
  const std::string_view bytes = Raw(sizeof(value));
  // Empty when there are too few: memcpy takes no null, not even for nothing.
  if (!bytes.empty()) {
    std::memcpy(&value, bytes.data(), bytes.size());
  }
  return value;
}

uint64_t ByteReader::Varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == end_) {
      break;
    }
    const auto byte = static_cast<uint8_t>(*at_++);
    value |= uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) {
      return value;
    }
  }
  ok_ = false;
  at_ = end_;
  return 0;
}

int64_t ByteReader::Signed() {
  const uint64_t value = Varint();
  return static_cast<int64_t>(value >> 1 ^ (0 - (value & 1)));
}

std::string_view ByteReader::Text() {
  return Raw(Varint());
}

std::string_view ByteReader::Raw(uint64_t size) {
  if (size > left()) {
    ok_ = false;
    at_ = end_;
    return {};
  }
  const std::string_view bytes(at_, size);
  at_ += size;
  return bytes;
}

std::string_view ByteReader::Rest() {
  return Raw(left());
}

std::string BeginSealed() {
  return std::string(kSealBytes, '\0');
}

void Seal(std::string& value, ValueKind kind, uint64_t place) {
  value[kSealBytes - 1] = static_cast<char>(kind);
  const std::string_view sealed = std::string_view(value).substr(kSealBytes - 1);
  const uint64_t checksum = Xxh3Low(sealed, place);
  std::memcpy(value.data(), &checksum, sizeof(checksum));
}

bool IsSealedAs(std::string_view value, ValueKind kind) {
  return value.size() >= kSealBytes &&
         static_cast<uint8_t>(value[kSealBytes - 1]) == static_cast<uint8_t>(kind);
}

absl::StatusOr<std::string_view> Unseal(std::string_view value, ValueKind kind, uint64_t place) {
  if (value.size() < kSealBytes) {
    return DataLoss("the value has {} bytes, fewer than its seal", value.size());
  }
  uint64_t checksum = 0;
  std::memcpy(&checksum, value.data(), sizeof(checksum));
  if (Xxh3Low(value.substr(kSealBytes - 1), place) != checksum) {
    return DataLoss("the checksum of its {} bytes does not fit", value.size());
  }
  if (static_cast<uint8_t>(value[kSealBytes - 1]) != static_cast<uint8_t>(kind)) {
    return DataLoss(
        "the value is of kind {}, expected {}",
        static_cast<uint8_t>(value[kSealBytes - 1]),
        static_cast<uint8_t>(kind)
    );
  }
  return value.substr(kSealBytes);
}

}  // namespace tidings::embedded
