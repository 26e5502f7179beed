#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "config/config.h"
#include "config/schema.h"

/// Between the text of a value and the member that it fills.
namespace tidings::config {

/// Errors: kInvalidArgument, with the value, what was expected, and the legal range. The member is
/// unchanged then.
absl::Status SetValue(const Key& key, std::string_view text, Config& config);

/// The same for a list. A key that takes one value refuses it.
absl::Status SetValues(const Key& key, std::vector<std::string> texts, Config& config);

/// The value as SetValue reads it; lists as `a,b`.
std::string ShowValue(const Key& key, const Config& config);

/// The elements of a list; one element for a key that takes one value.
std::vector<std::string> ShowValues(const Key& key, const Config& config);

/// What the key takes, for the reference page and for error messages: `duration (30s, 1h30m)`.
std::string DescribeKind(const Key& key);

}  // namespace tidings::config
