#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "store/embedded/bytes.h"

namespace tidings::embedded {

/// Bytes that must follow the last column of a value: BitColumn reads whole words.
inline constexpr size_t kColumnPadding = 8;

/// Appends a column of integers: the least as a signed varint, the bits of a difference to it, then
/// the differences, bit-packed from the least significant bit on. No bits at all where all values
/// are equal.
void AppendBitColumn(std::string& out, std::span<const int64_t> values);

/// A bit-packed column, read in place: any value costs one unaligned load.
///
/// Lifetime: views the bytes that it was read from, which kColumnPadding bytes must follow.
class BitColumn {
 public:
  /// False when the column is malformed.
  bool Read(ByteReader& reader, size_t rows);

  int64_t operator[](size_t row) const {
    if (width_ == 0) {
      return least_;
    }
    const size_t bit = row * width_;
    uint64_t word = 0;
    std::memcpy(&word, packed_ + bit / 8, sizeof(word));
    return static_cast<int64_t>(static_cast<uint64_t>(least_) + (word >> bit % 8 & mask_));
  }

  int64_t least() const { return least_; }
  /// No value is greater.
  int64_t bound() const {
    return static_cast<int64_t>(static_cast<uint64_t>(least_) + (width_ == 0 ? 0 : mask_));
  }

 private:
  const char* packed_ = nullptr;
  int64_t least_ = 0;
  uint64_t mask_ = 0;
  unsigned width_ = 0;
};

}  // namespace tidings::embedded
