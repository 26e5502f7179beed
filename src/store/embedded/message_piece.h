#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Pieces of a message: runs of letters, digits, `-`, `.`, `_`, `/` and whatever is not ASCII. A
/// parameter's value often is one, as a message tells in words what the parameters tell in fields:
/// it is stored by its place alone.
namespace tidings::embedded {

/// What of the piece that holds byte `at` begins there; empty where none does.
std::string_view PieceAt(std::string_view message, size_t at);

/// Where `value` stands in the message as a whole piece, if it does and is worth to be told by it:
/// at least two bytes, near the front.
std::optional<size_t> FindPiece(std::string_view message, std::string_view value);

/// Whether `value` views a whole piece of the message, in the same memory: so does what was stored
/// by its place.
bool IsPieceOf(std::string_view message, std::string_view value);

}  // namespace tidings::embedded
