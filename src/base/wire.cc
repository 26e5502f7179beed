#include "base/wire.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace tidings::wire {
namespace {

constexpr int kMaxGroupDepth = 64;
/// Tags and sizes are 32 bits: five bytes hold them. What the fifth holds above is dropped, as
/// protobuf does.
constexpr ptrdiff_t kMaxTagBytes = 5;

uint64_t LoadLittleEndian(const char* at, size_t size) {
  static_assert(std::endian::native == std::endian::little);
  uint64_t value = 0;
  std::memcpy(&value, at, size);
  return value;
}

}  // namespace

bool Reader::Fail() {
  ok_ = false;
  at_ = end_;
  return false;
}

bool Reader::ReadVarint(uint64_t& value) {
  if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
    value = static_cast<unsigned char>(*at_++);
    return true;
  }
  uint64_t result = 0;
  for (int shift = 0; shift < 70 && at_ != end_; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at_++);
    // The tenth byte holds bit 63 only; what stands above it is dropped, as protobuf does.
    result |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) {
      value = result;
      return true;
    }
  }
  return false;
}

bool Reader::ReadTag(uint32_t& tag) {
  const char* const first = at_;
  uint64_t value = 0;
  if (!ReadVarint(value) || at_ - first > kMaxTagBytes) {
    return false;
  }
  tag = static_cast<uint32_t>(value);
  return tag >> 3 != 0;
}

bool Reader::ReadSize(uint64_t& size) {
  const char* const first = at_;
  return ReadVarint(size) && at_ - first <= kMaxTagBytes && size <= static_cast<size_t>(end_ - at_);
}

bool Reader::ReadField() {
  if (at_ == end_) {
    return false;
  }
  if (!ReadTag(tag_)) {
    return Fail();
  }
  const auto left = static_cast<size_t>(end_ - at_);
  switch (type()) {
    case Type::kVarint:
      return ReadVarint(integer_) || Fail();
    case Type::kFixed64:
    case Type::kFixed32: {
      const size_t size = type() == Type::kFixed64 ? 8 : 4;
      if (left < size) {
        return Fail();
      }
      integer_ = LoadLittleEndian(at_, size);
      at_ += size;
      return true;
    }
    case Type::kBytes: {
      uint64_t size = 0;
      if (!ReadSize(size)) {
        return Fail();
      }
      bytes_ = {at_, static_cast<size_t>(size)};
      at_ += size;
      return true;
    }
    case Type::kGroupStart:
      return SkipGroup(field()) || Fail();
    case Type::kGroupEnd:
      break;
  }
  return Fail();
}

bool Reader::SkipGroup(uint32_t field) {
  // Iterative: the depth is the client's to choose, the stack is not.
  uint32_t open[kMaxGroupDepth];
  int depth = 0;
  open[depth++] = field;
  Reader inner(std::string_view(at_, static_cast<size_t>(end_ - at_)));
  while (depth > 0) {
    uint32_t tag = 0;
    if (!inner.ReadTag(tag)) {
      return false;
    }
    const uint32_t inner_field = tag >> 3;
    const auto inner_type = static_cast<Type>(tag & 7);
    if (inner_type == Type::kGroupEnd) {
      if (open[--depth] != inner_field) {
        return false;
      }
    } else if (inner_type == Type::kGroupStart) {
      if (depth == kMaxGroupDepth) {
        return false;
      }
      open[depth++] = inner_field;
    } else if (!inner.SkipValue(inner_type)) {
      return false;
    }
  }
  at_ = inner.at_;
  return true;
}

bool Reader::SkipValue(Type type) {
  uint64_t size = 0;
  switch (type) {
    case Type::kVarint:
      return ReadVarint(size);
    case Type::kFixed64:
      size = 8;
      break;
    case Type::kFixed32:
      size = 4;
      break;
    case Type::kBytes:
      if (!ReadSize(size)) {
        return false;
      }
      break;
    default:
      return false;
  }
  if (size > static_cast<size_t>(end_ - at_)) {
    return false;
  }
  at_ += size;
  return true;
}

void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void Writer::Varint(uint32_t field, uint64_t value) {
  AppendVarint(out_, Tag(field, Type::kVarint));
  AppendVarint(out_, value);
}

void Writer::Bytes(uint32_t field, std::string_view value) {
  AppendVarint(out_, Tag(field, Type::kBytes));
  AppendVarint(out_, value.size());
  out_ += value;
}

void Writer::Fixed64(uint32_t field, uint64_t value) {
  AppendVarint(out_, Tag(field, Type::kFixed64));
  char bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  out_.append(bytes, sizeof(bytes));
}

void Writer::Double(uint32_t field, double value) {
  Fixed64(field, std::bit_cast<uint64_t>(value));
}

}  // namespace tidings::wire
