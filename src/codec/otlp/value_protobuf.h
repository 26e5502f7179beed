#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "event/report.h"

/// OTLP's `AnyValue` and `KeyValue` on the wire.
namespace tidings::otlp {

enum class ValueFault : uint8_t {
  kNone,
  kMalformed,
  kTooDeep,  ///< nests deeper than kMaxValueDepth
  kTooLong,  ///< longer than kMaxValueJsonBytes
};

/// The value of an `AnyValue`, nothing when none is set. Text that stands nowhere in `bytes` goes
/// to the arena.
ValueFault ReadValue(std::string_view bytes, Arena& arena, std::optional<Value>& value);

/// Appends the attribute of a `KeyValue`, if it has a value.
ValueFault ReadAttribute(std::string_view bytes, Arena& arena, std::vector<Parameter>& attributes);

}  // namespace tidings::otlp
