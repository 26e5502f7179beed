#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "api/graphql/engine/rules.h"

namespace tidings::graphql {
namespace {

using Fields = std::vector<const Selection*>;
using FieldsByKey = std::map<std::string_view, Fields>;

void Collect(
    const Document& document, const std::vector<Selection>& selections, FieldsByKey& fields
) {
  for (const Selection& selection : selections) {
    if (selection.kind == Selection::Kind::kField) {
      fields[selection.ResponseKey()].push_back(&selection);
    } else if (selection.kind == Selection::Kind::kInlineFragment) {
      Collect(document, selection.selections, fields);
    } else {
      Collect(document, document.FindFragment(selection.name)->selections, fields);
    }
  }
}

std::map<std::string_view, std::string> ArgumentTexts(const Selection& field) {
  std::map<std::string_view, std::string> texts;
  for (const Argument& argument : field.arguments) {
    texts[argument.name] = ToString(argument.value);
  }
  return texts;
}

/// The type of all fields is the same, since there are no interfaces: what is left to compare is
/// the name and the arguments. Being equal is transitive, so the first speaks for all.
bool AreSame(const Selection& first, const Selection& other) {
  return first.name == other.name && ArgumentTexts(first) == ArgumentTexts(other);
}

void CheckSame(Check& check, const Selection& first, const Selection& other) {
  if (AreSame(first, other) || check.IsFull()) {
    return;
  }
  check.errors.push_back(
      {.message = fmt::format(
           "'{}' is asked for twice with different fields or arguments: give one of them an alias",
           first.ResponseKey()
       ),
       .locations = {first.location, other.location},
       .path = {}}
  );
}

void CheckFields(Check& check, const FieldsByKey& by_key) {
  for (const auto& [key, fields] : by_key) {
    FieldsByKey inner;
    for (const Selection* field : fields) {
      CheckSame(check, *fields.front(), *field);
      Collect(check.document, field->selections, inner);
    }
    CheckFields(check, inner);
  }
}

}  // namespace

void CheckMerging(Check& check) {
  for (const Operation& operation : check.document.operations) {
    FieldsByKey fields;
    Collect(check.document, operation.selections, fields);
    CheckFields(check, fields);
  }
}

}  // namespace tidings::graphql
