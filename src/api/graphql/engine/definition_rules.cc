#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "api/graphql/engine/rules.h"

namespace tidings::graphql {
namespace {

/// Follows spreads from fragment to fragment.
class SpreadWalk {
 public:
  explicit SpreadWalk(Check& check) : check_(check) {}

  void Visit(const std::vector<Selection>& selections);
  void VisitFragment(const Fragment& fragment);
  bool Reached(const Fragment& fragment) const { return states_.contains(&fragment); }

 private:
  enum class State : uint8_t { kOnTheWay, kDone };

  void VisitSpread(const Selection& spread);

  Check& check_;
  std::map<const Fragment*, State> states_;
};

void SpreadWalk::Visit(const std::vector<Selection>& selections) {
  for (const Selection& selection : selections) {
    if (selection.kind == Selection::Kind::kFragmentSpread) {
      VisitSpread(selection);
    } else {
      Visit(selection.selections);
    }
  }
}

void SpreadWalk::VisitSpread(const Selection& spread) {
  const Fragment* const fragment = check_.document.FindFragment(spread.name);
  if (fragment == nullptr) {
    check_.Fail(fmt::format("there is no fragment '{}'", spread.name), spread.location);
    return;
  }
  const auto state = states_.find(fragment);
  if (state == states_.end()) {
    VisitFragment(*fragment);
  } else if (state->second == State::kOnTheWay) {
    check_.Fail(fmt::format("fragment '{}' is spread inside itself", spread.name), spread.location);
  }
}

void SpreadWalk::VisitFragment(const Fragment& fragment) {
  states_[&fragment] = State::kOnTheWay;
  Visit(fragment.selections);
  states_[&fragment] = State::kDone;
}

void CheckKind(Check& check, const Operation& operation) {
  if (operation.kind != Operation::Kind::kQuery) {
    const bool is_mutation = operation.kind == Operation::Kind::kMutation;
    check.Fail(
        fmt::format("there are no {}, only queries", is_mutation ? "mutations" : "subscriptions"),
        operation.location
    );
  }
}

void CheckOperationNames(Check& check) {
  std::set<std::string_view> names;
  for (const Operation& operation : check.document.operations) {
    CheckKind(check, operation);
    if (operation.name.empty() && check.document.operations.size() > 1) {
      check.Fail("one of several operations has no name", operation.location);
    } else if (!names.insert(operation.name).second) {
      check.Fail(
          fmt::format("there are two operations named '{}'", operation.name), operation.location
      );
    }
  }
}

void CheckFragmentNames(Check& check) {
  std::set<std::string_view> names;
  for (const Fragment& fragment : check.document.fragments) {
    if (!names.insert(fragment.name).second) {
      check.Fail(
          fmt::format("there are two fragments named '{}'", fragment.name), fragment.location
      );
    }
  }
}

/// Every fragment must be used, spreads must lead to one, and no way leads back.
void CheckSpreads(Check& check) {
  SpreadWalk walk(check);
  for (const Operation& operation : check.document.operations) {
    walk.Visit(operation.selections);
  }
  for (const Fragment& fragment : check.document.fragments) {
    if (!walk.Reached(fragment)) {
      check.Fail(fmt::format("fragment '{}' is not used", fragment.name), fragment.location);
      walk.VisitFragment(fragment);
    }
  }
}

}  // namespace

void CheckDefinitions(Check& check) {
  const size_t definitions = check.document.operations.size() + check.document.fragments.size();
  if (definitions > check.limits.max_definitions) {
    check.Fail(
        fmt::format(
            "{} operations and fragments, at most {}", definitions, check.limits.max_definitions
        ),
        {}
    );
    return;
  }
  if (check.document.operations.empty()) {
    check.Fail("there is no operation, only fragments", {});
  }
  CheckOperationNames(check);
  CheckFragmentNames(check);
  CheckSpreads(check);
}

}  // namespace tidings::graphql
