#pragma once

#include <cstddef>

#include <tao/pegtl.hpp>

/// The grammar of executable documents (GraphQL October 2021, appendix B). Rules named Expect…
/// stand where nothing else is possible: their failure ends the parse with a message
/// (document_parser.cc).
namespace tidings::graphql::grammar {

namespace p = tao::pegtl;

// Lexical tokens (B.1, B.2). Every token eats what is ignored behind it.
struct Comment : p::seq<p::one<'#'>, p::star<p::not_one<'\n', '\r'>>> {};
struct ByteOrderMark : p::string<'\xEF', '\xBB', '\xBF'> {};
struct Ignored : p::star<p::sor<p::one<' ', '\t', '\n', '\r', ','>, Comment, ByteOrderMark>> {};
template <char C>
struct Punctuator : p::seq<p::one<C>, Ignored> {};
struct Ellipsis : p::seq<p::string<'.', '.', '.'>, Ignored> {};
template <char... Cs>
struct Word : p::seq<p::keyword<Cs...>, Ignored> {};
struct On : p::keyword<'o', 'n'> {};

// Names, one rule for each role, so that the tree tells them apart.
struct OperationName : p::identifier {};
struct FragmentName : p::seq<p::not_at<On>, p::identifier> {};
struct AliasName : p::identifier {};
struct FieldName : p::identifier {};
struct TypeCondition : p::identifier {};
struct ExpectDirectiveName : p::identifier {};
struct ExpectVariableName : p::identifier {};
template <typename Rule>
struct Token : p::seq<Rule, Ignored> {};

// Values (2.9).
struct Integer : p::seq<
                     p::opt<p::one<'-'>>,
                     p::sor<p::one<'0'>, p::seq<p::range<'1', '9'>, p::star<p::digit>>>> {};
struct Fraction : p::seq<p::one<'.'>, p::plus<p::digit>> {};
struct Exponent : p::seq<p::one<'e', 'E'>, p::opt<p::one<'+', '-'>>, p::plus<p::digit>> {};
struct NumberEnd : p::not_at<p::sor<p::identifier_other, p::one<'.'>>> {};
struct IntValue : p::seq<Integer, NumberEnd> {};
struct FloatValue
    : p::seq<Integer, p::sor<p::seq<Fraction, p::opt<Exponent>>, Exponent>, NumberEnd> {};

struct Control : p::sor<p::range<'\x00', '\x08'>, p::range<'\x0A', '\x1F'>> {};
struct Escape : p::seq<
                    p::one<'\\'>,
                    p::sor<
                        p::one<'"', '\\', '/', 'b', 'f', 'n', 'r', 't'>,
                        p::seq<p::one<'u'>, p::rep<4, p::xdigit>>>> {};
struct PlainCharacter : p::seq<p::not_at<p::sor<p::one<'"', '\\'>, Control>>, p::any> {};
struct ExpectQuote : p::one<'"'> {};
struct StringValue
    : p::seq<p::one<'"'>, p::star<p::sor<Escape, PlainCharacter>>, p::must<ExpectQuote>> {};
struct TripleQuote : p::string<'"', '"', '"'> {};
struct ExpectTripleQuote : TripleQuote {};
struct BlockControl : p::seq<p::not_at<p::one<'\n', '\r'>>, Control> {};
struct BlockCharacter : p::sor<
                            p::string<'\\', '"', '"', '"'>,
                            p::seq<p::not_at<p::sor<TripleQuote, BlockControl>>, p::any>> {};
struct BlockStringValue : p::seq<TripleQuote, p::star<BlockCharacter>, p::must<ExpectTripleQuote>> {
};

struct VariableValue : p::seq<Punctuator<'$'>, p::must<ExpectVariableName>> {};
/// An enum value, true, false or null.
struct WordValue : p::identifier {};

struct Value;
struct ExpectValue : p::seq<Value> {};
struct ExpectColon : Punctuator<':'> {};
struct ExpectListEnd : Punctuator<']'> {};
struct ExpectObjectEnd : Punctuator<'}'> {};
struct MemberName : p::identifier {};
struct ListBody : p::seq<p::star<Value>, p::must<ExpectListEnd>> {};
struct ListValue : p::seq<Punctuator<'['>, ListBody> {};
struct ObjectMember : p::seq<Token<MemberName>, p::must<ExpectColon>, p::must<ExpectValue>> {};
struct ObjectBody : p::seq<p::star<ObjectMember>, p::must<ExpectObjectEnd>> {};
struct ObjectValue : p::seq<Punctuator<'{'>, ObjectBody> {};
struct ScalarValue
    : p::sor<VariableValue, BlockStringValue, StringValue, FloatValue, IntValue, WordValue> {};
struct Value : p::sor<Token<ScalarValue>, ListValue, ObjectValue> {};

// Arguments and directives (2.6, 2.12).
struct ArgumentName : p::identifier {};
struct ArgumentRule : p::seq<Token<ArgumentName>, p::must<ExpectColon>, p::must<ExpectValue>> {};
struct ExpectArgument : p::seq<ArgumentRule> {};
struct ExpectArgumentsEnd : Punctuator<')'> {};
struct Arguments : p::seq<
                       Punctuator<'('>,
                       p::must<ExpectArgument>,
                       p::star<ArgumentRule>,
                       p::must<ExpectArgumentsEnd>> {};
struct DirectiveRule
    : p::seq<Punctuator<'@'>, Token<p::must<ExpectDirectiveName>>, p::opt<Arguments>> {};
struct Directives : p::star<DirectiveRule> {};

// Selections (2.4 to 2.8).
struct SelectionSet;
struct Alias : p::seq<Token<AliasName>, Punctuator<':'>> {};
struct Field
    : p::seq<p::opt<Alias>, Token<FieldName>, p::opt<Arguments>, Directives, p::opt<SelectionSet>> {
};
struct FragmentSpread : p::seq<Ellipsis, Token<FragmentName>, Directives> {};
struct InlineFragment
    : p::seq<Ellipsis, p::opt<Token<On>, Token<TypeCondition>>, Directives, SelectionSet> {};
struct SelectionRule : p::sor<InlineFragment, FragmentSpread, Field> {};
struct ExpectSelection : p::seq<SelectionRule> {};
struct ExpectSelectionsEnd : Punctuator<'}'> {};
struct SelectionBody
    : p::seq<p::must<ExpectSelection>, p::star<SelectionRule>, p::must<ExpectSelectionsEnd>> {};
struct SelectionSet : p::seq<Punctuator<'{'>, SelectionBody> {};
struct ExpectSelectionSet : p::seq<SelectionSet> {};

// Types (2.11).
struct TypeRule;
struct ExpectType : p::seq<TypeRule> {};
struct NamedType : p::identifier {};
struct ExpectTypeEnd : Punctuator<']'> {};
struct ListTypeBody : p::seq<p::must<ExpectType>, p::must<ExpectTypeEnd>> {};
struct ListType : p::seq<Punctuator<'['>, ListTypeBody> {};
struct NonNullMark : p::one<'!'> {};
struct TypeRule : p::seq<p::sor<Token<NamedType>, ListType>, p::opt<Token<NonNullMark>>> {};

// Definitions (2.2, 2.3, 2.10).
struct DefaultValue : p::seq<Punctuator<'='>, p::must<ExpectValue>> {};
struct Variable : p::seq<Punctuator<'$'>, p::must<ExpectVariableName>> {};
struct VariableDefinitionRule : p::seq<
                                    Token<Variable>,
                                    p::must<ExpectColon>,
                                    p::must<ExpectType>,
                                    p::opt<DefaultValue>,
                                    Directives> {};
struct ExpectVariableDefinition : p::seq<VariableDefinitionRule> {};
struct ExpectVariablesEnd : Punctuator<')'> {};
struct VariableDefinitions : p::seq<
                                 Punctuator<'('>,
                                 p::must<ExpectVariableDefinition>,
                                 p::star<VariableDefinitionRule>,
                                 p::must<ExpectVariablesEnd>> {};
struct OperationType : p::sor<
                           p::keyword<'q', 'u', 'e', 'r', 'y'>,
                           p::keyword<'m', 'u', 't', 'a', 't', 'i', 'o', 'n'>,
                           p::keyword<'s', 'u', 'b', 's', 'c', 'r', 'i', 'p', 't', 'i', 'o', 'n'>> {
};
struct OperationRule : p::seq<
                           Token<OperationType>,
                           p::opt<Token<OperationName>>,
                           p::opt<VariableDefinitions>,
                           Directives,
                           p::must<ExpectSelectionSet>> {};
struct Shorthand : p::seq<SelectionSet> {};
struct ExpectFragmentName : p::seq<FragmentName, Ignored> {};
struct ExpectOn : p::seq<On> {};
struct ExpectTypeCondition : p::seq<TypeCondition> {};
struct FragmentRule : p::seq<
                          Word<'f', 'r', 'a', 'g', 'm', 'e', 'n', 't'>,
                          p::must<ExpectFragmentName>,
                          Token<p::must<ExpectOn>>,
                          Token<p::must<ExpectTypeCondition>>,
                          Directives,
                          p::must<ExpectSelectionSet>> {};
struct Definition : p::sor<OperationRule, FragmentRule, Shorthand> {};
struct ExpectDefinition : p::seq<Definition> {};
struct ExpectEnd : p::eof {};
struct DocumentRule
    : p::seq<Ignored, p::must<ExpectDefinition>, p::star<Definition>, p::must<ExpectEnd>> {};

}  // namespace tidings::graphql::grammar
