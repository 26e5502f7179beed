#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/condition.h"

/// Which events a query means: conditions, joined by AND, OR and NOT. One tree and one meaning for
/// stores, for the feed and for the reference.
namespace tidings {

struct Expression {
  enum class Kind : uint8_t { kAll, kAny, kNot, kCondition };

  /// kAll without children holds for every event, kAny without children for none.
  Kind kind = Kind::kAll;
  /// Of kNot exactly one.
  std::vector<Expression> children;
  /// Of kCondition.
  std::optional<Condition> condition;

  bool IsEverything() const { return kind == Kind::kAll && children.empty(); }
  /// Demands `other` too.
  void Require(Expression other);

  friend bool operator==(const Expression&, const Expression&) = default;
};

Expression AllOf(std::vector<Expression> children);
Expression AnyOf(std::vector<Expression> children);
Expression Not(Expression child);
Expression ConditionOf(Condition condition);
/// The field has one of the values, exactly.
Expression OneOf(FilterField field, const std::vector<std::string>& values);
Expression NoneOf(FilterField field, const std::vector<std::string>& values);

bool Holds(const Expression& expression, const EventView& event, int64_t now_ms);

/// What is known when not everything is read.
enum class Verdict : uint8_t { kNo, kYes, kUnknown };

/// The verdict on a tree with `kind` and `children` as Expression has them, when `answer(leaf)`
/// gives the verdict on each kCondition.
template <typename Node, typename Answer>
Verdict JudgeTree(const Node& node, const Answer& answer) {
  using Kind = Expression::Kind;
  if (node.kind == Kind::kCondition) {
    return answer(node);
  }
  if (node.kind == Kind::kNot) {
    const Verdict child = JudgeTree(node.children.front(), answer);
    return child == Verdict::kUnknown ? child
           : child == Verdict::kYes   ? Verdict::kNo
                                      : Verdict::kYes;
  }
  // AND is decided by the first "no", OR by the first "yes".
  const bool is_all = node.kind == Kind::kAll;
  const Verdict deciding = is_all ? Verdict::kNo : Verdict::kYes;
  Verdict verdict = is_all ? Verdict::kYes : Verdict::kNo;
  for (const Node& child : node.children) {
    const Verdict of_child = JudgeTree(child, answer);
    if (of_child == deciding) {
      return deciding;
    }
    if (of_child == Verdict::kUnknown) {
      verdict = Verdict::kUnknown;
    }
  }
  return verdict;
}

/// The verdict on `expression` when `answer(const Condition&)` gives the verdict on each condition:
/// for a row whose cold columns are not read yet, or for a whole block by its summary.
template <typename Answer>
Verdict Judge(const Expression& expression, const Answer& answer) {
  return JudgeTree(expression, [&answer](const Expression& leaf) {
    return answer(*leaf.condition);
  });
}

/// Folded words that stand whole in the message, the name or a parameter's value of every event for
/// which the expression holds; ascending, each once. For word filters: a block without one of them
/// has no match. (More can be ruled out by Judge, with the words of each condition.)
std::vector<std::string> RequiredWords(const Expression& expression);

/// Values of which every event for which the expression holds has one in `field`; ascending, each
/// once. Nothing when the expression does not pin the field down.
std::optional<std::vector<std::string>> RequiredValues(
    const Expression& expression, FilterField field
);

}  // namespace tidings
