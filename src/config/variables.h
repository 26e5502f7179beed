#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

namespace tidings::config {

/// Names and values.
using Environment = std::vector<std::pair<std::string, std::string>>;

/// `text` with `${VAR}` and `${VAR:-default}` (also for an empty VAR) replaced from the
/// environment;
/// `$${` is a literal `${`. Values are not expanded again.
/// Errors: kInvalidArgument - a variable that is not set, or a `${` that is broken.
absl::StatusOr<std::string> ExpandVariables(std::string_view text, const Environment& environment);

}  // namespace tidings::config
