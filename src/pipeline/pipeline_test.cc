#include "pipeline/pipeline.h"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include "base/manual_clock.h"
#include "base/status.h"

namespace tidings {
namespace {

using testing::HasSubstr;

/// Remembers what it was given and answers as it is told.
class RecordingStore final : public EventStore {
 public:
  void Commit(ReportBatch batch, CommitDone done) override {
    for (const Report& report : batch.reports) {
      ids.emplace_back(report.id);
      layers.emplace_back(report.text[TextField::kLayer]);
    }
    for (const Parameter& parameter : batch.parameters) {
      values.emplace_back(std::get<std::string_view>(parameter.value));
    }
    if (!failure.ok()) {
      done(failure);
      return;
    }
    done(CommitResult{.outcomes = std::vector<Outcome>(batch.reports.size(), Outcome::kJoined)});
  }
  absl::StatusOr<std::optional<Event>> Get(std::string_view) const override { return std::nullopt; }
  absl::StatusOr<EventPage> Query(const EventQuery&) const override { return EventPage{}; }
  absl::StatusOr<ScanEnd> Scan(const ScanQuery&, const ScanVisitor&) const override {
    return ScanEnd();
  }
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery&) const override {
    return AggregateResult();
  }
  absl::StatusOr<LanesPage> Lanes(const LanesQuery&) const override { return LanesPage(); }
  HeldSnapshot Hold() const override { return {}; }
  uint64_t LastSequence() const override { return 0; }
  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t, size_t) const override {
    return std::vector<FeedItem>();
  }
  absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view) const override {
    return std::vector<ServiceLayers>();
  }
  StoreStats Stats() const override { return {}; }
  void Stop() override {}

  std::vector<std::string> ids;
  std::vector<std::string> layers;
  std::vector<std::string> values;
  absl::Status failure;
};

class PipelineTest : public testing::Test {
 protected:
  absl::StatusOr<IngestResult> Commit(ReportBatch batch, IngestRights rights = {}) {
    std::optional<absl::StatusOr<IngestResult>> result;
    batch.receipt = {
        .protocol = "test", .received_at_ms = 1'700'000'000'000, .payload_bytes = 1000};
    pipeline_.Commit(std::move(batch), rights, [&](absl::StatusOr<IngestResult> r) {
      result = std::move(r);
    });
    return *std::move(result);
  }

  static ReportBatch BatchOf(std::vector<Report> reports) {
    ReportBatch batch;
    batch.reports = std::move(reports);
    return batch;
  }

  static Report Named(uint32_t index, std::string_view id) {
    Report report{.index = index, .id = id, .start = 1'700'000'000'000};
    report.text[TextField::kName] = "Upgrade";
    report.text[TextField::kLayer] = "k8s";
    return report;
  }

  std::string Metrics() { return prometheus::TextSerializer().Serialize(metrics_.Collect()); }

  ManualClock clock_;
  prometheus::Registry metrics_;
  RecordingStore store_;
  Pipeline pipeline_{{}, store_, clock_, metrics_};
};

TEST_F(PipelineTest, StoresTheGoodReportsAndNamesTheBadOnes) {
  const std::string too_long(129, 'x');
  const auto result = Commit(BatchOf({Named(0, "a"), Named(1, too_long), Named(2, "c")}));

  ASSERT_TRUE(result.ok());
  EXPECT_THAT(store_.ids, testing::ElementsAre("a", "c"));
  ASSERT_EQ(result->rejections.size(), 1u);
  EXPECT_EQ(result->rejections[0].index, 1u);
  EXPECT_EQ(result->rejections[0].field, "id");
  EXPECT_THAT(result->rejections[0].error, HasSubstr("129"));
  EXPECT_EQ(result->stored.size(), 2u);
  EXPECT_EQ(result->stored[1].index, 2u);
  EXPECT_EQ(result->stored[1].outcome, Outcome::kJoined);
}

TEST_F(PipelineTest, KeepsTheRejectionsOfTheCodecInOrder) {
  ReportBatch batch = BatchOf({Named(0, std::string_view()), Named(2, "c")});
  batch.reports[0].text[TextField::kName] = "";
  batch.rejections.push_back({1, "type", "expected 0 or 1, was 7"});
  const auto result = Commit(std::move(batch));

  ASSERT_EQ(result->rejections.size(), 2u);
  EXPECT_EQ(result->rejections[0].index, 0u);
  EXPECT_EQ(result->rejections[1].index, 1u);
}

TEST_F(PipelineTest, NormalisesBeforeItCommits) {
  (void)Commit(BatchOf({Named(0, "a")}));

  EXPECT_THAT(store_.layers, testing::ElementsAre("K8S"));
}

