#include "query/filter_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>
#include <fmt/format.h>
#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/limit_depth.hpp>
#include <tao/pegtl/contrib/parse_tree.hpp>

#include "base/status.h"
#include "base/text.h"
#include "query/field_conditions.h"
#include "query/filter_grammar.h"

namespace tidings::query {
namespace {

namespace p = tao::pegtl;
using grammar::Term;
using grammar::Value;

/// The rules that become nodes of the tree.
template <typename Rule>
using KeptRules = p::parse_tree::selector<
    Rule,
    p::parse_tree::store_content::on<
        grammar::AnyOf<Term>,
        grammar::AllOf<Term>,
        grammar::Negation<Term>,
        grammar::AnyOf<Value>,
        grammar::AllOf<Value>,
        grammar::Negation<Value>,
        grammar::FieldTerm,
        grammar::ParameterKey,
        grammar::FieldName,
        grammar::ComparedValue,
        grammar::Comparison,
        grammar::QuotedText,
        grammar::BareKey,
        grammar::BareValue,
        grammar::BareWords>>;
using Node = p::parse_tree::node;

/// What was expected where a rule had to match and did not.
template <typename Rule>
inline constexpr const char* kExpected = nullptr;
template <>
inline constexpr const char* kExpected<grammar::ExpectEscaped> = "a character behind the '\\'";
template <>
inline constexpr const char* kExpected<grammar::ExpectQuote> = "a closing '\"'";
template <>
inline constexpr const char* kExpected<grammar::ExpectOperand<Term>> =
    "a word, \"a text\", field:value or '('";
template <>
inline constexpr const char* kExpected<grammar::ExpectOperand<Value>> = "a value or '('";
template <>
inline constexpr const char* kExpected<grammar::ExpectClosing> = "a closing ')'";
template <>
inline constexpr const char* kExpected<grammar::ExpectComparedValue> = "a value to compare with";
template <>
inline constexpr const char* kExpected<grammar::ExpectValue> = "a value or '('";
template <>
inline constexpr const char* kExpected<grammar::ExpectKey> = "the key of a parameter";
template <>
inline constexpr const char* kExpected<grammar::ExpectKeyColon> = "':' and a value";
template <>
inline constexpr const char* kExpected<grammar::ExpectEnd> =
    "a word, \"a text\", field:value, '(' or the end";

struct Messages {
  template <typename Rule>
  static constexpr const char* message =  // NOLINT(readability-identifier-naming): PEGTL's name
      kExpected<Rule>;
};
template <typename Rule>
using ParseControl = p::must_if<Messages, p::normal, false>::control<Rule>;

template <typename Rule>
struct ParseAction : p::nothing<Rule> {};
template <>
struct ParseAction<grammar::NestedBody<Term>> : p::limit_depth<kMaxNesting> {};
template <>
struct ParseAction<grammar::NestedBody<Value>> : p::limit_depth<kMaxNesting> {};
template <>
struct ParseAction<grammar::NegationBody<Term>> : p::limit_depth<kMaxNesting> {};
template <>
struct ParseAction<grammar::NegationBody<Value>> : p::limit_depth<kMaxNesting> {};

constexpr std::array<std::string_view, 14> kFields = {
    "service",
    "instance",
    "endpoint",
    "layer",
    "name",
    "type",
    "state",
    "id",
    "message",
    "count",
    "start",
    "end",
    "duration",
    "derived"};

/// `bytes` of UTF-8 as a number of characters.
size_t CharactersOf(std::string_view bytes) {
  return static_cast<size_t>(std::count_if(bytes.begin(), bytes.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

/// What stands at `at`, for a message.
std::string FoundText(std::string_view text, size_t at) {
  if (at >= text.size()) {
    return "the end";
  }
  const size_t length = text.find_first_of(" \t\r\n()\"", at + 1) - at;
  return fmt::format("'{}'", EscapeForDisplay(text.substr(at, length), 40));
}

Comparison ComparisonOf(std::string_view text) {
  if (text == ">") {
    return Comparison::kAbove;
  }
  if (text == ">=") {
    return Comparison::kAtLeast;
  }
  return text == "<" ? Comparison::kBelow : Comparison::kAtMost;
}

/// The text of a key, or of what stands between quotes: a backslash makes the next character
/// literal, there are no wildcards.
std::string Unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    i += text[i] == '\\' && i + 1 < text.size() ? 1 : 0;
    out.push_back(text[i]);
  }
  return out;
}

WrittenValue ValueOf(const Node& node) {
  if (node.is_type<grammar::ComparedValue>()) {
    WrittenValue value = ValueOf(*node.children.back());
    value.comparison = ComparisonOf(node.children.front()->string_view());
    return value;
  }
  if (node.is_type<grammar::QuotedText>()) {
    return {.pieces = {Unescaped(node.string_view())}, .is_quoted = true};
  }
  return ReadValue(node.string_view());
}

/// Makes the expression of a parse tree. Meaning is checked here, so the first mistake is kept and
/// ends the work.
class ExpressionBuilder {
 public:
  ExpressionBuilder(std::string_view text, int64_t now_ms) : text_(text), now_ms_(now_ms) {}

  Expression Build(const Node& node) { return Build(node, nullptr); }

  const std::optional<Mistake>& mistake() const { return mistake_; }

 private:
  /// `field` is what values are about; null outside of a field's value.
  Expression Build(const Node& node, const Node* field) {
    if (node.is_type<grammar::FieldTerm>()) {
      const Node& name = *node.children.front();
      return name.is_type<grammar::FieldName>() && !IsKnown(name)
                 ? Expression()
                 : Build(*node.children.back(), &name);
    }
    if (node.is_type<grammar::ComparedValue>() || node.children.empty()) {
      return BuildLeaf(node, field);
    }
    if (node.is_type<grammar::Negation<Term>>() || node.is_type<grammar::Negation<Value>>()) {
      return tidings::Not(Build(*node.children.front(), field));
    }
    if (node.children.size() == 1) {
      return Build(*node.children.front(), field);
    }
    const bool is_any =
        node.is_type<grammar::AnyOf<Term>>() || node.is_type<grammar::AnyOf<Value>>();
    Expression joined = is_any ? tidings::AnyOf({}) : tidings::AllOf({});
    for (const auto& child : node.children) {
      joined.children.push_back(Build(*child, field));
    }
    return joined;
  }

  Expression BuildLeaf(const Node& node, const Node* field) {
    const WrittenValue value = ValueOf(node);
    absl::StatusOr<Expression> expression =
        field == nullptr ? WordsExpression(value) : ExpressionOf(*field, value);
    if (expression.ok()) {
      return *std::move(expression);
    }
    const std::string about =
        field == nullptr ? "free text" : EscapeForDisplay(field->string_view(), 64);
    SetMistake(node, fmt::format("{}: {}", about, MessageOf(expression.status())));
    return {};
  }

  bool IsKnown(const Node& field) {
    const std::string_view name = field.string_view();
    if (std::find(kFields.begin(), kFields.end(), name) != kFields.end()) {
      return true;
    }
    const std::optional<std::string_view> nearest = Nearest(name, kFields);
    SetMistake(
        field,
        fmt::format(
            "'{}' is no field, expected {}; quote it to search text",
            EscapeForDisplay(name, 40),
            nearest ? fmt::format("'{}'", *nearest)
                    : fmt::format("{} or parameter.KEY", fmt::join(kFields, ", "))
        )
    );
    return false;
  }

  absl::StatusOr<Expression> ExpressionOf(const Node& field, const WrittenValue& value) const {
    if (field.is_type<grammar::ParameterKey>()) {
      return ParameterExpression(KeyOf(field), value);
    }
    const std::string_view name = field.string_view();
    if (const std::optional<FilterField> text = FilterFieldFromName(name)) {
      return FieldExpression(*text, value);
    }
    if (const std::optional<NumberField> number = NumberFieldFromName(name)) {
      return NumberExpression(*number, value, now_ms_);
    }
    return DerivedExpression(value);
  }

  static std::string KeyOf(const Node& field) {
    return Unescaped(field.children.front()->string_view());
  }

  void SetMistake(const Node& node, std::string message) {
    if (!mistake_) {
      const std::string_view before = text_.substr(0, node.begin().byte);
      mistake_ = {.position = CharactersOf(before) + 1, .message = std::move(message)};
    }
  }

  const std::string_view text_;
  const int64_t now_ms_;
  std::optional<Mistake> mistake_;
};

Mistake SyntaxMistake(std::string_view text, const p::parse_error& error) {
  const size_t at = error.positions().front().byte;
  const size_t position = CharactersOf(text.substr(0, at)) + 1;
  if (error.message().starts_with("maximum")) {
    return {
        .position = position,
        .message = fmt::format("expected at most {} levels inside each other", kMaxNesting)};
  }
  return {
      .position = position,
      .message = fmt::format("expected {}, found {}", error.message(), FoundText(text, at))};
}

}  // namespace

std::variant<Expression, Mistake> ParseFilterText(std::string_view text, int64_t now_ms) {
  p::memory_input<p::tracking_mode::eager, p::eol::lf_crlf> input(text.data(), text.size(), "");
  try {
    const auto root =
        p::parse_tree::parse<grammar::FilterText, KeptRules, ParseAction, ParseControl>(input);
    if (root->children.empty()) {
      return Expression();
    }
    ExpressionBuilder builder(text, now_ms);
    Expression expression = builder.Build(*root->children.front());
    if (builder.mistake()) {
      return *builder.mistake();
    }
    return expression;
  } catch (const p::parse_error& error) {
    return SyntaxMistake(text, error);
  }
}

}  // namespace tidings::query
