#include "api/graphql/engine/json.h"

namespace tidings::graphql {

const Json* Json::Find(std::string_view name) const {
  const auto* const members = As<Object>();
  if (members == nullptr) {
    return nullptr;
  }
  for (const JsonMember& member : *members) {
    if (member.name == name) {
      return member.value.IsNull() ? nullptr : &member.value;
    }
  }
  return nullptr;
}

std::string_view Json::Text(std::string_view name) const {
  const Json* const member = Find(name);
  const auto* const text = member == nullptr ? nullptr : member->As<std::string>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

int64_t Json::Int(std::string_view name, int64_t otherwise) const {
  const Json* const member = Find(name);
  const auto* const number = member == nullptr ? nullptr : member->As<int64_t>();
  return number == nullptr ? otherwise : *number;
}

}  // namespace tidings::graphql
