#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

/// Bytes of stored values: numbers, texts, and the checksum around each value.
namespace tidings::embedded {

/// Appends to a string. Integers are little-endian; varints are base 128, as protobuf's.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void U8(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void Fixed64(uint64_t value);
  void Varint(uint64_t value);
  /// Signed, zigzag.
  void Signed(int64_t value);
  /// Length as a varint, then the bytes.
  void Text(std::string_view text);
  void Raw(std::string_view bytes) { out_.append(bytes); }

 private:
  std::string& out_;
};

/// Reads what ByteWriter wrote. Bounded: past the end, or on a malformed varint, everything reads
/// as zero or empty and ok() is false from then on.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  uint8_t U8();
  uint64_t Fixed64();
  uint64_t Varint();
  int64_t Signed();
  std::string_view Text();
  std::string_view Raw(uint64_t size);
  std::string_view Rest();

  bool ok() const { return ok_; }
  bool AtEnd() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

/// What a stored value is; stands in the value itself, so that none is taken for another.
enum class ValueKind : uint8_t {
  kBlockInfoV1 = 1,
  kHot = 2,
  kPage = 3,
  kKills = 4,
  kCounters = 5,
  kCursor = 6,
  kRunInfo = 7,
  kRunPage = 8,
  kRunIndex = 9,
  kHashSeed = 10,
  kSummary = 11,
  kWords = 12,
  kBlockInfo = 13
};

/// Bytes before a sealed value's payload: checksum and kind.
inline constexpr size_t kSealBytes = 9;

/// A value that will be sealed: room for the seal, to append the payload to.
std::string BeginSealed();
/// Fills in the seal: XXH3 (64 bits, seeded with `place`) of kind and payload. `place` tells the
/// value's key, so that a value under another's key is found out.
void Seal(std::string& value, ValueKind kind, uint64_t place);
/// Whether the value says that it is of that kind; its checksum is not looked at.
bool IsSealedAs(std::string_view value, ValueKind kind);
/// The payload; kDataLoss, saying what is wrong, when the value is not what was sealed there.
absl::StatusOr<std::string_view> Unseal(std::string_view value, ValueKind kind, uint64_t place);

}  // namespace tidings::embedded
