#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidings::graphql {

struct JsonMember;

/// A value after coercion: what a resolver reads its arguments from. Members stand in the order of
/// the input type's definition; a member that was not given and has no default is absent.
struct Json {
  using List = std::vector<Json>;
  using Object = std::vector<JsonMember>;

  std::variant<std::monostate, bool, int64_t, double, std::string, List, Object> value;

  bool IsNull() const { return std::holds_alternative<std::monostate>(value); }
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&value);
  }

  /// The member, or null when this is no object, has no such member, or the member is null.
  const Json* Find(std::string_view name) const;
  /// The text of a member; empty when Find gives nothing or no text.
  std::string_view Text(std::string_view name) const;
  /// The integer of a member, or `otherwise`.
  int64_t Int(std::string_view name, int64_t otherwise) const;
};

struct JsonMember {
  std::string name;
  Json value;
};

}  // namespace tidings::graphql
