#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <simdjson.h>

#include "base/arena.h"
#include "event/report.h"

/// OTLP's `AnyValue` and `KeyValue` in OTLP's JSON (opentelemetry.io, "OTLP Specification", "JSON
/// Protobuf Encoding"): lowerCamelCase, 64-bit integers as numbers or strings, bytes as base64.
namespace tidings::otlp {

/// Why something is refused: the path of the member, and what was expected.
using JsonProblem = std::optional<Rejection>;

/// A problem of `field`, unless `status` is OK.
JsonProblem ProblemIf(std::string_view field, const absl::Status& status);

/// The body of a record, an `AnyValue`; nothing when none is set: a string as it is, bytes, arrays
/// and maps as JSON. Strings are views of the document; other text goes to the arena. A problem's
/// field begins with `body`.
JsonProblem ReadBody(simdjson::dom::element any_value, Arena& arena, std::optional<Value>& body);

/// Appends the attributes that have a value, of an array of `KeyValue`: bytes as base64, arrays and
/// maps as JSON. A problem's field begins with `attributes`.
JsonProblem ReadAttributes(
    simdjson::dom::element key_values, Arena& arena, std::vector<Parameter>& attributes
);

}  // namespace tidings::otlp
