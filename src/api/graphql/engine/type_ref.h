#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::graphql {

/// What stands around a named type, or around another wrapper.
enum class Wrapper : uint8_t { kNonNull, kList };

/// A type as a field, an argument or a variable has it. A view into the TypeRef that it came from.
struct TypeView {
  /// The named type in the middle.
  std::string_view name;
  /// Outermost first: `[Event!]!` is NonNull, List, NonNull.
  std::span<const Wrapper> wrappers;

  bool IsNonNull() const { return !wrappers.empty() && wrappers.front() == Wrapper::kNonNull; }
  bool IsList() const { return !wrappers.empty() && wrappers.front() == Wrapper::kList; }
  /// Without the outermost wrapper, of which there must be one.
  TypeView Inner() const { return {name, wrappers.subspan(1)}; }
  /// Without an outermost NonNull, if there is one.
  TypeView Nullable() const { return IsNonNull() ? Inner() : *this; }
};

struct TypeRef {
  std::string name;
  std::vector<Wrapper> wrappers;

  TypeView View() const { return {name, wrappers}; }
};

/// The type that its notation means: `[Event!]!`. For the tables of a schema: the text is trusted.
TypeRef Type(std::string_view notation);

/// The notation.
std::string ToString(TypeView type);

}  // namespace tidings::graphql
