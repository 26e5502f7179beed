#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tidings {

/// The first place where a text stops being JSON (RFC 8259), and what was expected there.
struct JsonMistake {
  size_t position = 0;
  /// Ends a sentence that begins with "expected"; a literal.
  std::string_view expected;
};

/// Looks for it byte by byte: slow, and only for texts that are known to be wrong. Nothing when the
/// text is JSON after all; whether it is valid UTF-8 is not asked.
std::optional<JsonMistake> FindJsonMistake(std::string_view text);

/// What a text begins with.
struct JsonString {
  /// With its quotes; 0 when it is no string of JSON.
  size_t length = 0;
  /// Whether an escape is half of a surrogate pair, which FindJsonMistake takes for a mistake.
  bool has_half_pair = false;
};

/// The string that `text` begins with; whether it is valid UTF-8 is not asked.
JsonString ScanJsonString(std::string_view text);

/// The length of the number that `text` begins with by JSON's grammar (section 6); 0 if there is
/// none.
size_t JsonNumberLength(std::string_view text);

}  // namespace tidings
