#include "event/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/json_writer.h"

namespace tidings {

static_assert(std::numeric_limits<Number>::digits >= std::numeric_limits<int64_t>::digits);

std::string ValueText(const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return std::string(*text);
  }
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return std::to_string(*integer);
  }
  if (const auto* const is_true = std::get_if<bool>(&value)) {
    return *is_true ? "true" : "false";
  }
  std::string text;
  AppendJsonDouble(text, *std::get_if<double>(&value));
  // JSON can only quote NaN and infinities.
  return text.front() == '"' ? text.substr(1, text.size() - 2) : text;
}

const Parameter* FindParameter(const EventView& event, std::string_view key) {
  const auto found = std::lower_bound(
      event.parameters.begin(),
      event.parameters.end(),
      key,
      [](const Parameter& parameter, std::string_view k) { return parameter.key < k; }
  );
  return found == event.parameters.end() || found->key != key ? nullptr : &*found;
}

std::optional<Number> ReadNumber(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(begin, end, integer);
      read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double real = 0;
  const auto read = std::from_chars(begin, end, real);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(real)) {
    return std::nullopt;
  }
  return real;
}

}  // namespace tidings
