#include "codec/otlp/value_protobuf.h"

#include <bit>
#include <string>

#include "base/json_writer.h"
#include "base/text.h"
#include "base/wire.h"
#include "codec/otlp/log_record.h"

namespace tidings::otlp {
namespace {

using wire::Tag;
using wire::Type;

// Numbers of proto/opentelemetry/proto/common/v1/common.proto.
constexpr uint32_t kString = Tag(1, Type::kBytes);
constexpr uint32_t kBool = Tag(2, Type::kVarint);
constexpr uint32_t kInt = Tag(3, Type::kVarint);
constexpr uint32_t kDouble = Tag(4, Type::kFixed64);
constexpr uint32_t kArray = Tag(5, Type::kBytes);
constexpr uint32_t kMap = Tag(6, Type::kBytes);
constexpr uint32_t kBytes = Tag(7, Type::kBytes);
/// Of `ArrayValue` and of `KeyValueList`.
constexpr uint32_t kValues = Tag(1, Type::kBytes);
constexpr uint32_t kKey = Tag(1, Type::kBytes);
constexpr uint32_t kValue = Tag(2, Type::kBytes);

/// The member of the oneof that counts: the last one. A tag of 0: none is set.
struct Member {
  uint32_t tag = 0;
  uint64_t integer = 0;
  std::string_view bytes;
};

bool ReadMember(std::string_view any_value, Member& member) {
  wire::Reader reader(any_value);
  while (reader.Next()) {
    switch (reader.tag()) {
      case kString:
      case kArray:
      case kMap:
      case kBytes:
        member = {.tag = reader.tag(), .integer = 0, .bytes = reader.bytes()};
        break;
      case kBool:
      case kInt:
      case kDouble:
        member = {.tag = reader.tag(), .integer = reader.integer(), .bytes = {}};
        break;
      default:
        break;
    }
  }
  return reader.ok();
}

struct Entry {
  std::string_view key;
  /// An `AnyValue`; empty bytes are one without a value.
  std::string_view value;
};

bool ReadEntry(std::string_view key_value, Entry& entry) {
  wire::Reader reader(key_value);
  while (reader.Next()) {
    if (reader.tag() == kKey) {
      entry.key = reader.bytes();
    } else if (reader.tag() == kValue) {
      entry.value = reader.bytes();
    }
  }
  return reader.ok();
}

/// Writes an `AnyValue` as JSON. What is wrong with it ends the writing: the text is then of no
/// use.
class JsonOfValue {
 public:
  explicit JsonOfValue(std::string& out) : out_(out), json_(out) {}

  ValueFault Write(std::string_view any_value, int depth) {
    Member member;
    if (depth > kMaxValueDepth) {
      return ValueFault::kTooDeep;
    }
    if (!ReadMember(any_value, member)) {
      return ValueFault::kMalformed;
    }
    switch (member.tag) {
      case kArray:
        return WriteArray(member.bytes, depth);
      case kMap:
        return WriteMap(member.bytes, depth);
      default:
        break;
    }
    if (member.bytes.size() > kMaxValueJsonBytes || out_.size() > kMaxValueJsonBytes) {
      return ValueFault::kTooLong;
    }
    WriteScalar(member);
    return ValueFault::kNone;
  }

 private:
  void WriteScalar(const Member& member) {
    switch (member.tag) {
      case kString:
        json_.String(member.bytes);
        break;
      case kBool:
        json_.Bool(member.integer != 0);
        break;
      case kInt:
        json_.Int(static_cast<int64_t>(member.integer));
        break;
      case kDouble:
        json_.Double(std::bit_cast<double>(member.integer));
        break;
      case kBytes:
        json_.String(Base64Encode(member.bytes));
        break;
      default:
        json_.Null();
        break;
    }
  }

  ValueFault WriteArray(std::string_view array, int depth) {
    json_.BeginArray();
    wire::Reader reader(array);
    while (reader.Next()) {
      if (reader.tag() != kValues) {
        continue;
      }
      const ValueFault fault = Write(reader.bytes(), depth + 1);
      if (fault != ValueFault::kNone) {
        return fault;
      }
    }
    json_.EndArray();
    return reader.ok() ? ValueFault::kNone : ValueFault::kMalformed;
  }

  ValueFault WriteMap(std::string_view map, int depth) {
    json_.BeginObject();
    wire::Reader reader(map);
    while (reader.Next()) {
      Entry entry;
      if (reader.tag() != kValues) {
        continue;
      }
      if (!ReadEntry(reader.bytes(), entry)) {
        return ValueFault::kMalformed;
      }
      if (entry.key.size() > kMaxValueJsonBytes) {
        return ValueFault::kTooLong;
      }
      json_.Key(entry.key);
      const ValueFault fault = Write(entry.value, depth + 1);
      if (fault != ValueFault::kNone) {
        return fault;
      }
    }
    json_.EndObject();
    return reader.ok() ? ValueFault::kNone : ValueFault::kMalformed;
  }

  std::string& out_;
  JsonWriter json_;
};

}  // namespace

ValueFault ReadValue(std::string_view bytes, Arena& arena, std::optional<Value>& value) {
  Member member;
  if (!ReadMember(bytes, member)) {
    return ValueFault::kMalformed;
  }
  switch (member.tag) {
    case kString:
      value = member.bytes;
      return ValueFault::kNone;
    case kBool:
      value = member.integer != 0;
      return ValueFault::kNone;
    case kInt:
      value = static_cast<int64_t>(member.integer);
      return ValueFault::kNone;
    case kDouble:
      value = std::bit_cast<double>(member.integer);
      return ValueFault::kNone;
    case kBytes:
      value = arena.Copy(Base64Encode(member.bytes));
      return ValueFault::kNone;
    case kArray:
    case kMap: {
      std::string json;
      ValueFault fault = JsonOfValue(json).Write(bytes, 1);
      if (fault == ValueFault::kNone && json.size() > kMaxValueJsonBytes) {
        fault = ValueFault::kTooLong;
      }
      value = arena.Copy(fault == ValueFault::kNone ? json : std::string());
      return fault;
    }
    default:
      value.reset();
      return ValueFault::kNone;
  }
}

ValueFault ReadAttribute(std::string_view bytes, Arena& arena, std::vector<Parameter>& attributes) {
  Entry entry;
  if (!ReadEntry(bytes, entry)) {
    return ValueFault::kMalformed;
  }
  std::optional<Value> value;
  const ValueFault fault = ReadValue(entry.value, arena, value);
  if (value) {
    attributes.push_back({.key = entry.key, .value = *value});
  }
  return fault;
}

}  // namespace tidings::otlp
