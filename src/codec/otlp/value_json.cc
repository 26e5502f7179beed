#include "codec/otlp/value_json.h"

#include <utility>

#include <absl/strings/numbers.h>

#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "codec/otlp/log_record.h"

namespace tidings::otlp {
namespace {

using json_value::Shown;
using simdjson::dom::element;

/// Of the value at hand, if `field` is empty.
JsonProblem WrongKind(std::string_view field, element value, std::string_view expected) {
  return Rejection{
      .index = 0,
      .field = std::string(field),
      .error = fmt::format("is {}, expected {}", Shown(value), expected)};
}

/// The problem, if there is one, as one of a member of `outer`.
JsonProblem Inside(std::string_view outer, JsonProblem problem) {
  if (problem) {
    const std::string_view separator = problem->field.empty() ? "" : ".";
    problem->field = fmt::format("{}{}{}", outer, separator, problem->field);
  }
  return problem;
}

/// A number, or one of its texts: NaN and infinities have no other form in JSON.
absl::Status ReadDouble(element value, double& number) {
  std::string_view text;
  if (json_value::IsUnreadable(value)) {
    return InvalidArgument(
        "is {}, expected a number that a double can hold, a large one with an exponent (1e30)",
        Shown(value)
    );
  }
  if (!value.get(number) ||
      (!value.get(text) && absl::SimpleAtod(absl::string_view(text.data(), text.size()), &number)
      )) {
    return absl::OkStatus();
  }
  return InvalidArgument("is {}, expected a number", Shown(value));
}

/// Base64 of either alphabet, with or without padding, in its usual form.
absl::Status ReadBase64(element value, std::string& base64) {
  std::string_view text;
  if (!value.get(text)) {
    std::string url_safe(text.substr(0, text.find_last_not_of('=') + 1));
    for (char& letter : url_safe) {
      letter = letter == '+' ? '-' : letter == '/' ? '_' : letter;
    }
    if (const auto bytes = Base64UrlDecode(url_safe)) {
      base64 = Base64Encode(*bytes);
      return absl::OkStatus();
    }
  }
  return InvalidArgument("is {}, expected base64", Shown(value));
}

/// The member of an `AnyValue` that counts; an empty name: none is set.
struct JsonMember {
  std::string_view name;
  element value;
};

bool IsMemberName(std::string_view name) {
  return name == "stringValue" || name == "boolValue" || name == "intValue" ||
         name == "doubleValue" || name == "arrayValue" || name == "kvlistValue" ||
         name == "bytesValue";
}

JsonProblem ReadMember(element any_value, JsonMember& member) {
  simdjson::dom::object members;
  if (any_value.is_null()) {
    return std::nullopt;
  }
  if (any_value.get(members)) {
    return WrongKind({}, any_value, "an object such as {\"stringValue\":\"…\"}");
  }
  for (const auto& [name, value] : members) {
    if (IsMemberName(name) && !value.is_null()) {
      member = {name, value};
    }
  }
  return std::nullopt;
}

/// A value that is neither array nor map; nothing when none is set. A problem's field is the
/// member's name.
JsonProblem ReadScalar(const JsonMember& member, Arena& arena, std::optional<Value>& value) {
  if (member.name == "stringValue") {
    std::string_view text;
    JsonProblem problem = ProblemIf(member.name, json_value::ReadText(member.value, text));
    value = text;
    return problem;
  }
  if (member.name == "intValue") {
    int64_t number = 0;
    JsonProblem problem = ProblemIf(member.name, json_value::ReadInteger(member.value, number));
    value = number;
    return problem;
  }
  if (member.name == "doubleValue") {
    double number = 0;
    JsonProblem problem = ProblemIf(member.name, ReadDouble(member.value, number));
    value = number;
    return problem;
  }
  if (member.name == "bytesValue") {
    std::string base64;
    JsonProblem problem = ProblemIf(member.name, ReadBase64(member.value, base64));
    value = arena.Copy(base64);
    return problem;
  }
  bool flag = false;
  if (member.name == "boolValue") {
    if (member.value.get(flag)) {
      return WrongKind(member.name, member.value, "true or false");
    }
    value = flag;
  }
  return std::nullopt;
}

/// `values` of an `arrayValue` or a `kvlistValue`; absent ones are none.
JsonProblem ReadValues(const JsonMember& member, std::optional<simdjson::dom::array>& values) {
  simdjson::dom::object members;
  simdjson::dom::array array;
  if (member.value.get(members)) {
    return WrongKind(member.name, member.value, "an object with values");
  }
  for (const auto& [name, value] : members) {
    if (name != "values" || value.is_null()) {
      continue;
    }
    if (value.get(array)) {
      return WrongKind("values", value, "an array");
    }
    values = array;
  }
  return std::nullopt;
}

struct JsonEntry {
  std::string_view key;
  JsonMember member;
};

JsonProblem ReadEntry(element key_value, JsonEntry& entry) {
  simdjson::dom::object members;
  if (key_value.get(members)) {
    return WrongKind({}, key_value, "an object with key and value");
  }
  for (const auto& [name, value] : members) {
    JsonProblem problem;
    if (name == "key") {
      problem = ProblemIf("key", json_value::ReadText(value, entry.key));
    } else if (name == "value") {
      entry.member = {};
      problem = Inside(name, ReadMember(value, entry.member));
    }
    if (problem) {
      return problem;
    }
  }
  return std::nullopt;
}

/// Writes a value as plain JSON, as the reader of protobuf does.
class PlainJson {
 public:
  PlainJson(std::string& out, Arena& arena) : out_(out), json_(out), arena_(arena) {}

