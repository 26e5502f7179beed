#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "event/report.h"

namespace tidings::otlp {

/// A string as it is, any other value as its JSON.
std::string_view TextOf(const Value& value, Arena& arena);
void AppendText(std::string& out, const Value& value);

}  // namespace tidings::otlp
