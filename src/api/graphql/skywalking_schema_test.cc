#include "api/graphql/skywalking_schema.h"

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/graphql/engine/engine.h"
#include "api/graphql/engine/schema_text.h"
#include "api/graphql/testing/graphql_harness.h"
#include "api/graphql/testing/scripted_store.h"
#include "base/status.h"
#include "base/testing/golden.h"

namespace tidings::graphql {
namespace {

using testing::GraphqlHarness;

constexpr int64_t kServerNow = 1'700'000'000'000;

Schema MakeSchema(GraphqlHarness& harness) {
  return MakeSkyWalkingSchema(harness.store(), harness.clock(), [] { return Health(); });
}

TEST(SkyWalkingSchemaTest, IsTheOneThatWasReviewed) {
  GraphqlHarness harness;
  tidings::testing::ExpectGolden("testdata/schema.graphql", PrintSchema(MakeSchema(harness)));
}

/// Every type that a definition names.
std::vector<std::string> NamedTypes(const TypeDefinition& type) {
  std::vector<std::string> names;
  for (const FieldDefinition& field : type.fields) {
    names.push_back(field.type.name);
    for (const InputField& argument : field.arguments) {
      names.push_back(argument.type.name);
    }
  }
  for (const InputField& input : type.inputs) {
    names.push_back(input.type.name);
  }
  return names;
}

TEST(SkyWalkingSchemaTest, NamesOnlyTypesThatExist) {
  GraphqlHarness harness;
  const Schema schema = MakeSchema(harness);
  for (const TypeDefinition& type : schema.types()) {
    for (const std::string& name : NamedTypes(type)) {
      EXPECT_NE(schema.FindType(name), nullptr) << type.name << " names " << name;
    }
  }
}

TEST(SkyWalkingSchemaTest, TellsTheServersTimeInUtc) {
  GraphqlHarness harness;
  EXPECT_EQ(
      harness.Ask("query { result: getTimeInfo { timezone, currentTimestamp } }"),
      R"({"data":{"result":{"timezone":"+0000","currentTimestamp":1700000000000}}})"
  );
}

TEST(SkyWalkingSchemaTest, TellsAVersionThatSkyWalkingsCommandLineTakes) {
  GraphqlHarness harness;
  EXPECT_EQ(harness.Ask("query { result: version }"), R"({"data":{"result":"10.2.0"}})");
}

TEST(SkyWalkingSchemaTest, FindsAServiceThatHasAnEvent) {
  GraphqlHarness harness;
  harness.Report({.id = "a", .service = "checkout", .name = "A", .start = kServerNow});
  harness.Report(
      {.id = "b", .service = "checkout", .layer = "K8S", .name = "A", .start = kServerNow}
  );
  EXPECT_EQ(
      harness.Ask(
          "query ($serviceName: String!) { result: findService(serviceName: $serviceName) "
          "{ id name group shortName layers normal } }",
          R"({"serviceName":"checkout"})"
      ),
      R"({"data":{"result":{"id":"Y2hlY2tvdXQ=.1","name":"checkout","group":"",)"
      R"("shortName":"checkout","layers":["GENERAL","K8S"],"normal":true}}})"
  );
}

TEST(SkyWalkingSchemaTest, FindsNoServiceWithoutAnEventOrAName) {
  GraphqlHarness harness;
  harness.Report({.id = "a", .service = "checkout", .name = "A", .start = kServerNow});
  for (const char* name : {"nobody", ""}) {
    EXPECT_EQ(
        harness.Ask(fmt::format("{{ findService(serviceName: \"{}\") {{ id }} }}", name)),
        R"({"data":{"findService":null}})"
    );
  }
}

TEST(SkyWalkingSchemaTest, ListsTheKnownLayersAndTheOthersThatEventsAreOf) {
  GraphqlHarness harness;
  harness.Report({.id = "a", .service = "s", .layer = "zoo", .name = "A", .start = kServerNow});
  harness.Report({.id = "b", .service = "s", .layer = "K8S", .name = "A", .start = kServerNow});
  harness.Report({.id = "c", .service = "t", .layer = "ant", .name = "A", .start = kServerNow});
  const std::string answer = harness.Ask("{ listLayers }");
  EXPECT_TRUE(answer.starts_with(R"({"data":{"listLayers":["UNDEFINED","MESH","GENERAL",)"))
      << answer;
  EXPECT_TRUE(answer.ends_with(R"("ALIPAY_MINI_PROGRAM","AIRFLOW","ANT","ZOO"]}})")) << answer;
}

TEST(SkyWalkingSchemaTest, TellsWhetherTheServerIsHealthy) {
  GraphqlHarness harness;
  EXPECT_EQ(
      harness.Ask("{ result: checkHealth { score details } }"),
      R"({"data":{"result":{"score":0,"details":""}}})"
  );
  harness.health = {.score = 1, .details = "no room on the disk"};
  EXPECT_EQ(
      harness.Ask("{ result: checkHealth { score details } }"),
      R"({"data":{"result":{"score":1,"details":"no room on the disk"}}})"
  );
}

TEST(SkyWalkingSchemaTest, HasNoAlarmsWhateverIsAskedOfThem) {
  GraphqlHarness harness;
  EXPECT_EQ(
      harness.Ask(
          "query ($condition: AlarmQueryCondition!) { result: queryAlarms(condition: $condition) "
          "{ msgs { id startTime recoveryTime scope name message tags { key value } events { uuid "
          "name layer startTime endTime message source { service serviceInstance endpoint } "
          "parameters { key value } } snapshot { expression metrics { name results { "
          "metric { labels { key value } } values { id value traceID owner { scope serviceID "
          "serviceName normal serviceInstanceID serviceInstanceName endpointID endpointName } } } "
          "} "
          "} } } }",
          R"({"condition":{"duration":{"coldStage":false,"end":"2026-11-22 0620",)"
          R"("start":"2026-11-22 0550","step":"MINUTE"},"paging":{"pageNum":1,"pageSize":15}}})"
      ),
      R"({"data":{"result":{"msgs":[]}}})"
  );
}

class StoreTroubleTest : public ::testing::Test {
 protected:
  std::string Ask(std::string query) {
    const Schema schema = MakeSkyWalkingSchema(store_, clock_, [] { return Health(); });
    RequestScope scope(schema, clock_, std::chrono::seconds(10), client_.get_token());
    return Execute({.query = std::move(query)}, scope, {}).ToJson();
  }

