#include "receiver/testing/receiver_contract.h"

#include <gmock/gmock.h>

#include "base/status.h"

namespace tidings::receiver_testing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<SentReport> Reports(std::initializer_list<const char*> ids) {
  std::vector<SentReport> reports;
  for (const char* id : ids) {
    reports.push_back({.id = id, .name = "Upgrade", .start = 1'700'000'000'000});
  }
  return reports;
}

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ReceiverContract);

TEST_P(ReceiverContract, AcknowledgesOnlyWhatIsDurable) {
  const size_t request = harness_->Send(Reports({"a", "b"}));
  EXPECT_EQ(harness_->AnswerTo(request), Answer::kNone);

  sink_.CompleteAll();

  EXPECT_EQ(harness_->AnswerTo(request), Answer::kAcknowledged);
  EXPECT_THAT(sink_.stored(), ElementsAre("a", "b"));
}

TEST_P(ReceiverContract, TellsTheClientToComeBackWhenTheStoreTakesNothing) {
  const size_t request = harness_->Send(Reports({"a"}));

  sink_.CompleteOldest(Unavailable("the disk is full"));

  EXPECT_EQ(harness_->AnswerTo(request), Answer::kRetryLater);
  EXPECT_THAT(harness_->AnswerText(request), HasSubstr("the disk is full"));
  EXPECT_THAT(sink_.stored(), IsEmpty());
}

TEST_P(ReceiverContract, NeverAcknowledgesARequestOfWhichOneBatchFailed) {
  const size_t failed = harness_->Send(Reports({"a"}));
  sink_.CompleteOldest(Unavailable("the disk is full"));
  const size_t stored = harness_->Send(Reports({"b"}));
  sink_.CompleteAll();

  EXPECT_EQ(harness_->AnswerTo(failed), Answer::kRetryLater);
  EXPECT_EQ(harness_->AnswerTo(stored), Answer::kAcknowledged);
}

TEST_P(ReceiverContract, NamesTheReportsThatBreakARuleAndStoresTheOthers) {
  std::vector<SentReport> reports = Reports({"a", "b", "c"});
  reports[1].name = "bad";
  const size_t request = harness_->Send(reports);
  sink_.CompleteAll();

  EXPECT_EQ(harness_->AnswerTo(request), Answer::kPartly);
  EXPECT_THAT(harness_->AnswerText(request), HasSubstr("is bad"));
  EXPECT_THAT(harness_->AnswerText(request), HasSubstr("1")) << "the index of the bad one";
  EXPECT_THAT(sink_.stored(), ElementsAre("a", "c"));
}

TEST_P(ReceiverContract, RefusesWhatItCannotRead) {
  const size_t request = harness_->SendWithGarbageAtEnd(Reports({"a"}));
  sink_.CompleteAll();

  EXPECT_EQ(harness_->AnswerTo(request), Answer::kRefused);
  EXPECT_EQ(sink_.stored().size(), harness_->StoresBeforeGarbage() ? 1u : 0u);
}

TEST_P(ReceiverContract, AcknowledgesRequestsIndependently) {
  const size_t first = harness_->Send(Reports({"a"}));
  const size_t second = harness_->Send(Reports({"b"}));

  sink_.CompleteOldest();

  EXPECT_EQ(harness_->AnswerTo(first), Answer::kAcknowledged);
  EXPECT_EQ(harness_->AnswerTo(second), Answer::kNone);
  sink_.CompleteAll();
}

TEST_P(ReceiverContract, AcknowledgesARequestWithoutReports) {
  const size_t request = harness_->Send({});
  sink_.CompleteAll();

  EXPECT_EQ(harness_->AnswerTo(request), Answer::kAcknowledged);
}

}  // namespace tidings::receiver_testing
