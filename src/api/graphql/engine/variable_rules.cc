#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "api/graphql/engine/coercion.h"
#include "api/graphql/engine/rules.h"

namespace tidings::graphql {
namespace {

bool HoldsVariable(const Literal& literal) {
  return literal.kind == Literal::Kind::kVariable ||
         std::any_of(literal.items.begin(), literal.items.end(), HoldsVariable) ||
         std::any_of(literal.members.begin(), literal.members.end(), [](const Argument& member) {
           return HoldsVariable(member.value);
         });
}

/// AreTypesCompatible (5.8.5).
bool Fits(TypeView variable, TypeView place) {
  if (place.IsNonNull()) {
    return variable.IsNonNull() && Fits(variable.Inner(), place.Inner());
  }
  if (variable.IsNonNull()) {
    return Fits(variable.Inner(), place);
  }
  if (place.IsList() || variable.IsList()) {
    return place.IsList() && variable.IsList() && Fits(variable.Inner(), place.Inner());
  }
  return variable.name == place.name;
}

/// IsVariableUsageAllowed (5.8.5): a default makes up for a nullable variable.
bool IsUsable(const VariableDefinition& variable, TypeView place, bool place_has_default) {
  const TypeView type = variable.type.View();
  const bool has_default =
      variable.default_value && variable.default_value->kind != Literal::Kind::kNull;
  const bool makes_up = place.IsNonNull() && !type.IsNonNull();
  if (makes_up && (has_default || place_has_default)) {
    return Fits(type, place.Inner());
  }
  return Fits(type, place);
}

/// Follows one operation through its fragments, and finds where its variables are used.
class VariableWalk {
 public:
  VariableWalk(Check& check, const Operation& operation) : check_(check), operation_(operation) {
    for (const VariableDefinition& variable : operation.variables) {
      variables_.emplace(variable.name, &variable);
    }
  }

  void Run();

 private:
  void Visit(const std::vector<Selection>& selections, const TypeDefinition& type);
  void VisitFragment(const Fragment& fragment);
  void VisitDirectives(const std::vector<Directive>& directives);
  void VisitGiven(const std::vector<Argument>& given, const std::vector<InputField>& inputs);
  void VisitLiteral(const Literal& literal, TypeView place, bool has_default);
  void VisitUsage(const Literal& usage, TypeView place, bool has_default);

  Check& check_;
  const Operation& operation_;
  std::map<std::string_view, const VariableDefinition*> variables_;
  std::set<std::string_view> used_;
  std::set<const Fragment*> visited_;
};

void VariableWalk::Run() {
  Visit(operation_.selections, check_.schema.query_type());
  for (const VariableDefinition& variable : operation_.variables) {
    if (!used_.contains(variable.name) && !check_.IsFull()) {
      check_.Fail(fmt::format("variable ${} is not used", variable.name), variable.location);
    }
  }
}

void VariableWalk::Visit(const std::vector<Selection>& selections, const TypeDefinition& type) {
  for (const Selection& selection : selections) {
    VisitDirectives(selection.directives);
    if (selection.kind == Selection::Kind::kField) {
      const FieldDefinition& field = *check_.schema.FindField(type, selection.name);
      VisitGiven(selection.arguments, field.arguments);
      Visit(selection.selections, *check_.schema.FindType(field.type.name));
    } else if (selection.kind == Selection::Kind::kInlineFragment) {
      Visit(selection.selections, type);
    } else {
      VisitFragment(*check_.document.FindFragment(selection.name));
    }
  }
}

void VariableWalk::VisitFragment(const Fragment& fragment) {
  if (visited_.insert(&fragment).second) {
    Visit(fragment.selections, *check_.schema.FindType(fragment.type_condition));
  }
}

void VariableWalk::VisitDirectives(const std::vector<Directive>& directives) {
  for (const Directive& directive : directives) {
    VisitGiven(directive.arguments, check_.schema.FindDirective(directive.name)->arguments);
  }
}

void VariableWalk::VisitGiven(
    const std::vector<Argument>& given, const std::vector<InputField>& inputs
) {
  for (const Argument& one : given) {
    const InputField& input = *FindInput(inputs, one.name);
    VisitLiteral(one.value, input.type.View(), input.default_value.has_value());
  }
}

void VariableWalk::VisitLiteral(const Literal& literal, TypeView place, bool has_default) {
  if (literal.kind == Literal::Kind::kVariable) {
    VisitUsage(literal, place, has_default);
    return;
  }
  const TypeView nullable = place.Nullable();
  const TypeView item = nullable.IsList() ? nullable.Inner() : nullable;
  for (const Literal& one : literal.items) {
    VisitLiteral(one, item, false);
  }
  if (literal.kind == Literal::Kind::kObject) {
    VisitGiven(literal.members, check_.schema.FindType(nullable.name)->inputs);
  }
}

void VariableWalk::VisitUsage(const Literal& usage, TypeView place, bool has_default) {
  const auto found = variables_.find(usage.text);
  if (found == variables_.end()) {
    check_.Fail(
        operation_.name.empty()
            ? fmt::format("variable ${} is not defined", usage.text)
            : fmt::format(
                  "variable ${} is not defined by operation '{}'", usage.text, operation_.name
              ),
        usage.location
    );
    return;
  }
  used_.insert(found->first);
  const VariableDefinition& variable = *found->second;
  if (!IsUsable(variable, place, has_default)) {
    check_.Fail(
        fmt::format(
            "variable ${} is of type {}, but stands where {} is expected",
            usage.text,
            ToString(variable.type.View()),
            ToString(place)
        ),
        usage.location
    );
  }
}

void CheckDefault(Check& check, const VariableDefinition& variable, const Literal& value) {
  if (HoldsVariable(value)) {
    check.Fail(
        fmt::format("the default of ${} may not hold a variable", variable.name), variable.location
    );
    return;
  }
  Coercer coercer(check.schema, {}, check.errors);
  coercer.Coerce(value, variable.type.View(), "$" + variable.name);
}

void CheckDefinitionsOf(Check& check, const Operation& operation) {
  std::set<std::string_view> names;
  for (const VariableDefinition& variable : operation.variables) {
    if (check.IsFull()) {
      return;
    }
    if (!names.insert(variable.name).second) {
      check.Fail(fmt::format("variable ${} is defined twice", variable.name), variable.location);
    }
    const TypeDefinition* const type = check.schema.FindType(variable.type.name);
    if (type == nullptr || !type->IsInput()) {
      check.Fail(
          fmt::format(
              "variable ${}: there is no input type '{}'", variable.name, variable.type.name
          ),
          variable.location
      );
    } else if (variable.default_value) {
      CheckDefault(check, variable, *variable.default_value);
    }
  }
}

}  // namespace

void CheckVariables(Check& check) {
  for (const Operation& operation : check.document.operations) {
    CheckDefinitionsOf(check, operation);
    VariableWalk(check, operation).Run();
  }
}

}  // namespace tidings::graphql
