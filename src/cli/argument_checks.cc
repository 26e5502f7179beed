#include "cli/argument_checks.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"
#include "event/report.h"
#include "query/counted_fields.h"
#include "query/field_conditions.h"
#include "query/filter_text.h"

namespace tidings::cli {
namespace {

std::optional<uint64_t> ReadWhole(const std::string& text) {
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::string MistakeOf(const absl::Status& status) {
  return status.ok() ? std::string() : std::string(MessageOf(status));
}

}  // namespace

std::string CheckId(const std::string& id) {
  return id.empty() ? "it is empty, expected the id of an event" : "";
}

std::string CheckTime(const std::string& text, const Clock& clock) {
  return text.empty() ? "" : MistakeOf(query::ParseQueryTime(text, clock.NowMs()).status());
}

std::string CheckTimeOrSequence(const std::string& text, const Clock& clock) {
  return ReadWhole(text) ? "" : CheckTime(text, clock);
}

std::string CheckDuration(const std::string& text) {
  return text.empty() ? "" : MistakeOf(ParseDuration(text).status());
}

std::string CheckCount(const std::string& text) {
  return text.empty() || ReadWhole(text).value_or(0) > 0
             ? ""
             : fmt::format("'{}' is none; expected a whole number from 1", EscapeForDisplay(text));
}

std::string CheckTruth(const std::string& text) {
  const bool is_good = text.empty() || text == "true" || text == "false";
  return is_good ? "" : fmt::format("'{}', expected true or false", EscapeForDisplay(text));
}

std::string CheckQuery(const std::string& text, const Clock& clock) {
  if (!IsValidUtf8(text)) {
    return fmt::format("'{}' is not UTF-8", EscapeForDisplay(text));
  }
  const auto parsed = query::ParseFilterText(text, clock.NowMs());
  const auto* const mistake = std::get_if<query::Mistake>(&parsed);
  return mistake == nullptr ? ""
                            : fmt::format("character {}: {}", mistake->position, mistake->message);
}

std::string CheckFieldValue(FilterField field, const std::string& text) {
  const std::string value = text.starts_with('-') ? text.substr(1) : text;
  // What escapes and wildcards mean, the server says.
  if (value.empty() || value.find_first_of("*\\") != std::string::npos) {
    return "";
  }
  return MistakeOf(query::FieldExpression(field, {.pieces = {value}}).status());
}

std::string CheckCountedField(const std::string& text) {
  constexpr std::string_view kParameter = "parameter.";
  std::vector<std::string_view> names;
  names.reserve(query::kCountedFields.size());
  for (const FilterField field : query::kCountedFields) {
    names.push_back(NameOf(field));
  }
  for (size_t begin = 0; begin < text.size();) {
    const std::string field = text.substr(begin, text.find(',', begin) - begin);
    begin += field.size() + 1;
    const bool is_known = std::find(names.begin(), names.end(), field) != names.end();
    if (is_known || (field.starts_with(kParameter) && field.size() > kParameter.size())) {
      continue;
    }
    const std::optional<std::string_view> nearest = Nearest(field, names);
    return fmt::format(
        "'{}' is no field; {}",
        EscapeForDisplay(field),
        nearest ? fmt::format("did you mean '{}'?", *nearest)
                : fmt::format("expected {} or parameter.KEY", fmt::join(names, ", "))
    );
  }
  return "";
}

std::string CheckReportedType(const std::string& text) {
  const bool is_good =
      text.empty() || text == NameOf(EventType::kNormal) || text == NameOf(EventType::kError);
  return is_good ? "" : fmt::format("'{}', expected Normal or Error", EscapeForDisplay(text));
}

}  // namespace tidings::cli
