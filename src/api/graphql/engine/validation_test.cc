#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/graphql/engine/testing/test_schema.h"

namespace tidings::graphql {
namespace {

using testing::Ask;
using testing::FirstError;

struct Refused {
  std::string query;
  std::string error;
};

std::ostream& operator<<(std::ostream& out, const Refused& one) {
  return out << one.query;
}

class ValidationTest : public ::testing::TestWithParam<Refused> {};

TEST_P(ValidationTest, RefusesAndTellsWhy) {
  EXPECT_EQ(FirstError(GetParam().query), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Definitions,
    ValidationTest,
    ::testing::Values(
        Refused{"mutation{yes}", "there are no mutations, only queries at 1:1"},
        Refused{"subscription{yes}", "there are no subscriptions, only queries at 1:1"},
        Refused{"{yes} query B{yes}", "one of several operations has no name at 1:1"},
        Refused{"query A{yes} query A{half}", "there are two operations named 'A' at 1:14"},
        Refused{
            "{item{...F}} fragment F on Item{depth} fragment F on Item{depth}",
            "there are two fragments named 'F' at 1:40"},
        Refused{"{item{...G}}", "there is no fragment 'G' at 1:7"},
        Refused{"{yes} fragment F on Item{depth}", "fragment 'F' is not used at 1:7"},
        Refused{"fragment F on Item{depth}", "there is no operation, only fragments at 1:1"},
        Refused{
            "{item{...F}} fragment F on Item{...F}",
            "fragment 'F' is spread inside itself at 1:33"},
        Refused{
            "{item{...F}} fragment F on Item{child{...G}} fragment G on Item{...F}",
            "fragment 'F' is spread inside itself at 1:65"},
        Refused{"{yes} fragment F on Item{...F}", "fragment 'F' is not used at 1:7"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Selections,
    ValidationTest,
    ::testing::Values(
        Refused{"{yess}", "type 'Query' has no field 'yess'; did you mean 'yes'? at 1:2"},
        Refused{"{item{nothing_like_it}}", "type 'Item' has no field 'nothing_like_it' at 1:7"},
        Refused{"{item{__schema{description}}}", "type 'Item' has no field '__schema' at 1:7"},
        Refused{
            "{item}",
            "field 'item' is of type Item: say which of its fields you want, as in item { depth } "
            "at 1:2"},
        Refused{"{yes{x}}", "field 'yes' is of type Boolean!, which has no fields at 1:2"},
        Refused{"{yes(a:1)}", "a: field 'yes' has no argument 'a' at 1:6"},
        Refused{
            "{tellInt(off:1)}",
            "off: field 'tellInt' has no argument 'off'; did you mean 'of'? at 1:10"},
        Refused{"{tellInt(of:1 of:2)}", "of: given 2 times at 1:2"},
        Refused{"{tellRequired}", "of: missing, expected String! at 1:2"},
        Refused{"{tellRequired(of:null)}", "of: expected String!, found null at 1:18"},
        Refused{"{yes @never}", "there is no directive '@never' at 1:6"},
        Refused{"{yes @skip}", "if: missing, expected Boolean! at 1:6"},
        Refused{"{yes @skip(if:1)}", "if: expected Boolean, found 1 at 1:15"},
        Refused{"{yes @skip(if:true) @skip(if:true)}", "directive '@skip' stands twice at 1:21"},
        Refused{"query @skip(if:true){yes}", "directive '@skip' may not stand at a QUERY at 1:7"},
        Refused{
            "query($a:Int @skip(if:true)){tellInt(of:$a)}",
            "directive '@skip' may not stand at a VARIABLE_DEFINITION at 1:14"},
        Refused{
            "{item{...F}} fragment F on Item @skip(if:true){depth}",
            "directive '@skip' may not stand at a FRAGMENT_DEFINITION at 1:33"},
        Refused{
            "{...on Item{depth}}",
            "a fragment on 'Item' can never apply to the type 'Query' at 1:2"},
        Refused{
            "{item{...F}} fragment F on Query{yes}",
            "a fragment on 'Query' can never apply to the type 'Item' at 1:7"},
        Refused{
            "{item{...F}} fragment F on Color{depth}",
            "a fragment on 'Color' can never apply to the type 'Item' at 1:7"},
        Refused{
            "{x:yes x:half}",
            "'x' is asked for twice with different fields or arguments: give one of them an alias "
            "at 1:2"},
        Refused{
            "{tellInt(of:1) tellInt(of:2)}",
            "'tellInt' is asked for twice with different fields or arguments: give one of them an "
            "alias at 1:2"},
        Refused{
            "{item{child{x:depth}} ...F} fragment F on Query{item{child{x:broken}}}",
            "'x' is asked for twice with different fields or arguments: give one of them an alias "
            "at 1:13"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Values,
    ValidationTest,
    ::testing::Values(
        Refused{"{tellInt(of:\"1\")}", "of: expected Int, found \"1\" at 1:13"},
        Refused{"{tellInt(of:1.0)}", "of: expected Int, found 1.0 at 1:13"},
        Refused{"{tellInt(of:2147483648)}", "of: expected Int, found 2147483648 at 1:13"},
        Refused{
            "{tellLong(of:9223372036854775808)}",
            "of: expected Long, found 9223372036854775808 at 1:14"},
        Refused{"{tellFloat(of:1e999)}", "of: expected Float, found 1e999 at 1:15"},
        Refused{"{tellText(of:abc)}", "of: expected String, found abc at 1:14"},
        Refused{"{tellFlag(of:0)}", "of: expected Boolean, found 0 at 1:14"},
        Refused{"{tellId(of:1.5)}", "of: expected ID, found 1.5 at 1:12"},
        Refused{
            "{tellColor(of:BLUE)}", "of: expected one of RED, GREEN (Color), found BLUE at 1:15"},
        Refused{
            "{tellColor(of:\"RED\")}",
            "of: expected one of RED, GREEN (Color), found \"RED\" at 1:15"},
        Refused{"{tellList(of:[1,x])}", "of[1]: expected Int, found x at 1:17"},
        Refused{"{tellLists(of:[[1],[null]])}", "of[1][0]: expected Int!, found null at 1:21"},
        Refused{"{tellWhere(of:1)}", "of: expected Where, found 1 at 1:15"},
        Refused{"{tellWhere(of:{})}", "of.name: missing, expected String! at 1:15"},
        Refused{
            "{tellWhere(of:{name:\"a\",nam:1})}",
            "of.nam: type 'Where' has no field 'nam'; did you mean 'name'? at 1:25"},
        Refused{
            "{tellWhere(of:{name:\"a\",inner:{name:\"b\",tags:[1]}})}",
            "of.inner.tags[0]: expected String, found 1 at 1:47"},
        Refused{"{tellWhere(of:{name:\"a\",name:\"b\"})}", "of.name: given 2 times at 1:15"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Variables,
    ValidationTest,
    ::testing::Values(
        Refused{"{tellInt(of:$a)}", "variable $a is not defined at 1:13"},
        Refused{
            "query Q{...F} fragment F on Query{tellWhere(of:{name:$n})}",
            "variable $n is not defined by operation 'Q' at 1:54"},
        Refused{"query($a:Int){yes}", "variable $a is not used at 1:7"},
        Refused{"query($a:Int $a:Int){tellInt(of:$a)}", "variable $a is defined twice at 1:14"},
        Refused{"query($a:Item){yes}", "variable $a: there is no input type 'Item' at 1:7"},
        Refused{"query($a:Nothing){yes}", "variable $a: there is no input type 'Nothing' at 1:7"},
        Refused{"query($a:Int=\"x\"){tellInt(of:$a)}", "$a: expected Int, found \"x\" at 1:14"},
        Refused{
            "query($a:Int $b:Int=$a){tellInt(of:$b)}",
            "the default of $b may not hold a variable at 1:14"},
        Refused{
            "query($a:String){tellInt(of:$a)}",
            "variable $a is of type String, but stands where Int is expected at 1:29"},
        Refused{
            "query($a:String){tellRequired(of:$a)}",
            "variable $a is of type String, but stands where String! is expected at 1:34"},
        Refused{
            "query($a:String=null){tellRequired(of:$a)}",
            "variable $a is of type String, but stands where String! is expected at 1:39"},
        Refused{
            "query($a:Int){tellList(of:$a)}",
            "variable $a is of type Int, but stands where [Int] is expected at 1:27"},
        Refused{
            "query($a:[Int]){tellInt(of:$a)}",
            "variable $a is of type [Int], but stands where Int is expected at 1:28"},
        Refused{
            "query($a:[Int]){tellLists(of:[$a])}",
            "variable $a is of type [Int], but stands where [Int!]! is expected at 1:31"}
    )
);

class AllowedTest : public ::testing::TestWithParam<std::string> {};

TEST_P(AllowedTest, HasNoError) {
  EXPECT_EQ(FirstError(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(
    Documents,
    AllowedTest,
    ::testing::Values(
        "query($a:String=\"x\"){tellRequired(of:$a)}",
        "query($a:Int=3){tellWhere(of:{name:\"a\" size:$a})}",
        "query($a:[Int!]=[1]){tellList(of:$a)}",
        "query($a:Int){tellList(of:[$a])}",
        "query($a:Boolean=true){yes @skip(if:$a)}",
        "{tellInt(of:1) tellInt(of:1)}",
        "{item{child{depth}} item{child{child{depth}}}}",
        "{tellWhere(of:null)}",
        "{item{...F child{...F}}} fragment F on Item{...{depth}}",
        "{__typename item{__typename}}",
        "{yes @include(if:true) @skip(if:false)}"
    )
);

TEST(ValidationTest, TellsAllMistakesAtOnce) {
  EXPECT_EQ(
      Ask("{a\n b}"),
      R"({"errors":[{"message":"type 'Query' has no field 'a'","locations":[{"line":1,"column":2}]},)"
      R"({"message":"type 'Query' has no field 'b'","locations":[{"line":2,"column":2}]}]})"
  );
}

TEST(ValidationTest, StopsLookingAfterTwentyMistakes) {
  std::string query = "{";
  for (int i = 0; i < 1000; ++i) {
    query += " wrong";
  }
  const std::string answer = Ask(query + "}");
  size_t mistakes = 0;
  for (size_t at = answer.find("message"); at != std::string::npos;
       at = answer.find("message", at + 1)) {
    ++mistakes;
  }
  EXPECT_EQ(mistakes, kMaxErrors);
}

/// `{item{child{child…{depth}}}}` with `depth` fields in each other.
std::string DeepQuery(size_t depth) {
  std::string query = "{item";
  for (size_t i = 0; i + 2 < depth; ++i) {
    query += "{child";
  }
  return query + "{depth" + std::string(depth, '}');
}

TEST(SizeTest, AllowsTheGreatestDepthAndNoMore) {
  EXPECT_EQ(FirstError(DeepQuery(20)), "");
  EXPECT_EQ(
      FirstError(DeepQuery(21)),
      "the depth (fields in fields) of the query is 21, at most 20 is allowed at 1:1"
  );
}

TEST(SizeTest, CountsDepthThroughFragments) {
  EXPECT_EQ(
      FirstError(
          "{item{...F}} fragment F on Item{child{...{...G}}} fragment G on Item{depth}",
          {},
          {.max_depth = 2}
      ),
      "the depth (fields in fields) of the query is 3, at most 2 is allowed at 1:1"
  );
}

TEST(SizeTest, RefusesTooManyAliases) {
  std::string query = "{";
  for (int i = 0; i < 51; ++i) {
    query += " a" + std::to_string(i) + ":yes";
  }
  EXPECT_EQ(
      FirstError(query + "}"),
      "the number of aliases of the query is 51, at most 50 is allowed at 1:1"
  );
}

TEST(SizeTest, RefusesWhatCostsTooMuch) {
  EXPECT_EQ(FirstError("{a:dear b:dear}"), "");
  EXPECT_EQ(
      FirstError("{a:dear b:dear yes}"),
      "the cost of the query is 2001, at most 2000 is allowed at 1:1"
  );
}

TEST(SizeTest, RefusesFragmentsThatDoubleAtEachLevelWithoutWritingThemOut) {
  std::string query = "{item{...F0}} fragment F60 on Item{depth}";
  for (int i = 0; i < 60; ++i) {
    query += fmt::format(" fragment F{} on Item{{...F{} child{{...F{}}}}}", i, i + 1, i + 1);
  }
  EXPECT_EQ(
      FirstError(query, {}, {.max_depth = 100}),
      "the cost of the query is more than 1000000000, at most 2000 is allowed at 1:1"
  );
}

TEST(SizeTest, RefusesTooManyDefinitions) {
  std::string query;
  for (int i = 0; i < 101; ++i) {
    query += " query Q" + std::to_string(i) + "{yes}";
  }
  EXPECT_EQ(FirstError(query), "101 operations and fragments, at most 100 at 1:1");
}

TEST(SizeTest, RefusesATextThatIsTooLong) {
  EXPECT_EQ(
      FirstError("{yes}" + std::string(100, ' '), {}, {.max_query_bytes = 100}),
      "the query is 105 bytes long, at most 100"
  );
}

TEST(SizeTest, RefusesIntrospectionWhenItIsSwitchedOff) {
  EXPECT_EQ(
      FirstError("{__schema{description}}", {}, {.introspection = false}),
      "introspection is switched off on this server at 1:2"
  );
  EXPECT_EQ(
      FirstError("{__type(name:\"Item\"){name}}", {}, {.introspection = false}),
      "introspection is switched off on this server at 1:2"
  );
  EXPECT_EQ(
      Ask("{__typename}", {}, {.introspection = false}), R"({"data":{"__typename":"Query"}})"
  );
}

}  // namespace
}  // namespace tidings::graphql
