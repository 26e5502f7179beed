#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings {

/// Appends JSON to a string, with its commas. Text must be valid UTF-8 (the model guarantees it);
/// control characters are escaped. NaN and infinities become the strings "NaN", "Infinity",
/// "-Infinity", since JSON has no numbers for them.
class JsonWriter {
 public:
  /// Nobody else appends to `out` while a text is written.
  explicit JsonWriter(std::string& out) : out_(out), begin_(out.size()) {}

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
  /// Part of a text as it stands, commas and all: `,"source":{"service":`. For what is written
  /// often.
  JsonWriter& Part(std::string_view part) {
    out_ += part;
    return *this;
  }
  /// A part that ends in a key, and its value.
  JsonWriter& Part(std::string_view part, std::string_view text);
  JsonWriter& Part(std::string_view part, int64_t value);

 private:
  /// What stands before tells whether a comma is due: nothing, a bracket that has just opened and a
  /// key take none.
  void Separate() {
    if (out_.size() != begin_ && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') {
      out_ += ',';
    }
  }

  std::string& out_;
  const size_t begin_;
};

/// Appends `text` quoted and escaped.
void AppendJsonString(std::string& out, std::string_view text);
/// Appends a double as the shortest text that reads back as the same value.
void AppendJsonDouble(std::string& out, double value);

}  // namespace tidings
