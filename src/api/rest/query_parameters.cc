#include "api/rest/query_parameters.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tidings::rest {
namespace {

FieldProblem UnknownParameter(std::string_view name, std::span<const std::string_view> known) {
  const std::string shown = EscapeForDisplay(name, 64);
  std::string advice = "it has none";
  if (const auto nearest = Nearest(name, known)) {
    advice = fmt::format("did you mean '{}'?", *nearest);
  } else if (!known.empty()) {
    advice = fmt::format("it knows {}", fmt::join(known, ", "));
  }
  return {
      .field = shown,
      .detail = fmt::format("'{}' is no parameter of this call; {}", shown, advice),
      .type = "unknown-parameter",
      .title = "A parameter is not known"};
}

/// Decodes one side of `name=value`.
std::optional<std::string> Decode(std::string_view text) {
  std::optional<std::string> decoded = PercentDecode(text, /*plus_is_space=*/true);
  if (decoded && !IsValidUtf8(*decoded)) {
    return std::nullopt;
  }
  return decoded;
}

}  // namespace

std::optional<FieldProblem> QueryParameters::Parse(
    std::string_view query, std::span<const std::string_view> known, QueryParameters& out
) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) {
      continue;
    }
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view raw_value = pair.substr(std::min(pair.size(), equals + 1));
    std::optional<std::string> name = Decode(pair.substr(0, equals));
    std::optional<std::string> value = Decode(raw_value);
    if (!name || !value) {
      return FieldProblem{
          .field = EscapeForDisplay(pair.substr(0, equals), 64),
          .detail = fmt::format(
              "'{}' is broken: expected UTF-8, percent-encoded (a '%' itself is %25)",
              EscapeForDisplay(pair, 128)
          )};
    }
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      return UnknownParameter(*name, known);
    }
    if (!value->empty()) {
      out.entries_.push_back({*std::move(name), *std::move(value)});
    }
  }
  return std::nullopt;
}

QueryParameters QueryParameters::Take(std::string_view name) {
  QueryParameters taken;
  std::erase_if(entries_, [name, &taken](Entry& entry) {
    if (entry.name != name) {
      return false;
    }
    taken.entries_.push_back(std::move(entry));
    return true;
  });
  return taken;
}

std::optional<FieldProblem> QueryParameters::Single(std::string_view name, std::string& value)
    const {
  for (const Entry& entry : entries_) {
    if (entry.name != name) {
      continue;
    }
    if (!value.empty()) {
      return FieldProblem{
          .field = entry.name,
          .detail = fmt::format(
              "'{}' is given twice, '{}' and '{}'; expected once",
              name,
              EscapeForDisplay(value, 64),
              EscapeForDisplay(entry.value, 64)
          )};
    }
    value = entry.value;
  }
  return std::nullopt;
}

std::optional<FieldProblem> QueryParameters::Bool(std::string_view name, bool& value) const {
  std::string text;
  if (auto problem = Single(name, text)) {
    return problem;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  if (text != "true" && text != "false") {
    return FieldProblem{
        .field = std::string(name),
        .detail =
            fmt::format("{} is '{}', expected true or false", name, EscapeForDisplay(text, 64))};
  }
  value = text == "true";
  return std::nullopt;
}

}  // namespace tidings::rest
