#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "api/graphql/engine/coercion.h"
#include "api/graphql/engine/rules.h"

namespace tidings::graphql {
namespace {

/// Looks at every selection of a document once.
class SelectionWalk {
 public:
  explicit SelectionWalk(Check& check) : check_(check), coercer_(check.schema, {}, check.errors) {}

  void VisitOperation(const Operation& operation);
  void VisitFragment(const Fragment& fragment);

 private:
  void Visit(const std::vector<Selection>& selections, const TypeDefinition& type);
  void VisitField(const Selection& field, const TypeDefinition& type);
  void VisitLeafOrObject(const Selection& field, const FieldDefinition& definition);
  void CheckSpread(const Selection& spread, const TypeDefinition& type);
  void CheckInline(const Selection& fragment, const TypeDefinition& type);
  void CheckDirectives(const std::vector<Directive>& directives, std::string_view location);
  void FailImpossible(
      std::string_view condition, const TypeDefinition& type, const Location& location
  );

  Check& check_;
  Coercer coercer_;
};

void SelectionWalk::VisitOperation(const Operation& operation) {
  CheckDirectives(operation.directives, "QUERY");
  for (const VariableDefinition& variable : operation.variables) {
    CheckDirectives(variable.directives, "VARIABLE_DEFINITION");
  }
  Visit(operation.selections, check_.schema.query_type());
}

void SelectionWalk::VisitFragment(const Fragment& fragment) {
  CheckDirectives(fragment.directives, "FRAGMENT_DEFINITION");
  const TypeDefinition* const type = check_.schema.FindType(fragment.type_condition);
  if (type == nullptr || !type->IsComposite()) {
    check_.Fail(
        fmt::format(
            "fragment '{}' is on '{}', which is no object type",
            fragment.name,
            fragment.type_condition
        ),
        fragment.location
    );
    return;
  }
  Visit(fragment.selections, *type);
}

void SelectionWalk::Visit(const std::vector<Selection>& selections, const TypeDefinition& type) {
  for (const Selection& selection : selections) {
    if (check_.IsFull()) {
      return;
    }
    switch (selection.kind) {
      case Selection::Kind::kField:
        CheckDirectives(selection.directives, "FIELD");
        VisitField(selection, type);
        break;
      case Selection::Kind::kFragmentSpread:
        CheckDirectives(selection.directives, "FRAGMENT_SPREAD");
        CheckSpread(selection, type);
        break;
      case Selection::Kind::kInlineFragment:
        CheckDirectives(selection.directives, "INLINE_FRAGMENT");
        CheckInline(selection, type);
        Visit(selection.selections, type);
        break;
    }
  }
}

void SelectionWalk::VisitField(const Selection& field, const TypeDefinition& type) {
  const FieldDefinition* const definition = check_.schema.FindField(type, field.name);
  if (definition == nullptr) {
    std::vector<std::string_view> names;
    names.reserve(type.fields.size());
    for (const FieldDefinition& one : type.fields) {
      names.push_back(one.name);
    }
    check_.Fail(
        fmt::format(
            "type '{}' has no field '{}'{}", type.name, field.name, Suggestion(field.name, names)
        ),
        field.location
    );
    return;
  }
  if (!check_.limits.introspection && (field.name == "__schema" || field.name == "__type")) {
    check_.Fail("introspection is switched off on this server", field.location);
    return;
  }
  const Coercer::Taker taker{
      .inputs = definition->arguments,
      .name = fmt::format("field '{}'", field.name),
      .noun = "argument",
      .location = field.location};
  coercer_.CoerceMembers(field.arguments, taker, "");
  VisitLeafOrObject(field, *definition);
}

void SelectionWalk::VisitLeafOrObject(const Selection& field, const FieldDefinition& definition) {
  const TypeDefinition& type = *check_.schema.FindType(definition.type.name);
  if (type.IsComposite() && field.selections.empty()) {
    check_.Fail(
        fmt::format(
            "field '{}' is of type {}: say which of its fields you want, as in {} {{ {} }}",
            field.name,
            ToString(definition.type.View()),
            field.name,
            type.fields.front().name
        ),
        field.location
    );
    return;
  }
  if (!type.IsComposite() && !field.selections.empty()) {
    check_.Fail(
        fmt::format(
            "field '{}' is of type {}, which has no fields",
            field.name,
            ToString(definition.type.View())
        ),
        field.location
    );
    return;
  }
  Visit(field.selections, type);
}

/// There are no interfaces and no unions: a fragment applies to its own type only.
void SelectionWalk::FailImpossible(
    std::string_view condition, const TypeDefinition& type, const Location& location
) {
  check_.Fail(
      fmt::format("a fragment on '{}' can never apply to the type '{}'", condition, type.name),
      location
  );
}

void SelectionWalk::CheckSpread(const Selection& spread, const TypeDefinition& type) {
  const Fragment* const fragment = check_.document.FindFragment(spread.name);
  if (fragment->type_condition != type.name) {
    FailImpossible(fragment->type_condition, type, spread.location);
  }
}

void SelectionWalk::CheckInline(const Selection& fragment, const TypeDefinition& type) {
  if (!fragment.type_condition.empty() && fragment.type_condition != type.name) {
    FailImpossible(fragment.type_condition, type, fragment.location);
  }
}

void SelectionWalk::CheckDirectives(
    const std::vector<Directive>& directives, std::string_view location
) {
  std::set<std::string_view> names;
  for (const Directive& directive : directives) {
    const DirectiveDefinition* const known = check_.schema.FindDirective(directive.name);
    if (known == nullptr) {
      check_.Fail(fmt::format("there is no directive '@{}'", directive.name), directive.location);
      continue;
    }
    const auto& allowed = known->locations;
    if (std::find(allowed.begin(), allowed.end(), location) == allowed.end()) {
      check_.Fail(
          fmt::format("directive '@{}' may not stand at a {}", directive.name, location),
          directive.location
      );
    }
    if (!names.insert(directive.name).second) {
      check_.Fail(fmt::format("directive '@{}' stands twice", directive.name), directive.location);
    }
    const Coercer::Taker taker{
        .inputs = known->arguments,
        .name = fmt::format("directive '@{}'", directive.name),
        .noun = "argument",
        .location = directive.location};
    coercer_.CoerceMembers(directive.arguments, taker, "");
  }
}

}  // namespace

void CheckSelections(Check& check) {
  SelectionWalk walk(check);
  for (const Operation& operation : check.document.operations) {
    walk.VisitOperation(operation);
  }
  for (const Fragment& fragment : check.document.fragments) {
    walk.VisitFragment(fragment);
  }
}

}  // namespace tidings::graphql
