#pragma once

#include <tao/pegtl.hpp>

/// The grammar of `q` (docs/filter-language.md). Rules named Expect… stand where nothing else is
/// possible: their failure ends the parse with a message (filter_text.cc).
namespace tidings::query::grammar {

namespace p = tao::pegtl;

struct Blank : p::one<' ', '\t', '\n', '\r'> {};
struct Gap : p::star<Blank> {};

// Characters. A backslash makes the next one literal.
struct ExpectEscaped : p::utf8::any {};
struct Escape : p::seq<p::one<'\\'>, p::must<ExpectEscaped>> {};
struct Delimiter : p::sor<Blank, p::one<'(', ')', '"'>> {};
struct ValueCharacter : p::sor<Escape, p::seq<p::not_at<Delimiter>, p::any>> {};
struct WordCharacter : p::seq<p::not_at<p::one<':'>>, ValueCharacter> {};
struct NameCharacter : p::seq<p::not_at<p::sor<Delimiter, p::one<':', '\\'>>>, p::any> {};

template <char... Cs>
struct Keyword : p::seq<p::string<Cs...>, p::not_at<ValueCharacter>, Gap> {};
struct And : Keyword<'A', 'N', 'D'> {};
struct Or : Keyword<'O', 'R'> {};
struct Not : Keyword<'N', 'O', 'T'> {};
struct AnyKeyword : p::sor<And, Or, Not> {};

struct ExpectQuote : p::one<'"'> {};
struct QuotedText : p::star<p::sor<Escape, p::not_one<'"', '\\'>>> {};
struct Quoted : p::seq<p::one<'"'>, QuotedText, p::must<ExpectQuote>> {};

// The operators, around terms and, in `field:( … )`, around values.
template <typename Operand>
struct AnyOf;
template <typename Operand>
struct Negatable;
template <typename Operand>
struct ExpectOperand : p::seq<Negatable<Operand>> {};
struct ExpectClosing : p::seq<p::one<')'>, Gap> {};
template <typename Operand>
struct NestedBody : p::seq<Gap, AnyOf<Operand>, p::must<ExpectClosing>> {};
template <typename Operand>
struct Nested : p::seq<p::one<'('>, NestedBody<Operand>> {};
template <typename Operand>
struct NegationBody : p::seq<p::must<ExpectOperand<Operand>>> {};
template <typename Operand>
struct Negation : p::seq<p::sor<Not, p::one<'-'>>, NegationBody<Operand>> {};
template <typename Operand>
struct Negatable : p::sor<Negation<Operand>, Nested<Operand>, p::seq<Operand, Gap>> {};
template <typename Operand>
struct AllOf : p::seq<
                   p::must<ExpectOperand<Operand>>,
                   p::star<p::sor<
                       p::seq<And, p::must<ExpectOperand<Operand>>>,
                       p::seq<p::not_at<Or>, Negatable<Operand>>>>> {};
template <typename Operand>
struct AnyOf : p::list<AllOf<Operand>, Or> {};

// `field:value`
struct Comparison : p::sor<p::string<'>', '='>, p::string<'<', '='>, p::one<'>', '<'>> {};
struct BareValue : p::plus<ValueCharacter> {};
struct ExpectComparedValue : p::sor<Quoted, BareValue> {};
struct ComparedValue : p::seq<Comparison, p::must<ExpectComparedValue>> {};
struct PlainValue : p::sor<Quoted, BareValue> {};
struct Value : p::seq<p::not_at<AnyKeyword>, p::sor<ComparedValue, PlainValue>> {};
struct ExpectValue : p::sor<Nested<Value>, Value> {};

struct BareKey : p::plus<p::sor<Escape, NameCharacter>> {};
struct ExpectKey : p::sor<Quoted, BareKey> {};
struct ExpectKeyColon : p::at<p::one<':'>> {};
struct ParameterKey : p::seq<
                          p::string<'p', 'a', 'r', 'a', 'm', 'e', 't', 'e', 'r'>,
                          p::opt<p::one<'s'>>,
                          p::one<'.'>,
                          p::must<ExpectKey, ExpectKeyColon>> {};
struct FieldName : p::seq<p::plus<NameCharacter>, p::at<p::one<':'>>> {};
struct FieldTerm : p::seq<p::sor<ParameterKey, FieldName>, p::one<':'>, p::must<ExpectValue>> {};

// Free text
struct BareWords : p::plus<WordCharacter> {};
struct FreeTerm : p::sor<Quoted, BareWords> {};
struct Term : p::seq<p::not_at<AnyKeyword>, p::sor<FieldTerm, FreeTerm>> {};

struct ExpectEnd : p::eof {};
struct FilterText : p::seq<Gap, p::sor<p::eof, p::seq<AnyOf<Term>, p::must<ExpectEnd>>>> {};

}  // namespace tidings::query::grammar
