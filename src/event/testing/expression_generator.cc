#include "event/testing/expression_generator.h"

#include <utility>

namespace tidings::testing {
namespace {

constexpr int kMaxDepth = 3;

class Generator {
 public:
  Generator(std::mt19937_64& random, const ExpressionGeneratorOptions& options)
      : random_(random), options_(options) {}

  Expression Draw(int depth) {
    const int kind = depth == kMaxDepth ? 3 : Pick(6);
    if (kind == 0) {
      return Not(Draw(depth + 1));
    }
    if (kind > 2) {
      return ConditionOf(DrawCondition());
    }
    Expression joined = kind == 1 ? AllOf({}) : AnyOf({});
    for (int children = Pick(4); children > 0; --children) {
      joined.children.push_back(Draw(depth + 1));
    }
    return joined;
  }

 private:
  /// 0 .. bound - 1.
  int Pick(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  template <typename T>
  T OneOf(const std::vector<T>& all) {
    return all[static_cast<size_t>(Pick(static_cast<int>(all.size())))];
  }

  Condition DrawCondition() {
    switch (Pick(6)) {
      case 0:
      case 1:
        return DrawField();
      case 2:
        return DrawNumber();
      case 3:
        return DerivedCondition{.derived = Pick(2) == 0};
      case 4:
        return DrawParameter();
      default:
        return DrawWords();
    }
  }

  /// The value, a beginning of it, or anything.
  TextPattern PatternFor(const std::string& value) {
    switch (Pick(4)) {
      case 0:
        return TextPattern::FromPieces({value.substr(0, 1), ""});
      case 1:
        return TextPattern::FromPieces({"", ""});
      default:
        return TextPattern::Exactly(value);
    }
  }

  FieldCondition DrawField() {
    const std::vector<std::pair<FilterField, std::vector<std::string>>> values = {
        {FilterField::kService, {"shop", "cart", ""}},
        {FilterField::kInstance, {"i-1", ""}},
        {FilterField::kEndpoint, {"/a", ""}},
        {FilterField::kLayer, {"GENERAL", "K8S", "MESH"}},
        {FilterField::kName, {"Deploy", "Restart", "Scale", ""}},
        {FilterField::kType, {"Normal", "Error"}},
        {FilterField::kState, {"open", "closed", "instant", "orphan_end"}},
        {FilterField::kId, options_.ids},
        {FilterField::kMessage, {"m", "m {k}", ""}}};
    const auto [field, choices] = OneOf(values);
    return {.field = field, .pattern = PatternFor(OneOf(choices))};
  }

  NumberRange RangeFrom(int64_t low, int64_t high) {
    NumberRange range;
    if (Pick(3) > 0) {
      range.low = static_cast<Number>(low);
      range.includes_low = Pick(2) == 0;
    }
    if (Pick(3) > 0) {
      range.high = static_cast<Number>(high);
      range.includes_high = Pick(2) == 0;
    }
    return range;
  }

  NumberCondition DrawNumber() {
    const int low = Pick(5);
    const int high = low + Pick(4);
    switch (Pick(4)) {
      case 0:
        return {.field = NumberField::kCount, .range = RangeFrom(low, high)};
      case 1:
        return {.field = NumberField::kDuration, .range = RangeFrom(low, high)};
      case 2:
        return {.field = NumberField::kStart, .range = TimesFrom(low, high)};
      default:
        return {.field = NumberField::kEnd, .range = TimesFrom(low, high)};
    }
  }
  NumberRange TimesFrom(int low, int high) {
    return RangeFrom(options_.first_time_ms + low, options_.first_time_ms + high);
  }

  ParameterCondition DrawParameter() {
    ParameterCondition condition;
    condition.key = OneOf<std::string>({"k", "k1", "key", "z", "é", "p100"});
    if (Pick(2) == 0) {
      condition.text = PatternFor(OneOf<std::string>({"", "a", "b", "true", "7", "7.0", "NaN"}));
    }
    if (!condition.text || Pick(2) == 0) {
      condition.number = RangeFrom(Pick(8) - 2, Pick(8));
    }
    return condition;
  }

  WordsCondition DrawWords() {
    WordsCondition phrase;
    phrase.words.push_back(
        {.text = OneOf<std::string>({"m", "n", "deploy", "s", "é", "7", "a", "true"}),
         .is_prefix = Pick(2) == 0}
    );
    if (Pick(3) == 0) {
      phrase.words.push_back({.text = OneOf<std::string>({"k", "b", "0"})});
    }
    return phrase;
  }

  std::mt19937_64& random_;
  const ExpressionGeneratorOptions& options_;
};

}  // namespace

Expression DrawExpression(std::mt19937_64& random, const ExpressionGeneratorOptions& options) {
  return Generator(random, options).Draw(0);
}

}  // namespace tidings::testing
