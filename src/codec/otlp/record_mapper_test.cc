// The mapping of docs/formats/otlp-logs.md, row by row.

#include "codec/otlp/record_mapper.h"

#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "codec/testing/decoded.h"
#include "event/normalise.h"

namespace tidings::otlp {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::OwnedValue;
using ::testing::Pair;
using testing::ReportSpec;
using ::testing::UnorderedElementsAre;

using Given = std::vector<std::pair<std::string, OwnedValue>>;

std::string S(const char* text) {
  return text;
}

/// A record with its surroundings, for designated initialisers.
struct One {
  Given resource;
  std::string scope = "app";
  std::string scope_version;
  Given scope_attributes;
  Given attributes;
  std::string event_name;
  uint64_t time = 0;
  uint64_t observed = 0;
  int32_t severity_number = 0;
  std::string severity_text;
  std::optional<OwnedValue> body;
  std::string trace_id;
};

constexpr uint64_t kMs = 1'000'000;

/// Maps what it is given, and keeps alive what the reports are views of.
class Mapping {
 public:
  explicit Mapping(DecodeOptions options = {}) : mapper_(options, batch_) {
    batch_.receipt = {.protocol = "test", .received_at_ms = 1'700'000'000'000};
  }

  absl::Status Add(One given) {
    const One& one = given_.emplace_back(std::move(given));
    mapper_.EnterResource(Views(one.resource));
    mapper_.EnterScope(
        {.name = one.scope, .version = one.scope_version, .attributes = Views(one.scope_attributes)}
    );
    LogRecord record{
        .time_unix_nano = one.time,
        .observed_time_unix_nano = one.observed,
        .severity_number = one.severity_number,
        .severity_text = one.severity_text,
        .event_name = one.event_name,
        .trace_id = one.trace_id,
        .attributes = Views(one.attributes)};
    if (one.body) {
      record.body = ViewOf(*one.body);
    }
    return mapper_.Add(record);
  }

  /// The only report, normal.
  ReportSpec Only() {
    EXPECT_EQ(batch_.reports.size(), 1U);
    Report report = batch_.reports.at(0);
    const auto rejection = Normalise(report, batch_, {});
    EXPECT_FALSE(rejection) << rejection->field << " " << rejection->error;
    return testing::SpecOf(report, batch_);
  }

  const ReportBatch& batch() const { return batch_; }
  const DecodedLogs& decoded() const { return mapper_.decoded(); }

 private:
  static Value ViewOf(const OwnedValue& value) {
    return std::visit(
        [](const auto& held) -> Value {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
            return std::string_view(held);
          } else {
            return held;
          }
        },
        value
    );
  }

  Attributes Views(const Given& given) {
    std::vector<Parameter>& views = views_.emplace_back();
    for (const auto& [key, value] : given) {
      views.push_back({.key = key, .value = ViewOf(value)});
    }
    return views;
  }

  ReportBatch batch_;
  RecordMapper mapper_;
  std::deque<One> given_;
  std::deque<std::vector<Parameter>> views_;
};

ReportSpec Map(One one) {
  Mapping mapping;
  EXPECT_TRUE(mapping.Add(std::move(one)).ok());
  return mapping.Only();
}

One OfFlink(const char* name, Given attributes) {
  attributes.emplace_back("name", S(name));
  attributes.emplace_back("job_id", S("j1"));
  attributes.emplace_back("job_name", S("orders"));
  return {
      .scope = "org.apache.flink.runtime.jobmaster.JobMaster",
      .attributes = std::move(attributes),
      .time = 9 * kMs,
      .observed = 5 * kMs};
}

TEST(RecordMapperTest, TakesTheEventNameThenTheAttribute) {
  const Given both = {{"event.name", S("FromAttribute")}};
  EXPECT_EQ(Map({.attributes = both, .event_name = "FromField"}).name, "FromField");
  EXPECT_EQ(Map({.attributes = both}).name, "FromAttribute");
  EXPECT_THAT(
      Map({.attributes = both}).parameters, ElementsAre(Pair("scope", OwnedValue(S("app"))))
  );
}

TEST(RecordMapperTest, TakesTheAttributeNameOfFlinksRecordsOnly) {
  EXPECT_EQ(Map(OfFlink("CacheLoad", {})).name, "CacheLoad");
  const ReportSpec other = Map({.attributes = {{"name", S("n")}}, .event_name = "E"});
  EXPECT_THAT(other.parameters, Contains(Pair("name", OwnedValue(S("n")))));
}

