#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "event/condition.h"

/// What the command line can judge by itself of what was typed, before any server is asked: each
/// gives an empty text when it is good, else what was found and what was expected, as CLI11 wants
/// it. An empty argument counts as not given, as the server takes it.
namespace tidings::cli {

/// Of an event's id, which must not be empty: a shell makes an empty one of `"$ID"` when that
/// variable is not set.
std::string CheckId(const std::string& id);

/// A time as filters take it: ms, RFC 3339, or relative to now.
std::string CheckTime(const std::string& text, const Clock& clock);
/// A time, or a sequence of the feed.
std::string CheckTimeOrSequence(const std::string& text, const Clock& clock);
std::string CheckDuration(const std::string& text);
/// A whole number from 1.
std::string CheckCount(const std::string& text);
/// true or false.
std::string CheckTruth(const std::string& text);
/// The filter language.
std::string CheckQuery(const std::string& text, const Clock& clock);
/// A value of a filter that may be excluded by a leading `-`: of fields with values that are known
/// beforehand, as types and states.
std::string CheckFieldValue(FilterField field, const std::string& text);
/// Fields whose values are counted, with commas between them.
std::string CheckCountedField(const std::string& text);
/// Normal or Error.
std::string CheckReportedType(const std::string& text);

}  // namespace tidings::cli
