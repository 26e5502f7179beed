#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "api/graphql/engine/rules.h"

namespace tidings::graphql {
namespace {

/// Adds without ever going round: fragments in fragments double at each level.
size_t AddUpTo(size_t a, size_t b) {
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  return b > kMost - a ? kMost : a + b;
}

struct Size {
  size_t depth = 0;
  size_t aliases = 0;
  size_t cost = 0;

  void Add(const Size& other) {
    depth = std::max(depth, other.depth);
    aliases = AddUpTo(aliases, other.aliases);
    cost = AddUpTo(cost, other.cost);
  }
};

/// Measures each fragment once, however often it is spread.
class Measure {
 public:
  explicit Measure(const Check& check) : check_(check) {}

  /// `type` is null where a type is not known, which another rule tells.
  Size Of(const std::vector<Selection>& selections, const TypeDefinition* type);

 private:
  Size OfField(const Selection& field, const TypeDefinition* type);
  Size OfFragment(const Fragment& fragment);

  const Check& check_;
  std::map<const Fragment*, Size> fragments_;
};

Size Measure::Of(const std::vector<Selection>& selections, const TypeDefinition* type) {
  Size size;
  for (const Selection& selection : selections) {
    if (selection.kind == Selection::Kind::kField) {
      size.Add(OfField(selection, type));
    } else if (selection.kind == Selection::Kind::kInlineFragment) {
      size.Add(Of(selection.selections, type));
    } else if (const Fragment* fragment = check_.document.FindFragment(selection.name)) {
      size.Add(OfFragment(*fragment));
    }
  }
  return size;
}

Size Measure::OfField(const Selection& field, const TypeDefinition* type) {
  const FieldDefinition* const definition =
      type == nullptr ? nullptr : check_.schema.FindField(*type, field.name);
  const TypeDefinition* const inner =
      definition == nullptr ? nullptr : check_.schema.FindType(definition->type.name);
  Size size = Of(field.selections, inner);
  size.depth = AddUpTo(size.depth, 1);
  size.aliases = AddUpTo(size.aliases, field.alias.empty() ? 0 : 1);
  size.cost = AddUpTo(size.cost, definition == nullptr ? 1 : definition->cost);
  return size;
}

Size Measure::OfFragment(const Fragment& fragment) {
  const auto known = fragments_.find(&fragment);
  if (known != fragments_.end()) {
    return known->second;
  }
  const Size size = Of(fragment.selections, check_.schema.FindType(fragment.type_condition));
  fragments_.emplace(&fragment, size);
  return size;
}

void CheckAgainst(
    Check& check, const Operation& operation, std::string_view what, size_t is, size_t limit
) {
  if (is <= limit) {
    return;
  }
  // A count that was cut off is of no use to anybody.
  constexpr size_t kShown = 1'000'000'000;
  const std::string shown = is > kShown ? "more than 1000000000" : fmt::format("{}", is);
  check.Fail(
      fmt::format("the {} of the query is {}, at most {} is allowed", what, shown, limit),
      operation.location
  );
}

}  // namespace

void CheckSize(Check& check) {
  Measure measure(check);
  for (const Operation& operation : check.document.operations) {
    const Size size = measure.Of(operation.selections, &check.schema.query_type());
    const Limits& limits = check.limits;
    CheckAgainst(check, operation, "depth (fields in fields)", size.depth, limits.max_depth);
    CheckAgainst(check, operation, "number of aliases", size.aliases, limits.max_aliases);
    CheckAgainst(check, operation, "cost", size.cost, limits.max_cost);
  }
}

}  // namespace tidings::graphql
