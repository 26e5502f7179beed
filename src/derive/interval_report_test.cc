#include "derive/interval_report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/golden.h"
#include "derive/testing/flink_events.h"
#include "event/event.h"

namespace tidings::derive {
namespace {

using ::testing::ElementsAre;

DerivedInterval IntervalOf(IntervalKind kind, std::string_view status = {}) {
  DerivedInterval interval;
  interval.kind = kind;
  interval.draft.start_ms = 1'700'000'000'000;
  interval.draft.first_point = "a";
  interval.draft.last_point = "b";
  interval.draft.points = 2;
  interval.draft.status = status;
  return interval;
}

std::string MessageOfInterval(const DerivedInterval& interval) {
  ReportBatch batch;
  AppendReport({.id = "j", .name = "orders"}, interval, 0, batch);
  return std::string(batch.reports[0].text[TextField::kMessage]);
}

TEST(IntervalReportTest, IdsNeverChange) {
  EXPECT_EQ(
      IdOf("721bd7f1e346de67600e05043e7cc29c", IntervalOf(IntervalKind::kJobStatus, "RUNNING")),
      "00e74e7d64040811c05eb18c7b76ccdb"
  );
  EXPECT_EQ(
      IdOf("721bd7f1e346de67600e05043e7cc29c", IntervalOf(IntervalKind::kDowntime)),
      "8858994172c00e2450648ca8384aac0f"
  );
  EXPECT_EQ(
      IdOf("721bd7f1e346de67600e05043e7cc29c", IntervalOf(IntervalKind::kCheckpointFailures)),
      "af7745cce48be6350374b54b0a9957c5"
  );
}

TEST(IntervalReportTest, AnIdIsOfKindJobStartAndStatus) {
  const DerivedInterval running = IntervalOf(IntervalKind::kJobStatus, "RUNNING");
  DerivedInterval later = running;
  later.draft.start_ms += 1;
  EXPECT_NE(IdOf("j", running), IdOf("j", later));
  EXPECT_NE(IdOf("j", running), IdOf("k", running));
  EXPECT_NE(IdOf("j", running), IdOf("j", IntervalOf(IntervalKind::kJobStatus, "FAILED")));
  EXPECT_NE(IdOf("j", running), IdOf("j", IntervalOf(IntervalKind::kDowntime)));
  EXPECT_EQ(
      IdOf("j", IntervalOf(IntervalKind::kStatusDowntime)),
      IdOf("j", IntervalOf(IntervalKind::kDowntime))
  );
  DerivedInterval closed = running;
  closed.end_ms = 1'700'000'000'001;
  closed.draft.points = 7;
  EXPECT_EQ(IdOf("j", running), IdOf("j", closed));
}

TEST(IntervalReportTest, MessagesAreForReadersWhoDoNotKnowFlink) {
  EXPECT_EQ(MessageOfInterval(IntervalOf(IntervalKind::kJobStatus, "RUNNING")), "Running");
  EXPECT_EQ(
      MessageOfInterval(IntervalOf(IntervalKind::kJobStatus, "RESTARTING")),
      "Restarting after a failure"
  );
  EXPECT_EQ(
      MessageOfInterval(IntervalOf(IntervalKind::kJobStatus, "NOVEL")), "In the status NOVEL"
  );
  DerivedInterval downtime = IntervalOf(IntervalKind::kDowntime);
  EXPECT_EQ(MessageOfInterval(downtime), "Not processing");
  downtime.end_ms = 1'700'000'000'001;
  downtime.draft.restarts = 2;
  downtime.draft.labels = {{"kind", "USER"}, {"team", "orders"}};
  EXPECT_EQ(MessageOfInterval(downtime), "Was not processing; 2 restarts; kind=USER, team=orders");
  DerivedInterval failures = IntervalOf(IntervalKind::kCheckpointFailures);
  failures.draft.failures = 3;
  EXPECT_EQ(MessageOfInterval(failures), "3 checkpoints failed in a row, none has succeeded since");
  failures.end_ms = 1'700'000'000'001;
  EXPECT_EQ(MessageOfInterval(failures), "3 checkpoints failed in a row");
}

TEST(IntervalReportTest, LabelsBeyondWhatAnEventHoldsAreLeftOut) {
  DerivedInterval downtime = IntervalOf(IntervalKind::kDowntime);
  for (int i = 0; i < 500; ++i) {
    downtime.draft.labels[fmt::format("{:03}", i)] = std::string(1'000, 'x');
  }
  ReportBatch batch;
  AppendReport({.id = "j", .name = std::string(2'000, 'n')}, downtime, 0, batch);
  const EventView event = ViewOf(batch.reports[0], batch);
  EXPECT_EQ(ReadLabels(event).size(), 32U);
  EXPECT_EQ(ReadLabels(event).begin()->first, "000");
  EXPECT_EQ(event.text[TextField::kService].size(), 512U);
}

TEST(IntervalReportTest, TheHashIsOfTheContentAloneAndThatItIsDerived) {
  const DerivedInterval interval = IntervalOf(IntervalKind::kJobStatus, "RUNNING");
  ReportBatch batch;
  AppendReport({.id = "j", .name = "orders"}, interval, 0, batch);
  AppendReport({.id = "j", .name = "orders"}, interval, 3, batch);
  AppendReport({.id = "j", .name = "other"}, interval, 0, batch);
  AppendWithdrawal(batch.reports[0].id, 1, batch);
  const auto hash = [&batch](size_t at) { return ContentHash(ViewOf(batch.reports[at], batch)); };
  EXPECT_EQ(hash(0), hash(1));
  EXPECT_NE(hash(0), hash(2));
  EXPECT_EQ(hash(3), 0U);
  EventView copy = ViewOf(batch.reports[0], batch);
  copy.derived = false;
  EXPECT_NE(ContentHash(copy), hash(0));
}

}  // namespace
}  // namespace tidings::derive
