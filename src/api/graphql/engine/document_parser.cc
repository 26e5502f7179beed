#include "api/graphql/engine/document_parser.h"

#include <algorithm>
#include <string>

#include <absl/strings/ascii.h>
#include <fmt/format.h>
#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/limit_depth.hpp>
#include <tao/pegtl/contrib/parse_tree.hpp>

#include "api/graphql/engine/document_builder.h"
#include "api/graphql/engine/grammar.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

namespace p = tao::pegtl;

/// The rules that become nodes of the tree.
template <typename Rule>
using KeptRules = p::parse_tree::selector<
    Rule,
    p::parse_tree::store_content::on<
        grammar::OperationRule,
        grammar::OperationType,
        grammar::OperationName,
        grammar::Variable,
        grammar::VariableDefinitionRule,
        grammar::DefaultValue,
        grammar::NamedType,
        grammar::ListType,
        grammar::NonNullMark,
        grammar::FragmentRule,
        grammar::FragmentName,
        grammar::TypeCondition,
        grammar::SelectionSet,
        grammar::Field,
        grammar::AliasName,
        grammar::FieldName,
        grammar::FragmentSpread,
        grammar::InlineFragment,
        grammar::DirectiveRule,
        grammar::ExpectDirectiveName,
        grammar::ArgumentRule,
        grammar::ArgumentName,
        grammar::IntValue,
        grammar::FloatValue,
        grammar::StringValue,
        grammar::BlockStringValue,
        grammar::VariableValue,
        grammar::ExpectVariableName,
        grammar::WordValue,
        grammar::ListValue,
        grammar::ObjectValue,
        grammar::ObjectMember,
        grammar::MemberName,
        grammar::Shorthand>>;

/// What was expected where a rule had to match and did not.
template <typename Rule>
inline constexpr const char* kExpected = nullptr;
template <>
inline constexpr const char* kExpected<grammar::ExpectDirectiveName> = "the name of a directive";
template <>
inline constexpr const char* kExpected<grammar::ExpectVariableName> = "the name of a variable";
template <>
inline constexpr const char* kExpected<grammar::ExpectQuote> =
    "a character of a string or its closing '\"'";
template <>
inline constexpr const char* kExpected<grammar::ExpectTripleQuote> =
    "a character of a block string or its closing '\"\"\"'";
template <>
inline constexpr const char* kExpected<grammar::ExpectValue> = "a value";
template <>
inline constexpr const char* kExpected<grammar::ExpectColon> = "':'";
template <>
inline constexpr const char* kExpected<grammar::ExpectListEnd> = "a value or ']'";
template <>
inline constexpr const char* kExpected<grammar::ExpectObjectEnd> = "a member or '}'";
template <>
inline constexpr const char* kExpected<grammar::ExpectArgument> = "an argument";
template <>
inline constexpr const char* kExpected<grammar::ExpectArgumentsEnd> = "an argument or ')'";
template <>
inline constexpr const char* kExpected<grammar::ExpectSelection> = "a field or a fragment";
template <>
inline constexpr const char* kExpected<grammar::ExpectSelectionsEnd> = "a field, a fragment or '}'";
template <>
inline constexpr const char* kExpected<grammar::ExpectSelectionSet> = "'{'";
template <>
inline constexpr const char* kExpected<grammar::ExpectType> = "a type";
template <>
inline constexpr const char* kExpected<grammar::ExpectTypeEnd> = "']'";
template <>
inline constexpr const char* kExpected<grammar::ExpectVariableDefinition> = "'$' and a name";
template <>
inline constexpr const char* kExpected<grammar::ExpectVariablesEnd> = "'$' and a name, or ')'";
template <>
inline constexpr const char* kExpected<grammar::ExpectFragmentName> =
    "the name of a fragment, which is not 'on'";
template <>
inline constexpr const char* kExpected<grammar::ExpectOn> = "'on' and the name of a type";
template <>
inline constexpr const char* kExpected<grammar::ExpectTypeCondition> = "the name of a type";
template <>
inline constexpr const char* kExpected<grammar::ExpectDefinition> = "'{', 'query' or 'fragment'";
template <>
inline constexpr const char* kExpected<grammar::ExpectEnd> = "'{', 'query', 'fragment' or the end";

struct Messages {
  template <typename Rule>
  static constexpr const char* message =  // NOLINT(readability-identifier-naming): PEGTL's name
      kExpected<Rule>;
};
template <typename Rule>
using ParseControl = p::must_if<Messages, p::normal, false>::control<Rule>;

constexpr const char* kTooDeep = "deeper";

/// Counts how deep the rules that it is the action of stand inside each other.
struct LimitNesting : p::maybe_nothing {
  template <
      typename Rule,
      p::apply_mode A,
      p::rewind_mode M,
      template <typename...>
      class Action,
      template <typename...>
      class Control,
      typename Input,
      typename... States>
  [[nodiscard]] static bool match(Input& in, States&&... states) {
    const p::internal::depth_guard guard(in.private_depth);
    if (in.private_depth > kMaxNesting) {
      throw p::parse_error(kTooDeep, in);
    }
    return p::match<Rule, A, M, Action, Control>(in, states...);
  }
};

template <typename Rule>
struct ParseAction : p::nothing<Rule> {};
template <>
struct ParseAction<grammar::SelectionBody> : LimitNesting {};
template <>
struct ParseAction<grammar::ListBody> : LimitNesting {};
template <>
struct ParseAction<grammar::ObjectBody> : LimitNesting {};
template <>
struct ParseAction<grammar::ListTypeBody> : LimitNesting {};

/// The token that begins at `at`, for a message.
std::string FoundText(std::string_view text, size_t at) {
  if (at >= text.size()) {
    return "the end of the query";
  }
  constexpr size_t kShown = 20;
  const std::string_view rest = text.substr(at);
  size_t length = 1;
  const auto is_word = [rest](size_t i) {
    return absl::ascii_isalnum(static_cast<unsigned char>(rest[i])) || rest[i] == '_';
  };
  while (length < std::min(rest.size(), kShown) && is_word(0) && is_word(length)) {
    ++length;
  }
  return fmt::format("'{}'", EscapeForDisplay(rest.substr(0, length)));
}

Error SyntaxError(std::string_view text, const p::parse_error& error) {
  const p::position& at = error.positions().front();
  const Location location{
      .line = static_cast<uint32_t>(at.line), .column = static_cast<uint32_t>(at.column)};
  if (error.message() == kTooDeep) {
    return {
        .message = fmt::format("Syntax error: nested deeper than {} levels", kMaxNesting),
        .locations = {location},
        .path = {}};
  }
  return {
      .message = fmt::format(
          "Syntax error: expected {}, found {}", error.message(), FoundText(text, at.byte)
      ),
      .locations = {location},
      .path = {}};
}

}  // namespace

std::optional<Error> ParseDocument(std::string_view text, Document& document) {
  p::memory_input<p::tracking_mode::eager, p::eol::lf_crlf> input(text.data(), text.size(), "");
  try {
    const auto root =
        p::parse_tree::parse<grammar::DocumentRule, KeptRules, ParseAction, ParseControl>(input);
    return BuildDocument(*root, document);
  } catch (const p::parse_error& error) {
    return SyntaxError(text, error);
  }
}

}  // namespace tidings::graphql
