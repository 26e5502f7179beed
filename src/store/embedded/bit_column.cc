#include "store/embedded/bit_column.h"

#include <algorithm>
#include <bit>

namespace tidings::embedded {
namespace {

/// The widest that one unaligned load of 8 bytes can serve at any bit offset.
constexpr unsigned kMaxPackedWidth = 57;

constexpr unsigned kWordBits = 64;

size_t PackedBytes(size_t rows, unsigned width) {
  return (rows * width + 7) / 8;
}

}  // namespace

void AppendBitColumn(std::string& out, std::span<const int64_t> values) {
  int64_t least = values.empty() ? 0 : values.front();
  int64_t most = least;
  for (const int64_t value : values) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const uint64_t range = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
  auto width = static_cast<unsigned>(std::bit_width(range));
  if (width > kMaxPackedWidth) {
    width = kWordBits;
  }
  ByteWriter writer(out);
  writer.Signed(least);
  writer.U8(static_cast<uint8_t>(width));
  if (width == 0) {
    return;
  }
  const size_t first = out.size();
  out.resize(first + PackedBytes(values.size(), width));
  char* at = out.data() + first;
  // Bits that do not fill a word yet.
  uint64_t word = 0;
  unsigned filled = 0;
  for (const int64_t value : values) {
    const uint64_t difference = static_cast<uint64_t>(value) - static_cast<uint64_t>(least);
    word |= difference << filled;
    filled += width;
    if (filled >= kWordBits) {
      std::memcpy(at, &word, sizeof(word));
      at += sizeof(word);
      filled -= kWordBits;
      word = filled == 0 ? 0 : difference >> (width - filled);
    }
  }
  std::memcpy(at, &word, (filled + 7) / 8);
}

bool BitColumn::Read(ByteReader& reader, size_t rows) {
  least_ = reader.Signed();
  width_ = reader.U8();
  if (width_ > kMaxPackedWidth && width_ != 64) {
    return false;
  }
  mask_ = width_ == 64 ? ~uint64_t{0} : (uint64_t{1} << width_) - 1;
  packed_ = reader.Raw(PackedBytes(rows, width_)).data();
  return reader.ok() && (width_ == 0 || reader.left() >= kColumnPadding);
}

}  // namespace tidings::embedded
