#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "event/event.h"

/// Parameter values as text and as numbers.
namespace tidings {

/// Every int64_t and every double, exactly.
using Number = long double;

/// Text as it is; `true`, `-5`, `0.5`, `7.0`, `NaN`, `-Infinity`.
std::string ValueText(const Value& value);

/// The parameter `key` of an event; null when it has none.
const Parameter* FindParameter(const EventView& event, std::string_view key);

/// The number that all of `text` is, in decimal notation; nothing for NaN and infinities.
std::optional<Number> ReadNumber(std::string_view text);

}  // namespace tidings
