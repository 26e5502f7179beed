#include "api/graphql/engine/introspection.h"

#include <string>

#include <gtest/gtest.h>

#include "api/graphql/engine/schema_text.h"
#include "api/graphql/engine/testing/test_schema.h"

namespace tidings::graphql {
namespace {

using testing::Ask;

TEST(IntrospectionTest, TellsTheRoots) {
  EXPECT_EQ(
      Ask("{__schema{description queryType{name kind} mutationType{name} subscriptionType{name}}}"),
      R"({"data":{"__schema":{"description":null,"queryType":{"name":"Query","kind":"OBJECT"},)"
      R"("mutationType":null,"subscriptionType":null}}})"
  );
}

TEST(IntrospectionTest, ListsTheSchemasTypesAndTheBuiltInOnes) {
  EXPECT_EQ(
      Ask("{__schema{types{name}}}"),
      R"({"data":{"__schema":{"types":[{"name":"Query"},{"name":"Item"},{"name":"Color"},)"
      R"({"name":"Where"},{"name":"Long"},{"name":"Int"},{"name":"Float"},{"name":"String"},)"
      R"({"name":"Boolean"},{"name":"ID"},{"name":"__Schema"},{"name":"__Type"},)"
      R"({"name":"__Field"},{"name":"__InputValue"},{"name":"__EnumValue"},)"
      R"({"name":"__Directive"},{"name":"__TypeKind"},{"name":"__DirectiveLocation"}]}}})"
  );
}

TEST(IntrospectionTest, TellsObjectsWithWrappedTypesAndArguments) {
  EXPECT_EQ(
      Ask("{__type(name:\"Item\"){kind description interfaces{name} possibleTypes{name} "
          "enumValues{name} inputFields{name} fields(includeDeprecated:true){name isDeprecated "
          "deprecationReason args{name type{kind name ofType{name}} defaultValue} "
          "type{kind name ofType{kind name ofType{kind name}}}}}}"),
      R"({"data":{"__type":{"kind":"OBJECT","description":"A thing.","interfaces":[],)"
      R"("possibleTypes":null,"enumValues":null,"inputFields":null,"fields":[)"
      R"({"name":"depth","isDeprecated":false,"deprecationReason":null,"args":[],)"
      R"("type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"SCALAR","name":"Int","ofType":null}}},)"
      R"({"name":"child","isDeprecated":false,"deprecationReason":null,"args":[],)"
      R"("type":{"kind":"OBJECT","name":"Item","ofType":null}},)"
      R"({"name":"children","isDeprecated":false,"deprecationReason":null,"args":[{"name":"count",)"
      R"("type":{"kind":"NON_NULL","name":null,"ofType":{"name":"Int"}},"defaultValue":null}],)"
      R"("type":{"kind":"LIST","name":null,"ofType":{"kind":"NON_NULL","name":null,)"
      R"("ofType":{"kind":"OBJECT","name":"Item"}}}},)"
      R"({"name":"missing","isDeprecated":false,"deprecationReason":null,"args":[],)"
      R"("type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"SCALAR","name":"String","ofType":null}}},)"
      R"({"name":"broken","isDeprecated":false,"deprecationReason":null,"args":[],)"
      R"("type":{"kind":"SCALAR","name":"String","ofType":null}}]}}})"
  );
}

TEST(IntrospectionTest, TellsEnumsAndTheirValues) {
  EXPECT_EQ(
      Ask("{__type(name:\"Color\"){kind fields{name} enumValues{name description isDeprecated}}}"),
      R"({"data":{"__type":{"kind":"ENUM","fields":null,"enumValues":[{"name":"RED",)"
      R"("description":"Like fire.","isDeprecated":false},{"name":"GREEN","description":null,)"
      R"("isDeprecated":false}]}}})"
  );
}

TEST(IntrospectionTest, TellsInputsAndTheirDefaults) {
  EXPECT_EQ(
      Ask("{__type(name:\"Where\"){kind inputFields{name defaultValue}}}"),
      R"({"data":{"__type":{"kind":"INPUT_OBJECT","inputFields":[{"name":"name","defaultValue":null},)"
      R"({"name":"size","defaultValue":"7"},{"name":"color","defaultValue":null},)"
      R"({"name":"tags","defaultValue":null},{"name":"inner","defaultValue":null}]}}})"
  );
}

TEST(IntrospectionTest, TellsDirectives) {
  EXPECT_EQ(
      Ask("{__schema{directives{name isRepeatable locations args{name type{kind ofType{name}}}}}}"),
      R"({"data":{"__schema":{"directives":[{"name":"include","isRepeatable":false,"locations":[)"
      R"("FIELD","FRAGMENT_SPREAD","INLINE_FRAGMENT"],"args":[{"name":"if","type":{"kind":)"
      R"("NON_NULL","ofType":{"name":"Boolean"}}}]},{"name":"skip","isRepeatable":false,)"
      R"("locations":["FIELD","FRAGMENT_SPREAD","INLINE_FRAGMENT"],"args":[{"name":"if","type":{)"
      R"("kind":"NON_NULL","ofType":{"name":"Boolean"}}}]}]}}})"
  );
}

TEST(IntrospectionTest, AnswersNullForATypeThatDoesNotExist) {
  EXPECT_EQ(Ask("{__type(name:\"Nothing\"){name}}"), R"({"data":{"__type":null}})");
}

TEST(SchemaTextTest, PrintsEveryKindOfType) {
  const std::string text = PrintSchema(testing::MakeTestSchema());
  EXPECT_NE(
      text.find("\"\"\"A thing.\"\"\"\ntype Item {\n  depth: Int!\n  child: Item\n"
                "  children(count: Int!): [Item!]\n"),
      std::string::npos
  );
  EXPECT_NE(
      text.find("enum Color {\n  \"\"\"Like fire.\"\"\"\n  RED\n  GREEN\n}\n"), std::string::npos
  );
  EXPECT_NE(text.find("input Where {\n  name: String!\n  size: Int = 7\n"), std::string::npos);
  EXPECT_NE(text.find("scalar Long\n"), std::string::npos);
  EXPECT_EQ(text.find("__"), std::string::npos);
}

}  // namespace
}  // namespace tidings::graphql
