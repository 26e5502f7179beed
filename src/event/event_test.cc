#include "event/event.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using testing::BatchBuilder;
using testing::Describe;
using testing::EventOf;
using testing::ReportSpec;

const ReportSpec kWhole = {
    .id = "a",
    .service = "shop",
    .name = "Deploy",
    .parameters = {{"b", int64_t{1}}, {"a", std::string("x")}},
    .start = 5,
    .end = 9,
    .reported = 7,
    .count = 2,
    .derived = true};

TEST(ViewOfTest, GivesEveryRegisterThatTheReportSetsTheReportsClock) {
  const ReportBatch batch = BatchBuilder(100).Add(kWhole).Build();
  const EventView view = ViewOf(batch.reports[0], batch);
  EXPECT_EQ(
      Describe(view),
      "a gen=0 Normal 5..9 count=2 derived service=\"shop\"@9 name=\"Deploy\"@9 a=string\"x\"@9 "
      "b=int1@9"
  );
  EXPECT_EQ(view.text_clock[static_cast<size_t>(TextField::kMessage)], 0);
}

TEST(ViewOfTest, TakesTheClockFromWhenItWasReported) {
  EXPECT_EQ(
      Describe(EventOf({.id = "a", .name = "n", .start = 5, .reported = 8}).view()),
      "a gen=0 Normal 5..0 name=\"n\"@8"
  );
}

TEST(ViewOfTest, InfersTheTimeOfAReportWithoutStartAndEnd) {
  EXPECT_EQ(
      Describe(EventOf({.id = "a", .name = "n", .reported = 8}, 100).view()),
      "a gen=0 Normal 0..0 inferred=100 name=\"n\"@8"
  );
}

TEST(ViewOfTest, GivesAWithdrawalNoContentAndNoTime) {
  EXPECT_EQ(
      Describe(EventOf({.id = "a", .generation = 1, .withdrawn = true}, 100).view()),
      "a gen=1 Normal 0..0 withdrawn"
  );
}

TEST(ViewOfTest, CutsMoreParametersThanAnEventKeeps) {
  ReportSpec report = {.id = "a"};
  for (int i = 0; i < 300; ++i) {
    report.parameters.emplace_back(std::string(1, 'k') + std::to_string(1000 + i), true);
  }
  const ReportBatch batch = BatchBuilder().Add(report).Build({.parameters = 300});
  const EventView view = ViewOf(batch.reports[0], batch);
  EXPECT_TRUE(view.truncated);
  ASSERT_EQ(view.parameters.size(), kMaxEventParameters);
  EXPECT_EQ(view.parameters.back().key, "k1255");
}

TEST(ViewOfTest, TellsTheReceiptOfItsBatch) {
  const Event event = EventOf(kWhole, 100);
  EXPECT_EQ(event->received_first, 100);
  EXPECT_EQ(event->received_last, 100);
}

TEST(EventTest, OwnsItsBytes) {
  auto batch = std::make_unique<ReportBatch>(BatchBuilder().Add(kWhole).Build());
  const std::string before = Describe(ViewOf(batch->reports[0], *batch));
  const Event event(ViewOf(batch->reports[0], *batch));
  batch.reset();
  EXPECT_EQ(Describe(event.view()), before);
}

TEST(EventTest, KeepsViewsValidWhenItIsMoved) {
  Event first = EventOf(kWhole);
  const EventView view = first.view();
  const Event second = std::move(first);
  EXPECT_EQ(Describe(view), Describe(second.view()));
  EXPECT_EQ(view.id.data(), second->id.data());
}

TEST(EventTest, CountsItsBytes) {
  EXPECT_EQ(Event(EventView()).bytes(), sizeof(Event));
  const Event event =
      EventOf({.id = "ab", .name = "cde", .parameters = {{"k", std::string("vw")}}});
  EXPECT_EQ(event.bytes(), sizeof(Event) + 8 + sizeof(Parameter));
}

}  // namespace
}  // namespace tidings
