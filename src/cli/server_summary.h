#pragma once

#include <string>

#include <absl/time/time.h>
#include <simdjson.h>

namespace tidings::cli {

/// The answer of `/api/v1/status` for people, a few lines and a table of receivers.
std::string SummariseStatus(const simdjson::dom::element& status, const absl::TimeZone& zone);

}  // namespace tidings::cli
