#include "store/embedded/row_filter.h"

#include <algorithm>
#include <utility>

namespace tidings::embedded {
namespace {

/// The only field that the expression asks about, if it asks about one hot text and nothing else.
std::optional<FilterField> OnlyHotText(const Expression& expression) {
  if (expression.kind == Expression::Kind::kCondition) {
    const auto* const condition = std::get_if<FieldCondition>(&*expression.condition);
    return condition != nullptr && HotTextOf(condition->field) ? std::optional(condition->field)
                                                               : std::nullopt;
  }
  std::optional<FilterField> only;
  for (const Expression& child : expression.children) {
    const std::optional<FilterField> of_child = OnlyHotText(child);
    if (!of_child || (only && *only != *of_child)) {
      return std::nullopt;
    }
    only = of_child;
  }
  return only;
}

Verdict VerdictOf(bool holds) {
  return holds ? Verdict::kYes : Verdict::kNo;
}

}  // namespace

RowFilter::RowFilter(const Filter& filter, const HotBlock& block, int64_t now_ms)
    : block_(block), window_(filter.window), now_ms_(now_ms), root_(Prepare(filter.where)) {}

RowFilter::Node RowFilter::Prepare(const Expression& expression) {
  if (const std::optional<FilterField> field = OnlyHotText(expression)) {
    return PrepareText(expression, *field, static_cast<size_t>(*HotTextOf(*field)));
  }
  if (expression.kind == Expression::Kind::kCondition) {
    return PrepareCondition(*expression.condition);
  }
  Node node{.kind = expression.kind};
  node.children.reserve(expression.children.size());
  for (const Expression& child : expression.children) {
    node.children.push_back(Prepare(child));
  }
  return node;
}

RowFilter::Node RowFilter::PrepareText(
    const Expression& expression, FilterField field, size_t hot_text
) const {
  Node node{.kind = Expression::Kind::kCondition, .field = hot_text};
  EventView event;
  for (const std::string_view text : block_.texts(hot_text)) {
    event.text.values[hot_text] = text;
    const std::string_view shown = ShownValue(event, field);
    const Verdict verdict = tidings::Judge(expression, [shown](const Condition& condition) {
      return VerdictOf(Holds(*std::get_if<FieldCondition>(&condition), shown));
    });
    node.holds_for.push_back(verdict == Verdict::kYes);
  }
  return node;
}

RowFilter::Node RowFilter::PrepareCondition(const Condition& condition) {
  Node node{.kind = Expression::Kind::kCondition, .condition = &condition};
  if (const auto* const number = std::get_if<NumberCondition>(&condition)) {
    needs_count_ = needs_count_ || number->field == NumberField::kCount;
    return node;
  }
  if (std::holds_alternative<DerivedCondition>(condition)) {
    return node;
  }
  const auto* const field = std::get_if<FieldCondition>(&condition);
  if (field != nullptr &&
      (field->field == FilterField::kType || field->field == FilterField::kState)) {
    return node;
  }
  node.is_cold = true;
  const bool asks_for_id = field != nullptr && field->field == FilterField::kId;
  needed_cold_ = std::max(needed_cold_, asks_for_id ? ColdColumns::kIds : ColdColumns::kAll);
  return node;
}

bool RowFilter::IsEmpty() const {
  return JudgeTree(root_, [](const Node& leaf) {
           const std::vector<bool>& holds_for = leaf.holds_for;
           const bool may_hold =
               !leaf.field ||
               std::find(holds_for.begin(), holds_for.end(), true) != holds_for.end();
           const bool may_fail =
               !leaf.field ||
               std::find(holds_for.begin(), holds_for.end(), false) != holds_for.end();
           return may_hold && may_fail ? Verdict::kUnknown : VerdictOf(may_hold);
         }) == Verdict::kNo;
}

Verdict RowFilter::Judge(size_t row) const {
  EventView event;
  bool is_filled = false;
  const auto fill = [&] {
    if (!is_filled) {
      block_.FillTimes(row, event);
      event.count = needs_count_ ? block_.Count(row) : 0;
      is_filled = true;
    }
  };
  const Verdict verdict = JudgeTree(root_, [&](const Node& leaf) {
    if (leaf.field) {
      return VerdictOf(leaf.holds_for[block_.Code(*leaf.field, row)]);
    }
    if (leaf.is_cold) {
      return Verdict::kUnknown;
    }
    fill();
    return VerdictOf(Holds(*leaf.condition, event, now_ms_));
  });
  if (verdict == Verdict::kNo) {
    return verdict;
  }
  fill();
  const bool is_possible = !event.withdrawn && Overlaps(IntervalOf(event, now_ms_), window_);
  return is_possible ? verdict : Verdict::kNo;
}

}  // namespace tidings::embedded
