#include "api/graphql/engine/type_ref.h"

namespace tidings::graphql {

TypeRef Type(std::string_view notation) {
  TypeRef type;
  while (!notation.empty() && (notation.back() == '!' || notation.back() == ']')) {
    const bool is_list = notation.back() == ']';
    type.wrappers.push_back(is_list ? Wrapper::kList : Wrapper::kNonNull);
    notation.remove_suffix(1);
    if (is_list) {
      notation.remove_prefix(1);
    }
  }
  type.name = notation;
  return type;
}

std::string ToString(TypeView type) {
  std::string before;
  std::string after;
  for (const Wrapper wrapper : type.wrappers) {
    if (wrapper == Wrapper::kList) {
      before += '[';
    }
    after.insert(after.begin(), wrapper == Wrapper::kList ? ']' : '!');
  }
  return before.append(type.name).append(after);
}

}  // namespace tidings::graphql