  const ManualClock clock_;
  std::stop_source client_;
  testing::ScriptedStore store_;
};

constexpr const char* kPageQuery =
    "{ queryEvents(condition: {uuid: \"a\", paging: {pageSize: 1}}) { events { uuid } } }";

TEST_F(StoreTroubleTest, IsToldInTheFieldThatItBefell) {
  store_.failure = Unavailable("block 7 cannot be read");
  EXPECT_EQ(
      Ask(kPageQuery),
      R"({"data":{"queryEvents":null},"errors":[{"message":"block 7 cannot be read",)"
      R"("locations":[{"line":1,"column":3}],"path":["queryEvents"]}]})"
  );
  EXPECT_EQ(
      Ask("{ version findService(serviceName: \"a\") { id } }"),
      R"({"data":{"version":"10.2.0","findService":null},"errors":[{"message":"block 7 cannot be )"
      R"(read","locations":[{"line":1,"column":11}],"path":["findService"]}]})"
  );
  EXPECT_EQ(
      Ask("{ listLayers }"),
      R"({"data":null,"errors":[{"message":"block 7 cannot be read","locations":[{"line":1,)"
      R"("column":3}],"path":["listLayers"]}]})"
  );
}

TEST_F(StoreTroubleTest, LeavesWhatWasFoundAndTellsThatEventsMayBeMissing) {
  store_.incomplete = {
      {.reason = Incompleteness::Reason::kDamaged, .detail = "block 7 is damaged"}};
  EXPECT_EQ(
      Ask(kPageQuery),
      R"({"data":{"queryEvents":{"events":[]}},"errors":[{"message":"events may be missing: block )"
      R"(7 is damaged","locations":[{"line":1,"column":3}],"path":["queryEvents"]}]})"
  );
}

TEST_F(StoreTroubleTest, IsKeptShortByTheDeadlineOfTheRequest) {
  Ask(kPageQuery);
  const Patience& patience = store_.last_query.patience;
  EXPECT_EQ(patience.deadline, absl::FromUnixMillis(clock_.NowMs()) + absl::Seconds(10));
  EXPECT_EQ(patience.abandoned, client_.get_token());
  EXPECT_FALSE(store_.last_query.wants_cursor);
}

}  // namespace
}  // namespace tidings::graphql
