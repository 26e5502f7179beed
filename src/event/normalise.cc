#include "event/normalise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/time_text.h"
#include "event/canonical.h"

namespace tidings {
namespace {

using Problem = std::optional<Rejection>;

template <typename... Args>
Problem Reject(std::string_view field, fmt::format_string<Args...> format, Args&&... args) {
  return Rejection{
      .index = 0,
      .field = std::string(field),
      .error = fmt::format(format, std::forward<Args>(args)...)};
}

/// Where the first byte stands that no UTF-8 text has there: the greatest valid prefix of a text
/// that is not valid. Only asked for on the way to an error.
size_t FirstInvalidByte(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t length = 1;
    while (length <= 4 && at + length <= text.size() && !IsValidUtf8(text.substr(at, length))) {
      ++length;
    }
    if (length > 4 || at + length > text.size()) {
      break;
    }
    at += length;
  }
  return at;
}

Problem CheckText(std::string_view field, std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return Reject(field, "is {} bytes long, at most {} are allowed", text.size(), max_bytes);
  }
  if (!IsValidUtf8(text)) {
    return Reject(field, "is not valid UTF-8 (at byte {})", FirstInvalidByte(text));
  }
  return std::nullopt;
}

Problem CheckTexts(const Report& report, const ReportLimits& limits) {
  struct Rule {
    std::string_view name;
    std::string_view text;
    size_t max_bytes;
  };
  const Rule rules[] = {
      {"id", report.id, limits.id_bytes},
      {"source.service", report.text[TextField::kService], limits.source_bytes},
      {"source.instance", report.text[TextField::kInstance], limits.source_bytes},
      {"source.endpoint", report.text[TextField::kEndpoint], limits.source_bytes},
      {"layer", report.text[TextField::kLayer], limits.layer_bytes},
      {"name", report.text[TextField::kName], limits.name_bytes},
      {"message", report.text[TextField::kMessage], limits.message_bytes},
  };
  for (const Rule& rule : rules) {
    if (rule.text.empty()) {
      continue;
    }
    if (Problem problem = CheckText(rule.name, rule.text, rule.max_bytes)) {
      return problem;
    }
  }
  return std::nullopt;
}

Problem CheckTime(std::string_view field, int64_t time) {
  if (time > kMaxTimeMs) {
    return Reject(
        field,
        "is {} ms since the epoch, at most {} ({}) is allowed",
        time,
        kMaxTimeMs,
        FormatTimeUtc(kMaxTimeMs)
    );
  }
  return std::nullopt;
}

Problem CheckNumbers(const Report& report) {
  for (const auto& [field, time] :
       {std::pair<std::string_view, int64_t>{"start", report.start},
        {"end", report.end},
        {"reported", report.reported}}) {
    if (Problem problem = CheckTime(field, time)) {
      return problem;
    }
  }
  if (report.end != 0 && report.end < report.start) {
    return Reject(
        "end",
        "is {} ({}), before the start, {} ({}); expected end >= start in one report",
        report.end,
        FormatTimeUtc(report.end),
        report.start,
        FormatTimeUtc(report.start)
    );
  }
  if (report.count < 0) {
    return Reject("count", "is {}, expected 0 (not told) or more", report.count);
  }
  return std::nullopt;
}

bool HasContent(const Report& report) {
  return report.text.values != TextFields{}.values || report.parameter_count != 0 ||
         report.start != 0 || report.end != 0 || report.count != 0 ||
         report.type != EventType::kNormal;
}

Problem CheckGeneration(const Report& report) {
  if (report.generation < 0) {
    return Reject("generation", "is {}, expected 0 or more", report.generation);
  }
  if (report.withdrawn && report.generation == 0) {
    return Reject(
        "generation", "is 0 in a withdrawal, expected the next generation of its event (1 or more)"
    );
  }
  if (report.withdrawn && HasContent(report)) {
    return Reject(
        "withdrawn", "is true in a report with content, expected a withdrawal without any"
    );
  }
  if (report.generation != 0 && report.id.empty()) {
    return Reject(
        "id",
        "is empty in a report of generation {}, expected the id of the event that it replaces",
        report.generation
    );
  }
  const bool untimed = report.start == 0 && report.end == 0;
  if (report.generation != 0 && !report.withdrawn && untimed) {
    return Reject(
        "start",
        "is not known, nor is the end, in a correction (generation {}); expected one of them",
        report.generation
    );
  }
  return std::nullopt;
}

std::string FieldOfParameter(const Parameter& parameter) {
  constexpr size_t kShownKeyBytes = 64;
  return fmt::format("parameters.{}", EscapeForDisplay(parameter.key, kShownKeyBytes));
}

