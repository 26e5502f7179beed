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
  /// Of an array or a map.
  Parts parts;

  /// A field of the oneof; others are passed over.
  void Take(const wire::Reader& reader) {
    switch (reader.tag()) {
      case kArray:
      case kMap:
        if (tag != reader.tag()) {
          Replace(reader);
        }
        parts.push_back(reader.bytes());
        break;
      case kString:
      case kBytes:
      case kBool:
      case kInt:
      case kDouble:
        Replace(reader);
        break;
      default:
        break;
    }
  }

  void Replace(const wire::Reader& reader) {
    const bool is_bytes = reader.type() == Type::kBytes;
    tag = reader.tag();
    integer = is_bytes ? 0 : reader.integer();
    bytes = is_bytes ? reader.bytes() : std::string_view();
    parts.clear();
  }
};

bool ReadMember(std::span<const std::string_view> any_value, Member& member) {
  for (const std::string_view part : any_value) {
    wire::Reader reader(part);
    while (reader.Next()) {
      member.Take(reader);
    }
    if (!reader.ok()) {
      return false;
    }
  }
  return true;
}

struct Entry {
  std::string_view key;
  /// An `AnyValue`; without parts it has no value.
  Parts value;
};

bool ReadEntry(std::string_view key_value, Entry& entry) {
  wire::Reader reader(key_value);
  while (reader.Next()) {
    if (reader.tag() == kKey) {
      entry.key = reader.bytes();
    } else if (reader.tag() == kValue) {
      entry.value.push_back(reader.bytes());
    }
  }
  return reader.ok();
}

/// Writes an `AnyValue` as JSON. What is wrong with it ends the writing: the text is then of no
/// use.
class JsonOfValue {
 public:
  explicit JsonOfValue(std::string& out) : out_(out), json_(out) {}

  ValueFault Write(std::span<const std::string_view> any_value, int depth) {
    Member member;
    if (depth > kMaxValueDepth) {
      return ValueFault::kTooDeep;
    }
    if (!ReadMember(any_value, member)) {
      return ValueFault::kMalformed;
    }
    switch (member.tag) {
      case kArray:
        return WriteArray(member.parts, depth);
      case kMap:
        return WriteMap(member.parts, depth);
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

  ValueFault WriteArray(std::span<const std::string_view> array, int depth) {
    json_.BeginArray();
    for (const std::string_view part : array) {
      wire::Reader reader(part);
      while (reader.Next()) {
        if (reader.tag() != kValues) {
          continue;
        }
        const std::string_view value = reader.bytes();
        if (const ValueFault fault = Write({&value, 1}, depth + 1); fault != ValueFault::kNone) {
          return fault;
        }
      }
      if (!reader.ok()) {
        return ValueFault::kMalformed;
      }
    }
    json_.EndArray();
    return ValueFault::kNone;
  }

  ValueFault WriteMap(std::span<const std::string_view> map, int depth) {
    json_.BeginObject();
    for (const std::string_view part : map) {
      wire::Reader reader(part);
      while (reader.Next()) {
        if (reader.tag() != kValues) {
          continue;
        }
        if (const ValueFault fault = WriteEntry(reader.bytes(), depth);
            fault != ValueFault::kNone) {
          return fault;
        }
      }
      if (!reader.ok()) {
        return ValueFault::kMalformed;
      }
    }
    json_.EndObject();
    return ValueFault::kNone;
  }

  ValueFault WriteEntry(std::string_view key_value, int depth) {
    Entry entry;
    if (!ReadEntry(key_value, entry)) {
      return ValueFault::kMalformed;
    }
    if (entry.key.size() > kMaxValueJsonBytes) {
      return ValueFault::kTooLong;
    }
    json_.Key(entry.key);
    return Write(entry.value, depth + 1);
  }

  std::string& out_;
  JsonWriter json_;
};

ValueFault ReadAsJson(
    std::span<const std::string_view> any_value, Arena& arena, std::optional<Value>& value
) {
  std::string json;
  ValueFault fault = JsonOfValue(json).Write(any_value, 1);
  if (fault == ValueFault::kNone && json.size() > kMaxValueJsonBytes) {
    fault = ValueFault::kTooLong;
  }
  value = arena.Copy(fault == ValueFault::kNone ? json : std::string());
  return fault;
}

/// Nothing when no member is set.
std::optional<Value> ScalarOf(const Member& member, Arena& arena) {
  switch (member.tag) {
    case kString:
      return member.bytes;
    case kBool:
      return member.integer != 0;
    case kInt:
      return static_cast<int64_t>(member.integer);
    case kDouble:
      return std::bit_cast<double>(member.integer);
    case kBytes:
      return arena.Copy(Base64Encode(member.bytes));
    default:
      return std::nullopt;
  }
}

}  // namespace

ValueFault ReadBody(
    std::span<const std::string_view> any_value, Arena& arena, std::optional<Value>& body
) {
  Member member;
  if (!ReadMember(any_value, member)) {
    return ValueFault::kMalformed;
  }
  if (member.tag == kArray || member.tag == kMap || member.tag == kBytes) {
    return ReadAsJson(any_value, arena, body);
  }
  body = ScalarOf(member, arena);
  return ValueFault::kNone;
}

ValueFault ReadAttribute(
    std::string_view key_value,
    Arena& arena,
    std::vector<Parameter>& attributes,
    std::string_view& key
) {
  Entry entry;
  Member member;
  if (!ReadEntry(key_value, entry) || !ReadMember(entry.value, member)) {
    return ValueFault::kMalformed;
  }
  key = entry.key;
  ValueFault fault = ValueFault::kNone;
  std::optional<Value> value;
  if (member.tag == kArray || member.tag == kMap) {
    fault = ReadAsJson(entry.value, arena, value);
  } else {
    value = ScalarOf(member, arena);
  }
  if (value) {
    attributes.push_back({.key = entry.key, .value = *value});
  }
  return fault;
}

}  // namespace tidings::otlp
