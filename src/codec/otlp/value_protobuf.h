#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <absl/container/inlined_vector.h>

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

/// A message as it stands on the wire. A field that holds one and comes more than once says parts
/// of the same message: to merge them (protobuf.dev, "Last One Wins") is to read one after another.
using Parts = absl::InlinedVector<std::string_view, 1>;

/// The body of a record, nothing when none is set: a string as it is, anything else that has no
/// type of its own as JSON. Text that stands nowhere in `any_value` goes to the arena.
ValueFault ReadBody(
    std::span<const std::string_view> any_value, Arena& arena, std::optional<Value>& body
);

/// Appends the attribute of a `KeyValue`, if it has a value: bytes as base64, arrays and maps as
/// JSON. Tells its `key`, unless it is malformed.
ValueFault ReadAttribute(
    std::string_view key_value,
    Arena& arena,
    std::vector<Parameter>& attributes,
    std::string_view& key
);

}  // namespace tidings::otlp
