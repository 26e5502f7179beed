#include "api/graphql/engine/engine.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "api/graphql/engine/testing/test_schema.h"
#include "base/manual_clock.h"

namespace tidings::graphql {
namespace {

using testing::Ask;
using testing::FirstError;
using testing::JsonList;
using testing::JsonNull;
using testing::JsonNumber;
using testing::JsonObject;
using testing::JsonText;

struct Answered {
  std::string query;
  std::string answer;
};

std::ostream& operator<<(std::ostream& out, const Answered& one) {
  return out << one.query;
}

class AnswerTest : public ::testing::TestWithParam<Answered> {};

TEST_P(AnswerTest, IsAsTheSpecificationSays) {
  EXPECT_EQ(Ask(GetParam().query), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    AnswerTest,
    ::testing::Values(
        Answered{"{yes half quote}", R"({"data":{"yes":true,"half":0.5,"quote":"\"ü\"\n"}})"},
        Answered{"{b:yes a:yes}", R"({"data":{"b":true,"a":true}})"},
        Answered{
            "{item{depth child{depth}}}", R"({"data":{"item":{"depth":0,"child":{"depth":1}}}})"},
        Answered{"{item{children(count:0){depth}}}", R"({"data":{"item":{"children":[]}}})"},
        Answered{
            "{item{children(count:2){d:depth}}}",
            R"({"data":{"item":{"children":[{"d":1},{"d":1}]}}})"},
        Answered{
            "{item{depth} yes item{child{depth}}}",
            R"({"data":{"item":{"depth":0,"child":{"depth":1}},"yes":true}})"},
        Answered{"{item{__typename}}", R"({"data":{"item":{"__typename":"Item"}}})"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Fragments,
    AnswerTest,
    ::testing::Values(
        Answered{
            "{item{...F child{...F}}} fragment F on Item{depth}",
            R"({"data":{"item":{"depth":0,"child":{"depth":1}}}})"},
        Answered{"{...on Query{yes} ...{half}}", R"({"data":{"yes":true,"half":0.5}})"},
        Answered{"{yes @skip(if:true) half}", R"({"data":{"half":0.5}})"},
        Answered{"{yes @include(if:false) half}", R"({"data":{"half":0.5}})"},
        Answered{"{yes @include(if:true) @skip(if:true)}", R"({"data":{}})"},
        Answered{
            "{...F @skip(if:true) ...@include(if:false){yes} half} fragment F on Query{yes}",
            R"({"data":{"half":0.5}})"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Arguments,
    AnswerTest,
    ::testing::Values(
        Answered{"{tellInt}", R"({"data":{"tellInt":"{}"}})"},
        Answered{"{tellInt(of:null)}", R"({"data":{"tellInt":"{of=null}"}})"},
        Answered{"{tellInt(of:-2147483648)}", R"({"data":{"tellInt":"{of=-2147483648}"}})"},
        Answered{
            "{tellLong(of:9223372036854775807)}",
            R"({"data":{"tellLong":"{of=9223372036854775807}"}})"},
        Answered{"{tellFloat(of:3)}", R"({"data":{"tellFloat":"{of=3.00}"}})"},
        Answered{"{tellFloat(of:1.5e1)}", R"({"data":{"tellFloat":"{of=15.00}"}})"},
        Answered{R"({tellId(of:12)})", R"({"data":{"tellId":"{of='12'}"}})"},
        Answered{R"({tellId(of:"x")})", R"({"data":{"tellId":"{of='x'}"}})"},
        Answered{"{tellFlag(of:true)}", R"({"data":{"tellFlag":"{of=true}"}})"},
        Answered{"{tellColor(of:GREEN)}", R"({"data":{"tellColor":"{of='GREEN'}"}})"},
        Answered{"{tellList(of:5)}", R"({"data":{"tellList":"{of=[5]}"}})"},
        Answered{"{tellList(of:[1 null])}", R"({"data":{"tellList":"{of=[1 null]}"}})"},
        Answered{"{tellLists(of:5)}", R"({"data":{"tellLists":"{of=[[5]]}"}})"},
        Answered{
            R"({tellWhere(of:{tags:"t" name:"n"})})",
            R"({"data":{"tellWhere":"{of={name='n' size=7 tags=['t']}}"}})"},
        Answered{
            R"({tellWhere(of:{name:"n" size:null inner:{name:"m" size:1 color:RED}})})",
            R"({"data":{"tellWhere":"{of={name='n' size=null inner={name='m' size=1 color='RED'}}}"}})"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Failures,
    AnswerTest,
    ::testing::Values(
        Answered{
            "{yes item{child{broken depth}}}",
            R"({"data":{"yes":true,"item":{"child":{"broken":null,"depth":1}}},"errors":[{"message":)"
            R"("item 1 is broken","locations":[{"line":1,"column":17}],"path":["item","child",)"
            R"("broken"]}]})"},
        Answered{
            "{yes i:item{depth missing}}",
            R"({"data":{"yes":true,"i":null},"errors":[{"message":"'missing' has no value, but must )"
            R"(have one","locations":[{"line":1,"column":19}],"path":["i","missing"]}]})"},
        Answered{
            "{item{children(count:2){missing}}}",
            R"({"data":{"item":{"children":null}},"errors":[{"message":"'missing' has no value, but )"
            R"(must have one","locations":[{"line":1,"column":25}],"path":["item","children",0,)"
            R"("missing"]}]})"},
        Answered{
            "{yes must{missing}}",
            R"({"data":null,"errors":[{"message":"'missing' has no value, but must have one",)"
            R"("locations":[{"line":1,"column":11}],"path":["must","missing"]}]})"},
        Answered{
            "{warns}",
            R"({"data":{"warns":"half"},"errors":[{"message":"only half of it","locations":[{)"
            R"("line":1,"column":2}],"path":["warns"]}]})"}
    )
);

TEST(VariablesTest, AreTakenFromTheRequest) {
  EXPECT_EQ(
      Ask("query($w:Where $n:Int!){tellWhere(of:$w) tellInt(of:$n)}",
          {{"w",
            JsonObject(
                {{"name", JsonText("a")}, {"color", JsonText("RED")}, {"tags", JsonText("t")}}
            )},
           {"n", JsonNumber("3.0")},
           {"unknown", JsonNull()}}),
      R"({"data":{"tellWhere":"{of={name='a' size=7 color='RED' tags=['t']}}","tellInt":"{of=3}"}})"
  );
}

TEST(VariablesTest, StandInsideListsAndObjects) {
  EXPECT_EQ(
      Ask("query($n:Int $s:String!){tellList(of:[1 $n $n]) tellWhere(of:{name:$s})}",
          {{"n", JsonNumber("2")}, {"s", JsonText("x")}}),
      R"({"data":{"tellList":"{of=[1 2 2]}","tellWhere":"{of={name='x' size=7}}"}})"
  );
}

TEST(VariablesTest, ThatAreNotGivenHaveTheirDefaultOrAreAbsent) {
  EXPECT_EQ(
      Ask("query($a:Int=4 $b:Int $c:Int){a:tellInt(of:$a) b:tellInt(of:$b) "
          "c:tellWhere(of:{name:\"n\" size:$c}) d:tellList(of:[$b])}"),
      R"({"data":{"a":"{of=4}","b":"{}","c":"{of={name='n' size=7}}","d":"{of=[null]}"}})"
  );
}

TEST(VariablesTest, ThatAreNullStayNull) {
  EXPECT_EQ(
      Ask("query($a:Int=4){tellInt(of:$a)}", {{"a", JsonNull()}}),
      R"({"data":{"tellInt":"{of=null}"}})"
  );
}

TEST(VariablesTest, SteerDirectives) {
  const std::string query = "query($on:Boolean!){yes @include(if:$on) half @skip(if:$on)}";
  const Literal on{.kind = Literal::Kind::kBoolean, .text = "true"};
  const Literal off{.kind = Literal::Kind::kBoolean, .text = "false"};
  EXPECT_EQ(Ask(query, {{"on", on}}), R"({"data":{"yes":true}})");
  EXPECT_EQ(Ask(query, {{"on", off}}), R"({"data":{"half":0.5}})");
}

TEST(VariablesTest, ThatDoNotFitAreToldByTheirPath) {
  const std::string query = "query($w:Where! $n:Int){tellWhere(of:$w) tellInt(of:$n)}";
  EXPECT_EQ(FirstError(query), "$w: missing, expected Where! at 1:7");
  EXPECT_EQ(FirstError(query, {{"w", JsonNull()}}), "$w: expected Where!, found null at 1:7");
  EXPECT_EQ(FirstError(query, {{"w", JsonText("x")}}), "$w: expected Where, found \"x\" at 1:7");
  EXPECT_EQ(
      FirstError(query, {{"w", JsonObject({{"name", JsonText("a")}, {"nam", JsonNull()}})}}),
      "$w.nam: type 'Where' has no field 'nam'; did you mean 'name'? at 1:7"
  );
  EXPECT_EQ(
      FirstError(query, {{"w", JsonObject({{"name", JsonText("a")}, {"inner", JsonObject({})}})}}),
      "$w.inner.name: missing, expected String! at 1:7"
  );
  EXPECT_EQ(
      FirstError(
          query,
          {{"w",
            JsonObject({{"name", JsonText("a")}, {"tags", JsonList({JsonText("t"), JsonNull()})}})}}
      ),
      "$w.tags[1]: expected String!, found null at 1:7"
  );
  const Literal where = JsonObject({{"name", JsonText("a")}});
  EXPECT_EQ(
      FirstError(query, {{"w", where}, {"n", JsonNumber("1.5")}}),
      "$n: expected Int, found 1.5 at 1:17"
  );
  EXPECT_EQ(
      FirstError(query, {{"w", where}, {"n", JsonNumber("1e30")}}),
      "$n: expected Int, found 1e30 at 1:17"
  );
}

TEST(VariablesTest, ThatAreNullWhereADefaultMadeUpForThemAreRefused) {
  EXPECT_EQ(
      FirstError("query($a:String=\"x\"){tellRequired(of:$a)}", {{"a", JsonNull()}}),
      "of: expected String!, but $a is null at 1:38"
  );
}

TEST(OperationTest, IsChosenByItsName) {
  const std::string query = "query A{yes} query B{half}";
  EXPECT_EQ(Ask(Request{.query = query, .operation_name = "B"}), R"({"data":{"half":0.5}})");
  EXPECT_EQ(
      Ask(Request{.query = query, .operation_name = "C"}),
      R"({"errors":[{"message":"there is no operation named 'C'"}]})"
  );
  EXPECT_EQ(
      Ask(Request{.query = query}),
      R"({"errors":[{"message":"there are several operations: name one of them in operationName"}]})"
  );
}

TEST(LimitTest, CutsAnAnswerThatGrowsTooLarge) {
  EXPECT_EQ(
      Ask("{yes item{children(count:1000){children(count:1000){depth}}}}",
          {},
          {.max_answer_bytes = 100'000}),
      R"({"data":null,"errors":[{"message":"the answer is larger than 100000: ask for fewer events )"
      R"(or fields"}]})"
  );
}

TEST(LimitTest, EndsAQueryAtItsDeadline) {
  const Schema schema = testing::MakeTestSchema();
  ManualClock clock;
  RequestScope scope(schema, clock, std::chrono::seconds(10));
  clock.Advance(std::chrono::seconds(10));
  EXPECT_EQ(
      Execute({.query = "{yes}"}, scope, {}).ToJson(),
      R"({"data":null,"errors":[{"message":"the query was not answered within 10s: narrow it"}]})"
  );
}

TEST(LimitTest, LetsGoOfWhatAFieldKeptWhenItIsWritten) {
  std::vector<TypeDefinition> types(1);
  types[0].name = "Query";
  types[0].fields = {{.name = "kept", .type = Type("Int"), .resolve = [](const ResolveCall& call) {
                        call.scope.Keep(std::string("page"));
                        return Resolved{static_cast<int64_t>(call.scope.kept())};
                      }}};
  const Schema schema(std::move(types));
  const ManualClock clock;
  RequestScope scope(schema, clock, std::chrono::seconds(1));
  EXPECT_EQ(Execute({.query = "{a:kept b:kept}"}, scope, {}).ToJson(), R"({"data":{"a":1,"b":1}})");
}

}  // namespace
}  // namespace tidings::graphql
