#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace tidings {

/// Whether `text` is valid UTF-8 (no surrogates, no overlong forms; NUL is legal).
bool IsValidUtf8(std::string_view text);

/// ASCII letters upper-cased; returns `text` itself when there is nothing to do.
std::string_view ToUpperAscii(std::string_view text, Arena& arena);
std::string ToUpperAscii(std::string_view text);
std::string ToLowerAscii(std::string_view text);

/// `text` for one line of a log, an error or a terminal: control characters, DEL, C1 and bidi
/// overrides and invalid UTF-8 as \xNN or \u{NNNN}; cut after `max_bytes` with "…".
std::string EscapeForDisplay(std::string_view text, size_t max_bytes = 256);

/// The candidate with the least edit distance to `word`, when that is small enough to be a typing
/// mistake (at most a third of the longer word, at least 1); ASCII case does not count.
std::optional<std::string_view> Nearest(
    std::string_view word, std::span<const std::string_view> candidates
);

/// RFC 4648, without line breaks.
std::string Base64Encode(std::string_view bytes);
/// URL and file name safe alphabet, without padding.
std::string Base64UrlEncode(std::string_view bytes);
std::optional<std::string> Base64UrlDecode(std::string_view text);

/// RFC 3986. Decoding gives nothing for a broken %-escape; `plus_is_space` as in HTML forms.
std::string PercentEncode(std::string_view text);
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

}  // namespace tidings