TEST_F(PipelineTest, RefusesCorrectionsAndWithdrawalsWithoutTheRight) {
  Report correction = Named(0, "a");
  correction.generation = 1;
  correction.end = correction.start;
  Report withdrawal{.index = 1, .id = "b", .withdrawn = true, .generation = 1};
  Report derived = Named(2, "c");
  derived.derived = true;

  const auto refused = Commit(BatchOf({correction, withdrawal, derived}));
  EXPECT_EQ(refused->rejections.size(), 3u);
  EXPECT_TRUE(store_.ids.empty());

  const auto allowed = Commit(BatchOf({correction, withdrawal, derived}), {.admin = true});
  EXPECT_TRUE(allowed->rejections.empty());
  EXPECT_THAT(store_.ids, testing::ElementsAre("a", "b", "c"));
}

TEST_F(PipelineTest, TakesNoCorrectionThatLeavesAnEventOpenButADerivations) {
  Report correction = Named(0, "a");
  correction.generation = 1;
  Report derived = Named(1, "b");
  derived.generation = 1;
  derived.derived = true;

  const auto result = Commit(BatchOf({correction, derived}), {.admin = true});
  ASSERT_EQ(result->rejections.size(), 1u);
  EXPECT_EQ(result->rejections[0].field, "end");
  EXPECT_THAT(store_.ids, testing::ElementsAre("b"));
}

TEST_F(PipelineTest, CountsTimesThatLookLikeSeconds) {
  Report seconds = Named(0, "a");
  seconds.start = 1'700'000'000;
  Report milliseconds = Named(1, "b");
  milliseconds.start = 1'700'000'000'000;

  (void)Commit(BatchOf({seconds, milliseconds}));
  EXPECT_THAT(Metrics(), HasSubstr(R"(tidings_times_like_seconds_total{protocol="test"} 1)"));
}

TEST_F(PipelineTest, MasksSecretsAfterIdsWereDerived) {
  ReportBatch first = BatchOf({Named(0, "")});
  first.parameters = {{.key = "OPTS", .value = std::string_view("-Ddb.password=one")}};
  first.reports[0].parameter_count = 1;
  ReportBatch second = BatchOf({Named(0, "")});
  second.parameters = {{.key = "OPTS", .value = std::string_view("-Ddb.password=two")}};
  second.reports[0].parameter_count = 1;

  (void)Commit(std::move(first));
  (void)Commit(std::move(second));

  EXPECT_THAT(store_.values, testing::Each(testing::StrEq("-Ddb.password=***")));
  EXPECT_NE(store_.ids[0], store_.ids[1]);
}

TEST_F(PipelineTest, TellsWhyTheStoreTookNothing) {
  store_.failure = Unavailable("the disk is full");
  const auto result = Commit(BatchOf({Named(0, "a")}));

  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      Metrics(),
      HasSubstr(R"(tidings_commit_failures_total{protocol="test",reason="UNAVAILABLE"} 1)")
  );
}

TEST_F(PipelineTest, GivesIdsWhenTheyAreWanted) {
  const auto with = Commit(BatchOf({Named(0, "a")}), {.wants_ids = true});
  const auto without = Commit(BatchOf({Named(0, "a")}));

  EXPECT_EQ(with->stored[0].id, "a");
  EXPECT_EQ(without->stored[0].id, "");
}

TEST_F(PipelineTest, CountsReportsByOutcomeAndRejectionsByField) {
  ReportBatch batch = BatchOf({Named(0, "a"), Named(1, std::string_view())});
  batch.reports[1].text[TextField::kName] = "";
  batch.reports[1].start = 0;
  batch.rejections.push_back({2, "text of a client\n", "unknown field"});
  (void)Commit(std::move(batch));

  const std::string metrics = Metrics();
  EXPECT_THAT(metrics, HasSubstr(R"(tidings_reports_total{outcome="joined",protocol="test"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(tidings_reports_total{outcome="rejected",protocol="test"} 2)"));
  EXPECT_THAT(
      metrics, HasSubstr(R"(tidings_rejected_reports_total{protocol="test",reason="other"} 1)")
  );
  EXPECT_THAT(metrics, HasSubstr(R"(tidings_received_bytes_total{protocol="test"} 1000)"));
  EXPECT_THAT(
      metrics, HasSubstr(R"(tidings_last_report_timestamp_seconds{protocol="test"} 1700000000)")
  );
}

TEST_F(PipelineTest, TellsTrafficAndTheTimeOfCommits) {
  EXPECT_EQ(pipeline_.CommitP99(), std::nullopt);
  (void)Commit(BatchOf({Named(0, "a")}));
  store_.failure = Unavailable("the disk is full");
  (void)Commit(BatchOf({Named(0, "b")}));

  EXPECT_LE(pipeline_.CommitP99(), 0.0005);
  ASSERT_EQ(pipeline_.ReadTraffic().size(), 1u);
  EXPECT_EQ(pipeline_.ReadTraffic()[0].reports, 1u);
  EXPECT_EQ(pipeline_.ReadTraffic()[0].last_error, "the disk is full");
}

}  // namespace
}  // namespace tidings
