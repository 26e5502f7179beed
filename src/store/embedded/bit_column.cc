#include "store/embedded/bit_column.h"

#include <algorithm>
#include <bit>

namespace tidings::embedded {
namespace {

/// The widest that one unaligned load of 8 bytes can serve at any bit offset.
constexpr unsigned kMaxPackedWidth = 57;

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
    width = 64;
  }
  ByteWriter writer(out);
  writer.Signed(least);
  writer.U8(static_cast<uint8_t>(width));
  if (width == 0) {
    return;
  }
  const size_t first = out.size();
  const size_t bytes = PackedBytes(values.size(), width);
  out.resize(first + bytes + kColumnPadding);
  size_t bit = 0;
  for (const int64_t value : values) {
    char* const at = out.data() + first + bit / 8;
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    word |= (static_cast<uint64_t>(value) - static_cast<uint64_t>(least)) << bit % 8;
    std::memcpy(at, &word, sizeof(word));
    bit += width;
  }
  out.resize(first + bytes);
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
