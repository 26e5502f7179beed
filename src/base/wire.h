#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The protobuf wire format (protobuf.dev, "Encoding"), read without objects and without copies.
namespace tidings::wire {

enum class Type : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kGroupStart = 3,
  kGroupEnd = 4,
  kFixed32 = 5
};

/// Walks the fields of one message in place.
///
/// Bounded: never reads outside the bytes it was given, and ends at the first malformed byte with
/// ok() false. A field that the caller does not know needs no skipping: Next has read past it,
/// groups included (a group comes out as its start tag, without a value).
///
///   wire::Reader reader(bytes);
///   while (reader.Next()) {
///     switch (reader.tag()) {
///       case wire::Tag(1, wire::Type::kBytes): name = reader.bytes(); break;
///     }
///   }
///   if (!reader.ok()) return malformed;
class Reader {
 public:
  explicit Reader(std::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  /// Reads one field, tag and value. False at the end of the message and when it is malformed.
  bool Next() { return ReadShortBytes() || ReadField(); }

  uint32_t tag() const { return tag_; }
  uint32_t field() const { return tag_ >> 3; }
  Type type() const { return static_cast<Type>(tag_ & 7); }

  /// The value of a varint, fixed64 or fixed32 field.
  uint64_t integer() const { return integer_; }
  /// The value of a length-delimited field: a view into the message.
  std::string_view bytes() const { return bytes_; }

  bool ok() const { return ok_; }

 private:
  /// What most fields of most messages are: a tag of one byte and less than 128 bytes of text. In
  /// the header, since a call for each would cost as much as the reading. False when the next field
  /// is anything else; nothing is then read.
  bool ReadShortBytes() {
    const auto left = static_cast<size_t>(end_ - at_);
    if (left < 2) {
      return false;
    }
    const auto tag = static_cast<unsigned char>(at_[0]);
    const auto size = static_cast<unsigned char>(at_[1]);
    const bool is_bytes = (tag & 0x87U) == static_cast<unsigned>(Type::kBytes) && tag >= 8;
    if (!is_bytes || size >= 0x80 || size > left - 2) {
      return false;
    }
    tag_ = tag;
    bytes_ = {at_ + 2, size};
    at_ += 2 + size;
    return true;
  }

  bool ReadField();
  bool Fail();
  bool ReadVarint(uint64_t& value);
  bool ReadTag(uint32_t& tag);
  bool ReadSize(uint64_t& size);
  bool SkipGroup(uint32_t field);
  bool SkipValue(Type type);

  const char* at_;
  const char* end_;
  uint32_t tag_ = 0;
  uint64_t integer_ = 0;
  std::string_view bytes_;
  bool ok_ = true;
};

constexpr uint32_t Tag(uint32_t field, Type type) {
  return field << 3 | static_cast<uint32_t>(type);
}

/// Appends fields to a string.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Varint(uint32_t field, uint64_t value);
  void Bytes(uint32_t field, std::string_view value);
  void Fixed64(uint32_t field, uint64_t value);
  void Double(uint32_t field, double value);

 private:
  std::string& out_;
};

/// Appends `value` as a base-128 varint.
void AppendVarint(std::string& out, uint64_t value);

}  // namespace tidings::wire
