#include "api/rest/filter_value.h"

#include <array>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tidings::rest {
namespace {

constexpr std::array<std::string_view, 2> kTypes{
    NameOf(EventType::kNormal), NameOf(EventType::kError)};
constexpr std::array<std::string_view, 4> kStates{"open", "closed", "instant", "orphan_end"};

/// `text` with `\*` as `*`; nothing when it holds a wildcard.
std::optional<std::string> UnescapeStars(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      return std::nullopt;
    }
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '*') {
      ++i;
    }
    out.push_back(text[i]);
  }
  return out;
}

/// Makes `value` the word among `words` that it is in whatever case.
std::optional<FieldProblem> Choose(
    std::string_view field, std::span<const std::string_view> words, std::string& value
) {
  for (const std::string_view word : words) {
    if (ToLowerAscii(word) == ToLowerAscii(value)) {
      value = word;
      return std::nullopt;
    }
  }
  return FieldProblem{
      .field = std::string(field),
      .detail = fmt::format(
          "{} is '{}', expected {}", field, EscapeForDisplay(value, 64), fmt::join(words, " or ")
      )};
}

}  // namespace

std::optional<FieldProblem> ParseFilterValue(
    FilterField field, std::string_view text, FilterValue& out
) {
  const std::string_view name = NameOf(field);
  out.excluded = text.substr(0, 1) == "-";
  std::string_view rest = text.substr(out.excluded ? 1 : 0);
  if (rest.substr(0, 2) == "\\-") {
    rest.remove_prefix(1);
  }
  if (rest.empty()) {
    return FieldProblem{
        .field = std::string(name),
        .detail = fmt::format(
            "{} is '-', which excludes nothing: write '-VALUE', or '\\-' for the text '-'", name
        )};
  }
  std::optional<std::string> value = UnescapeStars(rest);
  if (!value) {
    return FieldProblem{
        .field = std::string(name),
        .detail = fmt::format(
            "{} is '{}': wildcards are not yet built; write '\\*' for the character '*'",
            name,
            EscapeForDisplay(text, 64)
        ),
        .type = "not-yet",
        .title = "Not yet built"};
  }
  out.value = *std::move(value);
  switch (field) {
    case FilterField::kLayer:
      out.value = ToUpperAscii(out.value);
      return std::nullopt;
    case FilterField::kType:
      return Choose(name, kTypes, out.value);
    case FilterField::kState:
      return Choose(name, kStates, out.value);
    default:
      return std::nullopt;
  }
}

}  // namespace tidings::rest
