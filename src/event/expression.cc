#include "event/expression.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tidings {
namespace {

/// Ascending, each once.
using Strings = std::vector<std::string>;

Strings Sorted(Strings strings) {
  std::sort(strings.begin(), strings.end());
  strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
  return strings;
}

Strings Union(const Strings& a, const Strings& b) {
  Strings all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

Strings Intersection(const Strings& a, const Strings& b) {
  Strings common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

Strings WholeWordsOf(const Condition& condition) {
  const auto* const phrase = std::get_if<WordsCondition>(&condition);
  Strings words;
  if (phrase != nullptr) {
    for (const QueryWord& word : phrase->words) {
      if (!word.is_prefix) {
        words.push_back(word.text);
      }
    }
  }
  return Sorted(std::move(words));
}

std::optional<Strings> ValuesOfAny(const std::vector<Expression>& children, FilterField field) {
  Strings values;
  for (const Expression& child : children) {
    const std::optional<Strings> of_child = RequiredValues(child, field);
    if (!of_child) {
      return std::nullopt;
    }
    values = Union(values, *of_child);
  }
  return values;
}

std::optional<Strings> ValuesOfAll(const std::vector<Expression>& children, FilterField field) {
  std::optional<Strings> values;
  for (const Expression& child : children) {
    std::optional<Strings> of_child = RequiredValues(child, field);
    if (of_child) {
      values = values ? Intersection(*values, *of_child) : *std::move(of_child);
    }
  }
  return values;
}

}  // namespace

void Expression::Require(Expression other) {
  if (kind != Kind::kAll) {
    Expression self = std::move(*this);
    *this = AllOf({});
    children.push_back(std::move(self));
  }
  children.push_back(std::move(other));
}

Expression AllOf(std::vector<Expression> children) {
  return {.kind = Expression::Kind::kAll, .children = std::move(children), .condition = {}};
}

Expression AnyOf(std::vector<Expression> children) {
  return {.kind = Expression::Kind::kAny, .children = std::move(children), .condition = {}};
}

Expression Not(Expression child) {
  Expression negated{.kind = Expression::Kind::kNot, .children = {}, .condition = {}};
  negated.children.push_back(std::move(child));
  return negated;
}

Expression ConditionOf(Condition condition) {
  return {.kind = Expression::Kind::kCondition, .children = {}, .condition = std::move(condition)};
}

Expression OneOf(FilterField field, const std::vector<std::string>& values) {
  Expression any = AnyOf({});
  for (const std::string& value : values) {
    any.children.push_back(ConditionOf(FieldCondition{
        .field = field, .pattern = TextPattern::Exactly(value)}));
  }
  return any;
}

Expression NoneOf(FilterField field, const std::vector<std::string>& values) {
  return Not(OneOf(field, values));
}

bool Holds(const Expression& expression, const EventView& event, int64_t now_ms) {
  const Verdict verdict = Judge(expression, [&event, now_ms](const Condition& condition) {
    return Holds(condition, event, now_ms) ? Verdict::kYes : Verdict::kNo;
  });
  return verdict == Verdict::kYes;
}

std::vector<std::string> RequiredWords(const Expression& expression) {
  if (expression.kind == Expression::Kind::kCondition) {
    return WholeWordsOf(*expression.condition);
  }
  Strings words;
  if (expression.kind == Expression::Kind::kNot || expression.children.empty()) {
    return words;
  }
  const bool is_all = expression.kind == Expression::Kind::kAll;
  words = RequiredWords(expression.children.front());
  for (size_t i = 1; i < expression.children.size(); ++i) {
    const Strings of_child = RequiredWords(expression.children[i]);
    words = is_all ? Union(words, of_child) : Intersection(words, of_child);
  }
  return words;
}

std::optional<std::vector<std::string>> RequiredValues(
    const Expression& expression, FilterField field
) {
  switch (expression.kind) {
    case Expression::Kind::kAll:
      return ValuesOfAll(expression.children, field);
    case Expression::Kind::kAny:
      return ValuesOfAny(expression.children, field);
    case Expression::Kind::kNot:
      return std::nullopt;
    case Expression::Kind::kCondition:
      break;
  }
  const auto* const condition = std::get_if<FieldCondition>(&*expression.condition);
  if (condition == nullptr || condition->field != field || !condition->pattern.IsExact()) {
    return std::nullopt;
  }
  return Strings{condition->pattern.prefix()};
}

}  // namespace tidings
