#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/rest/answer.h"
#include "event/filter.h"

namespace tidings::rest {

/// A filter's value as a URL brings it: a leading `-` excludes, `\-` and `\*` are literal.
struct FilterValue {
  std::string value;
  bool excluded = false;
};

/// Fills `out` from `text`, made canonical: layers upper-case, types and states as they are shown.
std::optional<FieldProblem> ParseFilterValue(
    FilterField field, std::string_view text, FilterValue& out
);

}  // namespace tidings::rest
