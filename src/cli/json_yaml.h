#pragma once

#include <string>

#include <simdjson.h>

namespace tidings::cli {

/// A JSON value as YAML in block style; texts stay quoted as in JSON, which YAML reads alike.
/// `indent` spaces stand before each line. Ends with a line break.
std::string ToYaml(const simdjson::dom::element& value, size_t indent = 0);

}  // namespace tidings::cli