TEST(RecordMapperTest, KnowsFlinksRecordsByScopeOrByJobIdAndName) {
  EXPECT_EQ(Map({.scope = "org.apache.flink.X", .event_name = "E"}).layer, "FLINK");
  EXPECT_EQ(Map({.scope = "org.apache.flinky", .event_name = "E"}).layer, "");
  EXPECT_EQ(
      Map({.attributes = {{"job_id", S("j")}, {"job_name", S("n")}}, .event_name = "E"}).layer,
      "FLINK"
  );
  EXPECT_EQ(Map({.attributes = {{"job_id", S("j")}}, .event_name = "E"}).layer, "");
}

TEST(RecordMapperTest, DropsAndCountsRecordsWithoutNameAndId) {
  Mapping mapping;
  ASSERT_TRUE(mapping.Add({.attributes = {{"name", S("no Flink")}}, .body = S("a log line")}).ok());
  ASSERT_TRUE(mapping.Add({.event_name = "E"}).ok());

  EXPECT_EQ(mapping.decoded().records, 2U);
  EXPECT_EQ(mapping.decoded().unnamed, 1U);
  EXPECT_EQ(mapping.Only().name, "E");
  EXPECT_EQ(mapping.batch().reports[0].index, 1U);
}

TEST(RecordMapperTest, KeepsRecordsWithoutNameNamedByTheirScopeWhenToldTo) {
  Mapping named({.keep_unnamed = true});
  ASSERT_TRUE(named.Add({.scope = "my.logger", .body = S("a log line")}).ok());
  EXPECT_EQ(named.Only().name, "my.logger");
  EXPECT_EQ(named.decoded().unnamed, 0U);

  Mapping unnamed({.keep_unnamed = true});
  ASSERT_TRUE(unnamed.Add({.scope = "", .body = S("a log line")}).ok());
  EXPECT_EQ(unnamed.Only().name, "LogRecord");
}

TEST(RecordMapperTest, KeepsARecordThatOnlyEndsAnEvent) {
  const ReportSpec end =
      Map({.attributes = {{"event.id", S("deploy-1")}, {"event.end_time", int64_t{7}}}});
  EXPECT_EQ(end.id, "deploy-1");
  EXPECT_EQ(end.name, "");
  EXPECT_EQ(end.start, 0);
  EXPECT_EQ(end.end, 7);
}

TEST(RecordMapperTest, TakesTheIdFromEventIdThenFromTidingsId) {
  const ReportSpec both =
      Map({.attributes = {{"tidings.id", S("t")}, {"event.id", S("e")}}, .event_name = "E"});
  EXPECT_EQ(both.id, "e");
  EXPECT_THAT(both.parameters, Contains(Pair("tidings.id", OwnedValue(S("t")))));
  EXPECT_THAT(both.parameters, Not(Contains(Pair("event.id", ::testing::_))));
  EXPECT_EQ(Map({.attributes = {{"tidings.id", S("t")}}, .event_name = "E"}).id, "t");
  EXPECT_EQ(Map({.attributes = {{"event.id", int64_t{42}}}, .event_name = "E"}).id, "42");
}

