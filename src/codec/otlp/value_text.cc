#include "codec/otlp/value_text.h"

#include <fmt/format.h>

#include "base/json_writer.h"

namespace tidings::otlp {

void AppendText(std::string& out, const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    out += *text;
  } else if (const auto* const integer = std::get_if<int64_t>(&value)) {
    out += fmt::format_int(*integer).c_str();
  } else if (const auto* const number = std::get_if<double>(&value)) {
    AppendJsonDouble(out, *number);
  } else {
    out += *std::get_if<bool>(&value) ? "true" : "false";
  }
}

std::string_view TextOf(const Value& value, Arena& arena) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return *text;
  }
  std::string text;
  AppendText(text, value);
  return arena.Copy(text);
}

}  // namespace tidings::otlp
