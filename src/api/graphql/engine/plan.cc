#include "api/graphql/engine/plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace tidings::graphql {
namespace {

/// The selections that make up one field of the answer.
struct Group {
  std::string_view key;
  std::vector<const Selection*> selections;
};

/// The group of that key, made if there is none.
Group& GroupOf(std::string_view key, std::vector<Group>& groups) {
  const auto found = std::find_if(groups.begin(), groups.end(), [key](const Group& group) {
    return group.key == key;
  });
  return found == groups.end() ? groups.emplace_back(Group{key, {}}) : *found;
}

class Planner {
 public:
  Planner(
      const Document& document,
      const Schema& schema,
      const VariableValues& variables,
      std::vector<Error>& errors
  )
      : document_(document),
        schema_(schema),
        coercer_(schema, {.variables = &variables, .json_location = std::nullopt}, errors) {}

  std::vector<PlannedField> Plan(
      const std::vector<const std::vector<Selection>*>& sets, const TypeDefinition& type
  );

 private:
  using Visited = std::set<const Fragment*>;

  /// CollectFields (6.3.2).
  void Collect(
      const std::vector<Selection>& selections, Visited& visited, std::vector<Group>& groups
  );
  void CollectFragment(const Fragment& fragment, Visited& visited, std::vector<Group>& groups);
  PlannedField PlanField(const Group& group, const TypeDefinition& type);
  /// 3.13.1, 3.13.2.
  bool IsIncluded(const Selection& selection);

  const Document& document_;
  const Schema& schema_;
  Coercer coercer_;
};

bool Planner::IsIncluded(const Selection& selection) {
  for (const Directive& directive : selection.directives) {
    const Coercer::Taker taker{
        .inputs = schema_.FindDirective(directive.name)->arguments,
        .name = fmt::format("directive '@{}'", directive.name),
        .noun = "argument",
        .location = directive.location};
    const std::optional<Json> arguments = coercer_.CoerceMembers(directive.arguments, taker, "");
    const Json* const condition = arguments ? arguments->Find("if") : nullptr;
    const bool holds = condition != nullptr && *condition->As<bool>();
    if (holds == (directive.name == "skip")) {
      return false;
    }
  }
  return true;
}

void Planner::Collect(
    const std::vector<Selection>& selections, Visited& visited, std::vector<Group>& groups
) {
  for (const Selection& selection : selections) {
    if (!IsIncluded(selection)) {
      continue;
    }
    if (selection.kind == Selection::Kind::kInlineFragment) {
      Collect(selection.selections, visited, groups);
    } else if (selection.kind == Selection::Kind::kFragmentSpread) {
      CollectFragment(*document_.FindFragment(selection.name), visited, groups);
    } else {
      GroupOf(selection.ResponseKey(), groups).selections.push_back(&selection);
    }
  }
}

void Planner::CollectFragment(
    const Fragment& fragment, Visited& visited, std::vector<Group>& groups
) {
  if (visited.insert(&fragment).second) {
    Collect(fragment.selections, visited, groups);
  }
}

std::vector<PlannedField> Planner::Plan(
    const std::vector<const std::vector<Selection>*>& sets, const TypeDefinition& type
) {
  Visited visited;
  std::vector<Group> groups;
  for (const auto* set : sets) {
    Collect(*set, visited, groups);
  }
  std::vector<PlannedField> fields;
  fields.reserve(groups.size());
  for (const Group& group : groups) {
    fields.push_back(PlanField(group, type));
  }
  return fields;
}

PlannedField Planner::PlanField(const Group& group, const TypeDefinition& type) {
  const Selection& first = *group.selections.front();
  PlannedField field;
  field.response_key = group.key;
  field.definition = schema_.FindField(type, first.name);
  field.location = first.location;
  const Coercer::Taker taker{
      .inputs = field.definition->arguments,
      .name = fmt::format("field '{}'", first.name),
      .noun = "argument",
      .location = first.location};
  field.arguments = coercer_.CoerceMembers(first.arguments, taker, "").value_or(Json{});
  std::vector<const std::vector<Selection>*> inner;
  inner.reserve(group.selections.size());
  for (const Selection* selection : group.selections) {
    inner.push_back(&selection->selections);
  }
  field.fields = Plan(inner, *schema_.FindType(field.definition->type.name));
  return field;
}

const Literal* FindLiteral(const std::vector<Argument>& given, std::string_view name) {
  const auto found = std::find_if(given.begin(), given.end(), [name](const Argument& one) {
    return one.name == name;
  });
  return found == given.end() ? nullptr : &found->value;
}

}  // namespace

std::optional<VariableValues> CoerceVariables(
    const Operation& operation,
    const std::vector<Argument>& given,
    const Schema& schema,
    std::vector<Error>& errors
) {
  VariableValues values;
  for (const VariableDefinition& variable : operation.variables) {
    const TypeView type = variable.type.View();
    const std::string path = "$" + variable.name;
    const Literal* const literal = FindLiteral(given, variable.name);
    std::optional<Json> value;
    if (literal != nullptr) {
      Coercer coercer(schema, {.json_location = variable.location}, errors);
      value = coercer.Coerce(*literal, type, path);
    } else if (variable.default_value) {
      value = Coercer(schema, {}, errors).Coerce(*variable.default_value, type, path);
    } else if (type.IsNonNull()) {
      errors.push_back(
          {.message = fmt::format("{}: missing, expected {}", path, ToString(type)),
           .locations = {variable.location},
           .path = {}}
      );
    }
    if (value) {
      values.emplace(variable.name, *std::move(value));
    }
  }
  return errors.empty() ? std::optional(std::move(values)) : std::nullopt;
}

std::optional<std::vector<PlannedField>> MakePlan(
    const Document& document,
    const Operation& operation,
    const Schema& schema,
    const VariableValues& variables,
    std::vector<Error>& errors
) {
  Planner planner(document, schema, variables, errors);
  std::vector<PlannedField> plan = planner.Plan({&operation.selections}, schema.query_type());
  return errors.empty() ? std::optional(std::move(plan)) : std::nullopt;
}

}  // namespace tidings::graphql
