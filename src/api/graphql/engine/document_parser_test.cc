#include "api/graphql/engine/document_parser.h"

#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings::graphql {
namespace {

std::string Describe(const std::vector<Selection>& selections);

std::string Describe(const std::vector<Argument>& arguments) {
  std::string text;
  for (const Argument& argument : arguments) {
    text += (text.empty() ? "(" : ", ") + argument.name + ": " + ToString(argument.value);
  }
  return text.empty() ? text : text + ")";
}

std::string Describe(const std::vector<Directive>& directives) {
  std::string text;
  for (const Directive& directive : directives) {
    text += " @" + directive.name + Describe(directive.arguments);
  }
  return text;
}

std::string Describe(const Selection& selection) {
  std::string text;
  if (selection.kind == Selection::Kind::kFragmentSpread) {
    text = "..." + selection.name;
  } else if (selection.kind == Selection::Kind::kInlineFragment) {
    text = "...on[" + selection.type_condition + "]";
  } else {
    text = (selection.alias.empty() ? "" : selection.alias + ":") + selection.name;
  }
  text += Describe(selection.arguments) + Describe(selection.directives);
  return selection.selections.empty() ? text : text + Describe(selection.selections);
}

std::string Describe(const std::vector<Selection>& selections) {
  std::string text;
  for (const Selection& selection : selections) {
    text += (text.empty() ? "{" : " ") + Describe(selection);
  }
  return text + "}";
}

std::string Describe(const Operation& operation) {
  constexpr const char* kKinds[] = {"query", "mutation", "subscription"};
  std::string text = kKinds[static_cast<int>(operation.kind)];
  text += "[" + operation.name + "]";
  for (const VariableDefinition& variable : operation.variables) {
    text += fmt::format(" ${}:{}", variable.name, ToString(variable.type.View()));
    if (variable.default_value) {
      text += "=" + ToString(*variable.default_value);
    }
    text += Describe(variable.directives);
  }
  return text + Describe(operation.directives) + Describe(operation.selections);
}

/// The document on one line, or `ERROR at line:column: message`.
std::string Parse(std::string_view text) {
  Document document;
  if (const auto error = ParseDocument(text, document)) {
    const Location& at = error->locations.front();
    return fmt::format("{}:{} {}", at.line, at.column, error->message);
  }
  std::string described;
  for (const Operation& operation : document.operations) {
    described += (described.empty() ? "" : "; ") + Describe(operation);
  }
  for (const Fragment& fragment : document.fragments) {
    described += fmt::format("; fragment {} on {}", fragment.name, fragment.type_condition);
    described += Describe(fragment.directives) + Describe(fragment.selections);
  }
  return described;
}

struct Case {
  std::string text;
  std::string expected;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.text;
}

class ReadableDocumentTest : public ::testing::TestWithParam<Case> {};

TEST_P(ReadableDocumentTest, IsRead) {
  EXPECT_EQ(Parse(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes,
    ReadableDocumentTest,
    ::testing::Values(
        Case{"{a}", "query[]{a}"},
        Case{"\xEF\xBB\xBF# hello\r\n{ a, b,,c # end\n}", "query[]{a b c}"},
        Case{"query Q { a }", "query[Q]{a}"},
        Case{"mutation{a}", "mutation[]{a}"},
        Case{"subscription S{a}", "subscription[S]{a}"},
        Case{"query query{query}", "query[query]{query}"},
        Case{"{x:a y:b{c}}", "query[]{x:a y:b{c}}"},
        Case{"{fragment on true null}", "query[]{fragment on true null}"},
        Case{"{a(b:1 c:$d)}", "query[]{a(b: 1, c: $d)}"},
        Case{"{a @skip(if:$b)@x}", "query[]{a @skip(if: $b) @x}"},
        Case{
            "{...F ...on T{b} ...@x{c} ...{d}}",
            "query[]{...F ...on[T]{b} ...on[] @x{c} ...on[]{d}}"},
        Case{"{...onward}", "query[]{...onward}"},
        Case{"{...F} fragment F on T @x {a}", "query[]{...F}; fragment F on T @x{a}"},
        Case{"query A{a} query B{b}", "query[A]{a}; query[B]{b}"},
        Case{
            "query($a:Int,$b:[S!]! = [\"x\"] @d,$c:[[T]!])@e{a}",
            "query[] $a:Int $b:[S!]!=[\"x\"] @d $c:[[T]!] @e{a}"},
        Case{
            "query Q ( $ a : [ Int ! ] ! ) @ d ( b : $ a ) { x : a }",
            "query[Q] $a:[Int!]! @d(b: $a){x:a}"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Values,
    ReadableDocumentTest,
    ::testing::Values(
        Case{"{a(b:0)}", "query[]{a(b: 0)}"},
        Case{"{a(b:-12)}", "query[]{a(b: -12)}"},
        Case{"{a(b:1.50 c:1e3 d:-0.1E-7)}", "query[]{a(b: 1.50, c: 1e3, d: -0.1E-7)}"},
        Case{"{a(b:true c:false d:null e:RED)}", "query[]{a(b: true, c: false, d: null, e: RED)}"},
        Case{"{a(b:[] c:[1 2,3] d:[[x]])}", "query[]{a(b: [], c: [1, 2, 3], d: [[x]])}"},
        Case{"{a(b:{} c:{x:1,y:{z:$v}})}", "query[]{a(b: {}, c: {x: 1, y: {z: $v}})}"},
        Case{"{a(b:\"\")}", "query[]{a(b: \"\")}"},
        Case{"{a(b:\"x # y\")}", "query[]{a(b: \"x # y\")}"},
        Case{R"({a(b:"\"\\\/\b\f\n\r\t")})", R"(query[]{a(b: "\"\\/\b\f\n\r\t")})"},
        Case{R"({a(b:"\u00fc \uD83D\uDE00")})", "query[]{a(b: \"ü 😀\")}"},
        Case{"{a(b:\"\"\"x\"\"\")}", "query[]{a(b: \"x\")}"},
        Case{"{a(b:\"\"\"\n    x\n      y\n\n    z\n  \"\"\")}", R"(query[]{a(b: "x\n  y\n\nz")})"},
        Case{"{a(b:\"\"\"first\n  x\r\n  y\"\"\")}", R"(query[]{a(b: "first\nx\ny")})"},
        Case{R"({a(b:"""a\"""b\n""")})", R"(query[]{a(b: "a\"\"\"b\\n")})"}
    )
);

class BrokenDocumentTest : public ::testing::TestWithParam<Case> {};

TEST_P(BrokenDocumentTest, IsToldWhereAndWhatWasExpected) {
  EXPECT_EQ(Parse(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes,
    BrokenDocumentTest,
    ::testing::Values(
        Case{
            "",
            "1:1 Syntax error: expected '{', 'query' or 'fragment', found the end of the query"},
        Case{"  hello", "1:3 Syntax error: expected '{', 'query' or 'fragment', found 'hello'"},
        Case{"{a} }", "1:5 Syntax error: expected '{', 'query', 'fragment' or the end, found '}'"},
        Case{"{}", "1:2 Syntax error: expected a field or a fragment, found '}'"},
        Case{"{\n  a\n  %\n}", "3:3 Syntax error: expected a field, a fragment or '}', found '%'"},
        Case{
            "{a",
            "1:3 Syntax error: expected a field, a fragment or '}', found the end of the query"},
        Case{"query Q", "1:8 Syntax error: expected '{', found the end of the query"},
        Case{"{a()}", "1:4 Syntax error: expected an argument, found ')'"},
        Case{"{a(b)}", "1:5 Syntax error: expected ':', found ')'"},
        Case{"{a(b:)}", "1:6 Syntax error: expected a value, found ')'"},
        Case{"{a(b:1]}", "1:7 Syntax error: expected an argument or ')', found ']'"},
        Case{"{a(b:01)}", "1:6 Syntax error: expected a value, found '01'"},
        Case{"{a(b:1.)}", "1:6 Syntax error: expected a value, found '1'"},
        Case{"{a(b:1x)}", "1:6 Syntax error: expected a value, found '1x'"},
        Case{"{a(b:[1)}", "1:8 Syntax error: expected a value or ']', found ')'"},
        Case{"{a(b:{c:1)}", "1:10 Syntax error: expected a member or '}', found ')'"},
        Case{
            "{a(b:\"x\ny\")}",
            R"(1:8 Syntax error: expected a character of a string or its closing '"', found '\x0A')"},
        Case{
            R"({a(b:"\x")})",
            R"(1:7 Syntax error: expected a character of a string or its closing '"', found '\')"},
        Case{
            "{a(b:\"\"\"x)}",
            "1:12 Syntax error: expected a character of a block string or its closing '\"\"\"', "
            "found "
            "the end of the query"},
        Case{
            R"({a(b:"\uD800")})",
            "1:6 Syntax error: the string has a \\u escape that is half of a surrogate pair"},
        Case{
            R"({a(b:"\uD800\u0041")})",
            "1:6 Syntax error: the string has a \\u escape that is half of a surrogate pair"},
        Case{
            R"({a(b:"\uDC00")})",
            "1:6 Syntax error: the string has a \\u escape that is half of a surrogate pair"},
        Case{"{a @}", "1:5 Syntax error: expected the name of a directive, found '}'"},
        Case{"{... on}", "1:2 Syntax error: expected a field or a fragment, found '.'"},
        Case{
            "fragment on on T{a}",
            "1:10 Syntax error: expected the name of a fragment, which is not 'on', found 'on'"},
        Case{
            "fragment F T{a}",
            "1:12 Syntax error: expected 'on' and the name of a type, found 'T'"},
        Case{"query(){a}", "1:7 Syntax error: expected '$' and a name, found ')'"},
        Case{"query($a:Int x){a}", "1:14 Syntax error: expected '$' and a name, or ')', found 'x'"},
        Case{"query($a){a}", "1:9 Syntax error: expected ':', found ')'"},
        Case{"query($a:){a}", "1:10 Syntax error: expected a type, found ')'"},
        Case{"query($a:[Int){a}", "1:14 Syntax error: expected ']', found ')'"},
        Case{"query($a:Int=){a}", "1:14 Syntax error: expected a value, found ')'"},
        Case{
            "type T {a: Int}",
            "1:1 Syntax error: expected '{', 'query' or 'fragment', found 'type'"}
    )
);

std::string Repeat(std::string_view text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) {
    repeated += text;
  }
  return repeated;
}

TEST(DocumentParserTest, RefusesNestingThatIsTooDeepForAnyRule) {
  constexpr size_t kDeep = 100'000;
  constexpr std::string_view kMessage = "Syntax error: nested deeper than 64 levels";
  for (const std::string& text :
       {Repeat("{a", kDeep),
        Repeat("{...on T", kDeep),
        "{a(b:" + Repeat("[", kDeep),
        "{a(b:" + Repeat("{c:", kDeep),
        "query($a:" + Repeat("[", kDeep)}) {
    EXPECT_NE(Parse(text).find(kMessage), std::string::npos) << Parse(text);
  }
}

TEST(DocumentParserTest, TakesNestingUpToTheLimit) {
  const std::string text = Repeat("{a", kMaxNesting) + Repeat("}", kMaxNesting);
  EXPECT_EQ(Parse(text).find("Syntax error"), std::string::npos);
}

TEST(DocumentParserTest, TellsWhereDefinitionsAndFieldsStand) {
  Document document;
  ASSERT_FALSE(ParseDocument("# one\n  query Q {\n    x: a\n  }", document));
  const Operation& operation = document.operations.front();
  EXPECT_EQ(operation.location.line, 2U);
  EXPECT_EQ(operation.location.column, 3U);
  EXPECT_EQ(operation.selections.front().location.line, 3U);
  EXPECT_EQ(operation.selections.front().location.column, 5U);
}

}  // namespace
}  // namespace tidings::graphql