  JsonProblem Write(const JsonMember& member, int depth) {
    if (depth > kMaxValueDepth) {
      return Rejection{
          .index = 0,
          .field = {},
          .error = fmt::format("nests deeper than {} levels", kMaxValueDepth)};
    }
    if (member.name == "arrayValue") {
      return WriteArray(member, depth);
    }
    if (member.name == "kvlistValue") {
      return WriteMap(member, depth);
    }
    std::optional<Value> value;
    JsonProblem problem = ReadScalar(member, arena_, value);
    WriteScalar(value);
    return problem ? problem : TooLongIf(out_.size() > kMaxValueJsonBytes);
  }

 private:
  void WriteScalar(const std::optional<Value>& value) {
    if (!value) {
      json_.Null();
    } else if (const auto* const text = std::get_if<std::string_view>(&*value)) {
      json_.String(*text);
    } else if (const auto* const integer = std::get_if<int64_t>(&*value)) {
      json_.Int(*integer);
    } else if (const auto* const number = std::get_if<double>(&*value)) {
      json_.Double(*number);
    } else {
      json_.Bool(*std::get_if<bool>(&*value));
    }
  }

  JsonProblem WriteArray(const JsonMember& array, int depth) {
    std::optional<simdjson::dom::array> values;
    JsonProblem problem = ReadValues(array, values);
    json_.BeginArray();
    if (values) {
      size_t index = 0;
      for (const element value : *values) {
        JsonMember member;
        problem = problem ? problem : AtElement(array, index, ReadMember(value, member));
        problem = problem ? problem : Write(member, depth + 1);
        ++index;
      }
    }
    json_.EndArray();
    return problem;
  }

  JsonProblem WriteMap(const JsonMember& map, int depth) {
    std::optional<simdjson::dom::array> values;
    JsonProblem problem = ReadValues(map, values);
    json_.BeginObject();
    if (values) {
      size_t index = 0;
      for (const element value : *values) {
        JsonEntry entry;
        problem = problem ? problem : AtElement(map, index, ReadEntry(value, entry));
        json_.Key(entry.key);
        problem = problem ? problem : Write(entry.member, depth + 1);
        ++index;
      }
    }
    json_.EndObject();
    return problem;
  }

  static JsonProblem AtElement(
      const JsonMember& container, size_t index, const JsonProblem& problem
  ) {
    return problem ? Inside(fmt::format("{}.values[{}]", container.name, index), problem) : problem;
  }

  static JsonProblem TooLongIf(bool is_too_long) {
    if (!is_too_long) {
      return std::nullopt;
    }
    return Rejection{
        .index = 0,
        .field = {},
        .error = fmt::format("is longer than {} bytes as JSON", kMaxValueJsonBytes)};
  }

  std::string& out_;
  JsonWriter json_;
  Arena& arena_;
};

JsonProblem ReadAsJson(const JsonMember& member, Arena& arena, std::optional<Value>& value) {
  std::string json;
  JsonProblem problem = PlainJson(json, arena).Write(member, 1);
  value = arena.Copy(json);
  return problem;
}

bool IsContainer(const JsonMember& member) {
  return member.name == "arrayValue" || member.name == "kvlistValue";
}

/// The attribute's key, or its place when it has none.
std::string AttributeField(const JsonEntry& entry, size_t index) {
  return entry.key.empty()
             ? fmt::format("attributes[{}]", index)
             : fmt::format("attributes.{}", EscapeForDisplay(entry.key, kShownKeyBytes));
}

}  // namespace

JsonProblem ProblemIf(std::string_view field, const absl::Status& status) {
  if (status.ok()) {
    return std::nullopt;
  }
  return Rejection{
      .index = 0, .field = std::string(field), .error = std::string(MessageOf(status))};
}

JsonProblem ReadBody(element any_value, Arena& arena, std::optional<Value>& body) {
  JsonMember member;
  body.reset();
  JsonProblem problem = ReadMember(any_value, member);
  if (!problem) {
    problem = IsContainer(member) || member.name == "bytesValue" ? ReadAsJson(member, arena, body)
                                                                 : ReadScalar(member, arena, body);
  }
  return Inside("body", std::move(problem));
}

JsonProblem ReadAttributes(element key_values, Arena& arena, std::vector<Parameter>& attributes) {
  simdjson::dom::array entries;
  if (key_values.is_null()) {
    return std::nullopt;
  }
  if (key_values.get(entries)) {
    return WrongKind("attributes", key_values, "an array of {\"key\":…,\"value\":…}");
  }
  size_t index = 0;
  for (const element key_value : entries) {
    JsonEntry entry;
    std::optional<Value> value;
    JsonProblem problem = ReadEntry(key_value, entry);
    if (!problem) {
      problem = IsContainer(entry.member) ? ReadAsJson(entry.member, arena, value)
                                          : ReadScalar(entry.member, arena, value);
    }
    if (problem) {
      return Inside(AttributeField(entry, index), std::move(problem));
    }
    if (value) {
      attributes.push_back({.key = entry.key, .value = *value});
    }
    ++index;
  }
  return std::nullopt;
}

}  // namespace tidings::otlp