Problem CheckParameter(const Parameter& parameter, const ReportLimits& limits) {
  if (parameter.key.empty()) {
    return Reject(
        "parameters", "has an empty key, expected 1 to {} bytes", limits.parameter_key_bytes
    );
  }
  if (parameter.key.size() > limits.parameter_key_bytes) {
    return Reject(
        FieldOfParameter(parameter),
        "has a key of {} bytes, at most {} are allowed",
        parameter.key.size(),
        limits.parameter_key_bytes
    );
  }
  if (!IsValidUtf8(parameter.key)) {
    return Reject(
        FieldOfParameter(parameter),
        "has a key that is not valid UTF-8 (at byte {})",
        FirstInvalidByte(parameter.key)
    );
  }
  const auto* const text = std::get_if<std::string_view>(&parameter.value);
  if (text == nullptr || text->empty()) {
    return std::nullopt;
  }
  // Naming the field costs an allocation: only for what fails.
  if (text->size() > limits.parameter_value_bytes || !IsValidUtf8(*text)) {
    return CheckText(FieldOfParameter(parameter), *text, limits.parameter_value_bytes);
  }
  return std::nullopt;
}

size_t ValueBytes(const Value& value) {
  const auto* const text = std::get_if<std::string_view>(&value);
  return text != nullptr ? text->size() : value.index() == 0 ? 1 : 8;
}

/// One form for values that the law takes as equal.
void MakeCanonical(Value& value) {
  auto* const number = std::get_if<double>(&value);
  if (number == nullptr) {
    return;
  }
  if (std::isnan(*number)) {
    *number = std::numeric_limits<double>::quiet_NaN();
  } else if (*number == 0) {
    *number = 0;
  }
}

/// Stable. Most reports have a handful of parameters: nothing is allocated for those.
void StableSortByKey(std::span<Parameter> parameters) {
  constexpr size_t kFew = 24;
  if (parameters.size() <= kFew) {
    const auto by_key = [](const Parameter& a, const Parameter& b) { return a.key < b.key; };
    for (auto at = parameters.begin(); at != parameters.end(); ++at) {
      std::rotate(std::upper_bound(parameters.begin(), at, *at, by_key), at, at + 1);
    }
    return;
  }
  const std::vector<Parameter> given(parameters.begin(), parameters.end());
  std::vector<size_t> order(given.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&given](size_t a, size_t b) {
    const int by_key = given[a].key.compare(given[b].key);
    return by_key != 0 ? by_key < 0 : a < b;
  });
  for (size_t i = 0; i < order.size(); ++i) {
    parameters[i] = given[order[i]];
  }
}

/// Sorts by key, keeps the last of equal keys at the front, and returns how many are left.
size_t SortParameters(std::span<Parameter> parameters) {
  const auto not_ascending = [](const Parameter& a, const Parameter& b) { return a.key >= b.key; };
  if (std::adjacent_find(parameters.begin(), parameters.end(), not_ascending) == parameters.end()) {
    return parameters.size();
  }
  StableSortByKey(parameters);
  size_t count = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (i + 1 < parameters.size() && parameters[i].key == parameters[i + 1].key) {
      continue;
    }
    parameters[count++] = parameters[i];
  }
  return count;
}

Problem NormaliseParameters(Report& report, ReportBatch& batch, const ReportLimits& limits) {
  if (report.parameter_count == 0) {
    return std::nullopt;
  }
  const auto parameters =
      std::span(batch.parameters).subspan(report.first_parameter, report.parameter_count);
  const int64_t clock = ClockOf(report);
  for (Parameter& parameter : parameters) {
    if (Problem problem = CheckParameter(parameter, limits)) {
      return problem;
    }
    MakeCanonical(parameter.value);
    parameter.clock = clock;
  }
  report.parameter_count = static_cast<uint32_t>(SortParameters(parameters));
  if (report.parameter_count > limits.parameters) {
    return Reject(
        "parameters",
        "has {} entries, at most {} are allowed",
        report.parameter_count,
        limits.parameters
    );
  }
  size_t bytes = 0;
  for (const Parameter& parameter : parameters.first(report.parameter_count)) {
    bytes += parameter.key.size() + ValueBytes(parameter.value);
  }
  if (bytes > limits.parameters_bytes) {
    return Reject(
        "parameters",
        "has {} bytes of keys and values, at most {} are allowed",
        bytes,
        limits.parameters_bytes
    );
  }
  return std::nullopt;
}

Problem Check(Report& report, ReportBatch& batch, const ReportLimits& limits) {
  if (report.id.empty() && report.text[TextField::kName].empty()) {
    return Reject("id", "is empty, and so is the name; expected at least one of them");
  }
  if (Problem problem = CheckTexts(report, limits)) {
    return problem;
  }
  if (Problem problem = CheckNumbers(report)) {
    return problem;
  }
  if (Problem problem = CheckGeneration(report)) {
    return problem;
  }
  return NormaliseParameters(report, batch, limits);
}

}  // namespace

std::optional<Rejection> Normalise(Report& report, ReportBatch& batch, const ReportLimits& limits) {
  report.start = std::max<int64_t>(report.start, 0);
  report.end = std::max<int64_t>(report.end, 0);
  report.reported = std::max<int64_t>(report.reported, 0);
  if (Problem problem = Check(report, batch, limits)) {
    problem->index = report.index;
    return problem;
  }
  std::string_view& layer = report.text[TextField::kLayer];
  layer = ToUpperAscii(layer, batch.arena);
  if (report.id.empty()) {
    report.id = batch.arena.Copy(
        ClockOf(report) != 0 ? DeriveId(report, batch) : NewUuidV7(batch.receipt.received_at_ms)
    );
  }
  return std::nullopt;
}

}  // namespace tidings