TEST(RecordMapperTest, IsAnInstantAtItsTimeElseWhenItWasObserved) {
  const ReportSpec timed = Map({.event_name = "E", .time = 5 * kMs + 999'999, .observed = 9 * kMs});
  EXPECT_EQ(timed.start, 5);
  EXPECT_EQ(timed.end, 5);
  EXPECT_EQ(timed.reported, 9);
  const ReportSpec observed = Map({.event_name = "E", .observed = 9 * kMs});
  EXPECT_EQ(observed.start, 9);
  EXPECT_EQ(observed.reported, 9);
  EXPECT_EQ(Map({.event_name = "E"}).start, 0);
}

TEST(RecordMapperTest, TakesWhatFlinkObservedAsItsTime) {
  const ReportSpec event = Map(OfFlink("CacheLoad", {}));
  EXPECT_EQ(event.start, 5);
  EXPECT_EQ(event.end, 5);
  EXPECT_EQ(event.reported, 9);
}

TEST(RecordMapperTest, TakesTheOtherTimeWhereFlinkObservedAtMinusOne) {
  One unanswered = OfFlink("CheckpointEvent", {});
  unanswered.observed = 18446744073708551616ULL;
  const ReportSpec event = Map(std::move(unanswered));
  EXPECT_EQ(event.start, 9);
  EXPECT_EQ(event.reported, 9);
}

TEST(RecordMapperTest, CountsOnlyStartAndEndTimeWhereOneIsTold) {
  const ReportSpec start =
      Map({.attributes = {{"event.start_time", int64_t{3}}}, .event_name = "E", .time = 5 * kMs});
  EXPECT_EQ(start.start, 3);
  EXPECT_EQ(start.end, 0);
  EXPECT_EQ(start.reported, 5);
  EXPECT_THAT(start.parameters, ElementsAre(Pair("scope", OwnedValue(S("app")))));
  const ReportSpec both =
      Map({.attributes = {{"event.start_time", S("3")}, {"event.end_time", 8.0}}, .event_name = "E"}
      );
  EXPECT_EQ(both.start, 3);
  EXPECT_EQ(both.end, 8);
}

TEST(RecordMapperTest, RejectsATimeThatIsNone) {
  for (const OwnedValue& bad : {OwnedValue(S("soon")), OwnedValue(1.5), OwnedValue(true)}) {
    Mapping mapping;
    ASSERT_TRUE(mapping.Add({.event_name = "E"}).ok());
    ASSERT_TRUE(mapping.Add({.attributes = {{"event.end_time", bad}}, .event_name = "E"}).ok());
    EXPECT_EQ(mapping.batch().reports.size(), 1U);
    ASSERT_EQ(mapping.batch().rejections.size(), 1U);
    EXPECT_EQ(mapping.batch().rejections[0].index, 1U);
    EXPECT_EQ(mapping.batch().rejections[0].field, "attributes.event.end_time");
    EXPECT_THAT(mapping.batch().rejections[0].error, HasSubstr("expected ms since the epoch"));
  }
}

TEST(RecordMapperTest, TakesTheServiceOfTheResourceUnlessTheSdkMadeItUp) {
  const auto service = [](const char* name) {
    return Map({.resource = {{"service.name", S(name)}}, .event_name = "E"}).service;
  };
  EXPECT_EQ(service("checkout"), "checkout");
  EXPECT_EQ(service("unknown_service"), "");
  EXPECT_EQ(service("unknown_service:java"), "");
  EXPECT_EQ(Map({.attributes = {{"service.name", S("x")}}, .event_name = "E"}).service, "");
}

TEST(RecordMapperTest, NamesFlinksServiceByItsJob) {
  const auto service = [](Given attributes) {
    return Map({.resource = {{"service.name", S("unknown_service:java")}},
                .scope = "org.apache.flink.X",
                .attributes = std::move(attributes),
                .event_name = "E"})
        .service;
  };
  EXPECT_EQ(service({{"job_name", S("orders")}, {"job_id", S("j1")}}), "orders");
  EXPECT_EQ(service({{"job_id", S("j1")}}), "j1");
  EXPECT_EQ(service({}), "flink");
}

TEST(RecordMapperTest, TakesTheInstanceFromTheFirstThatIsThere) {
  Given resource = {
      {"host.name", S("h")}, {"k8s.pod.name", S("p")}, {"service.instance.id", S("i")}};
  EXPECT_EQ(Map({.resource = resource, .event_name = "E"}).instance, "i");
  resource.pop_back();
  EXPECT_EQ(Map({.resource = resource, .event_name = "E"}).instance, "p");
  resource.pop_back();
  const ReportSpec host = Map({.resource = resource, .event_name = "E"});
  EXPECT_EQ(host.instance, "h");
  EXPECT_THAT(host.parameters, Contains(Pair("resource.host.name", OwnedValue(S("h")))))
      << "what is used for the source stays";
}

TEST(RecordMapperTest, PassesOverEmptyAttributesOnItsWayFromTheRecordToTheResource) {
  const ReportSpec spec = Map(
      {.resource = {{"host.name", S("web-1")}, {"tidings.layer", S("mesh")}},
       .scope_attributes = {{"host.name", S("")}},
       .attributes = {{"host.name", S("")}, {"tidings.layer", S("")}, {"k8s.pod.name", S("")}},
       .event_name = "E"}
  );
  EXPECT_EQ(spec.instance, "web-1");
  EXPECT_EQ(spec.layer, "MESH");
}

TEST(RecordMapperTest, TakesFlinksInstanceAndEndpointFromItsScopeVariables) {
  const ReportSpec task = Map(OfFlink(
      "E", {{"tm_id", S("tm")}, {"host", S("h")}, {"task_name", S("t")}, {"operator_name", S("o")}}
  ));
  EXPECT_EQ(task.instance, "tm");
  EXPECT_EQ(task.endpoint, "t");
  const ReportSpec job = Map(OfFlink("E", {{"host", S("h")}, {"operator_name", S("o")}}));
  EXPECT_EQ(job.instance, "h");
  EXPECT_EQ(job.endpoint, "o");
  EXPECT_EQ(Map({.attributes = {{"task_name", S("t")}}, .event_name = "E"}).endpoint, "");
}

TEST(RecordMapperTest, TakesTheLayerFromTheAttributeThenFlinkThenKubernetes) {
  const Given k8s = {{"k8s.namespace.name", S("shop")}};
  EXPECT_EQ(Map({.resource = {{"tidings.layer", S("mesh")}}, .event_name = "E"}).layer, "MESH");
  EXPECT_EQ(Map({.resource = k8s, .event_name = "E"}).layer, "K8S");
  EXPECT_EQ(Map({.attributes = k8s, .event_name = "E"}).layer, "K8S");
  EXPECT_EQ(
      Map({.resource = k8s, .scope = "org.apache.flink.X", .event_name = "E"}).layer, "FLINK"
  );
  EXPECT_EQ(Map({.event_name = "E"}).layer, "") << "reads as GENERAL";
  EXPECT_THAT(
      Map({.attributes = {{"tidings.layer", S("mesh")}}, .event_name = "E"}).parameters,
      ElementsAre(Pair("scope", OwnedValue(S("app"))))
  );
}

TEST(RecordMapperTest, TakesTheBodyAsMessageInItsJsonUnlessItIsText) {
  EXPECT_EQ(Map({.event_name = "E", .body = S("a {b}")}).message, "a {b}");
  EXPECT_EQ(Map({.event_name = "E", .body = int64_t{5}}).message, "5");
  EXPECT_EQ(Map({.event_name = "E", .body = true}).message, "true");
  EXPECT_EQ(Map({.event_name = "E", .body = 0.5}).message, "0.5");
  EXPECT_EQ(Map({.event_name = "E"}).message, "");
}

TEST(RecordMapperTest, IsAnErrorFromSeverity17) {
  EXPECT_EQ(Map({.event_name = "E", .severity_number = 16}).type, EventType::kNormal);
  EXPECT_EQ(Map({.event_name = "E", .severity_number = 17}).type, EventType::kError);
  One users = OfFlink("CacheLoad", {});
  users.severity_number = 21;
  EXPECT_EQ(Map(std::move(users)).type, EventType::kError);
}

TEST(RecordMapperTest, TellsTheSeverityInWords) {
  const auto severity = [](int32_t number, const char* text) -> OwnedValue {
    for (const auto& [key, value] :
         Map({.event_name = "E", .severity_number = number, .severity_text = text}).parameters) {
      if (key == "severity") {
        return value;
      }
    }
    return S("none");
  };
  EXPECT_EQ(severity(9, "NOTICE"), OwnedValue(S("NOTICE")));
  EXPECT_EQ(severity(15, ""), OwnedValue(S("WARN3")));
  EXPECT_EQ(severity(24, ""), OwnedValue(S("FATAL4")));
  EXPECT_EQ(severity(25, ""), OwnedValue(S("none")));
  EXPECT_EQ(severity(-1, ""), OwnedValue(S("none")));
  EXPECT_EQ(severity(0, ""), OwnedValue(S("none")));
}

TEST(RecordMapperTest, KeepsTypedParametersOfRecordScopeAndResourceTheEarlierWins) {
  const ReportSpec event = Map(
      {.resource = {{"cloud.region", S("eu")}, {"n", int64_t{3}}},
       .scope = "s",
       .scope_attributes = {{"n", int64_t{2}}, {"of_scope", true}},
       .attributes = {{"n", int64_t{1}}, {"ratio", 0.5}},
       .event_name = "E",
       .severity_text = "INFO"}
  );
  EXPECT_THAT(
      event.parameters,
      UnorderedElementsAre(
          Pair("n", OwnedValue(int64_t{1})),
          Pair("of_scope", OwnedValue(true)),
          Pair("ratio", OwnedValue(0.5)),
          Pair("resource.cloud.region", OwnedValue(S("eu"))),
          Pair("resource.n", OwnedValue(int64_t{3})),
          Pair("scope", OwnedValue(S("s"))),
          Pair("severity", OwnedValue(S("INFO")))
      )
  );
}

TEST(RecordMapperTest, DropsFlinksSecondJobIdWhenItIsTheSame) {
  const Given same = {{"jobId", S("j1")}, {"newJobStatus", S("RUNNING")}};
  const ReportSpec event = Map(OfFlink("JobStatusChangeEvent", same));
  EXPECT_THAT(event.parameters, Not(Contains(Pair("jobId", ::testing::_))));
  EXPECT_THAT(event.parameters, Contains(Pair("job_id", OwnedValue(S("j1")))));
  const Given other = {{"jobId", S("j2")}, {"newJobStatus", S("RUNNING")}};
  EXPECT_THAT(
      Map(OfFlink("JobStatusChangeEvent", other)).parameters,
      Contains(Pair("jobId", OwnedValue(S("j2"))))
  );
}

TEST(RecordMapperTest, TakesFlinksTypeFromTheContentWhateverTheSeverity) {
  One failed = OfFlink("CheckpointEvent", {{"checkpointStatus", S("FAILED")}});
  failed.severity_number = 9;
  EXPECT_EQ(Map(std::move(failed)).type, EventType::kError);
  One running = OfFlink("JobStatusChangeEvent", {{"newJobStatus", S("RUNNING")}});
  running.severity_number = 21;
  EXPECT_EQ(Map(std::move(running)).type, EventType::kNormal);
}

TEST(RecordMapperTest, SaysInASentenceWhatFlinkSaysInAttributesOnly) {
  EXPECT_EQ(
      Map(OfFlink("JobStatusChangeEvent", {{"newJobStatus", S("RUNNING")}})).message,
      "The job is RUNNING"
  );
  One with_body = OfFlink("JobStatusChangeEvent", {{"newJobStatus", S("RUNNING")}});
  with_body.body = S("own text");
  EXPECT_EQ(Map(std::move(with_body)).message, "own text");
}

TEST(RecordMapperTest, GivesARetryTheSameId) {
  const One given = {.resource = {{"service.name", S("s")}}, .event_name = "E", .time = 5 * kMs};
  EXPECT_EQ(Map(given).id, Map(given).id);
  EXPECT_EQ(Map(given).id.size(), 32U);
}

TEST(RecordMapperTest, GivesRecordsThatDifferAnywhereDifferentIds) {
  const One whole = {
      .resource = {{"service.name", S("s")}},
      .scope_attributes = {{"a", int64_t{1}}},
      .event_name = "E",
      .time = 5 * kMs,
      .severity_number = 9,
      .body = S("b")};
  std::vector<One> records(9, whole);
  records[1].resource = {{"service.name", S("unknown_service")}};
  records[2].scope_version = "2";
  records[3].scope_attributes = {{"a", int64_t{2}}};
  records[4].time += 1;
  records[5].observed = 1;
  records[6].severity_number = 10;
  records[7].body = S("c");
  records[8].trace_id = "0123456789abcdef";
  std::vector<std::string> ids;
  for (const One& record : records) {
    ids.push_back(Map(record).id);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST(RecordMapperTest, RefusesARequestOfTooManyRecords) {
  Mapping mapping({.limits = {.records = 2}});
  ASSERT_TRUE(mapping.Add({.event_name = "E"}).ok());
  ASSERT_TRUE(mapping.Add({}).ok());
  const absl::Status third = mapping.Add({.event_name = "E"});
  EXPECT_EQ(third.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(MessageOf(third)), HasSubstr("2 log records"));
}

TEST(RecordMapperTest, RefusesAResourceThatTooManyRecordsRepeat) {
  Mapping mapping({.limits = {.expanded_bytes = 10'000}});
  const One one = {.resource = {{"much", std::string(4000, 'x')}}, .event_name = "E"};
  ASSERT_TRUE(mapping.Add(one).ok());
  ASSERT_TRUE(mapping.Add(one).ok());
  EXPECT_EQ(mapping.Add(one).code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace tidings::otlp
