#include "api/graphql/engine/document.h"

#include <algorithm>

#include "base/json_writer.h"

namespace tidings::graphql {
namespace {

std::string ListText(const std::vector<Literal>& items) {
  std::string text = "[";
  for (const Literal& item : items) {
    text += text.size() > 1 ? ", " : "";
    text += ToString(item);
  }
  return text + "]";
}

std::string ObjectText(const std::vector<Argument>& members) {
  std::string text = "{";
  for (const Argument& member : members) {
    text += text.size() > 1 ? ", " : "";
    text += member.name + ": " + ToString(member.value);
  }
  return text + "}";
}

}  // namespace

std::string ToString(const Literal& literal) {
  switch (literal.kind) {
    case Literal::Kind::kNull:
      return "null";
    case Literal::Kind::kString: {
      std::string quoted;
      AppendJsonString(quoted, literal.text);
      return quoted;
    }
    case Literal::Kind::kVariable:
      return "$" + literal.text;
    case Literal::Kind::kList:
      return ListText(literal.items);
    case Literal::Kind::kObject:
      return ObjectText(literal.members);
    default:
      return literal.text;
  }
}

const Fragment* Document::FindFragment(std::string_view name) const {
  const auto found =
      std::find_if(fragments.begin(), fragments.end(), [name](const Fragment& fragment) {
        return fragment.name == name;
      });
  return found == fragments.end() ? nullptr : &*found;
}

}  // namespace tidings::graphql
