#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings {

/// Appends JSON to a string, with its commas. Text must be valid UTF-8 (the model guarantees it);
/// control characters are escaped. NaN and infinities become the strings "NaN", "Infinity",
/// "-Infinity", since JSON has no numbers for them.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view text);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  /// JSON text made elsewhere.
  JsonWriter& Raw(std::string_view json);

 private:
  void Separate();

  std::string& out_;
  /// Whether the innermost container has an element; one entry per open container.
  std::vector<bool> has_element_{false};
  bool after_key_ = false;
};

/// Appends `text` quoted and escaped.
void AppendJsonString(std::string& out, std::string_view text);
/// Appends a double as the shortest text that reads back as the same value.
void AppendJsonDouble(std::string& out, double value);

}  // namespace tidings
