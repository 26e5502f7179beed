// Derived events in a store: when they are shown, how they change their mind, and that nothing but
// the set of points counts, over restarts and losses of the state.

#include "derive/flink_deriver.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <span>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "derive/names.h"
#include "derive/testing/deriver_fixture.h"
#include "derive/testing/flink_events.h"
#include "event/interval.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/testing/temporary_directory.h"

namespace tidings::derive {
namespace {

using std::chrono::milliseconds;
using testing::BatchBuilder;
using ::testing::Contains;
using testing::DerivedLine;
using testing::DrawEvents;
using ::testing::ElementsAre;
using testing::Engine;
using testing::ExpectedLines;
using testing::FlinkDeriverTest;
using testing::FlinkEvents;
using ::testing::IsEmpty;
using testing::kNow;
using testing::PointsOf;
using testing::ReportSpec;
using ::testing::SizeIs;
using ::testing::StartsWith;

INSTANTIATE_TEST_SUITE_P(
    Engines,
    FlinkDeriverTest,
    ::testing::Values(Engine::kMemory, Engine::kEmbedded),
    testing::NameOfEngine
);

TEST_P(FlinkDeriverTest, AnIntervalIsShownWhenItsJobHasBeenQuietForTheSettlingTime) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Turn();
  clock_.Advance(milliseconds(1'999));
  Turn();
  EXPECT_THAT(Lines(), IsEmpty());
  clock_.Advance(milliseconds(1));
  Turn();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus RUNNING")));
}

TEST_P(FlinkDeriverTest, ACancelDoesNotFlashAsADowntime) {
  Commit({flink_.Status(kNow, "RUNNING"), flink_.Subtasks(kNow + 1, true)});
  Settle();
  Commit({flink_.Subtasks(kNow + 5'000, false)});
  Turn();
  clock_.Advance(milliseconds(1'500));
  Commit({flink_.Status(kNow + 4'999, "CANCELLING")});
  Turn();
  clock_.Advance(milliseconds(1'500));
  Turn();
  EXPECT_THAT(Lines(), SizeIs(1));
  clock_.Advance(milliseconds(500));
  Turn();
  EXPECT_THAT(
      Lines(), ElementsAre(StartsWith("JobStatus RUNNING"), StartsWith("JobStatus CANCELLING"))
  );
  const uint64_t last = store_->LastSequence();
  Settle();
  EXPECT_EQ(store_->LastSequence(), last);
}

TEST_P(FlinkDeriverTest, AJobThatNeverKeepsStillIsShownAllTheSame) {
  for (int64_t i = 0; i < 12; ++i) {
    Commit({flink_.Checkpoint(kNow + i * 1'000, false, i)});
    Turn();
    clock_.Advance(milliseconds(1'000));
  }
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("CheckpointFailures")));
}

TEST_P(FlinkDeriverTest, CheckpointsThatSucceedDoNotKeepTheJobFromBeingShown) {
  Commit({flink_.Status(kNow, "RUNNING")});
  for (int64_t i = 0; i < 3; ++i) {
    Commit({flink_.Checkpoint(kNow + i * 1'000, true, i)});
    Turn();
    clock_.Advance(milliseconds(1'000));
  }
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus RUNNING")));
}

TEST_P(FlinkDeriverTest, ADerivedEventIsOfTheJobAndSaysSo) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Settle();
  const std::vector<Event> events = Derived();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]->text[TextField::kService], "orders");
  EXPECT_EQ(events[0]->text[TextField::kLayer], "FLINK");
  EXPECT_EQ(events[0]->text[TextField::kName], "JobStatus");
  EXPECT_EQ(ParameterText(events[0].view(), "job_id"), "job-1");
  EXPECT_EQ(ParameterText(events[0].view(), "job_name"), "orders");
  EXPECT_TRUE(events[0]->derived);
  EXPECT_EQ(StateOf(events[0].view()), State::kOpen);
}

TEST_P(FlinkDeriverTest, EachChangeOfAShownEventIsItsNextGeneration) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Settle();
  EXPECT_EQ(Derived()[0]->generation, 0);
  Commit({flink_.Status(kNow + 9'000, "FINISHED")});
  Settle();
  const std::vector<Event> events = Derived();
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0]->generation, 1);
  EXPECT_EQ(events[0]->end, kNow + 9'000);
  EXPECT_EQ(events[1]->generation, 0);
}

TEST_P(FlinkDeriverTest, WhatALatePointProvesWrongIsWithdrawn) {
  Commit({flink_.Status(kNow + 100, "RUNNING"), flink_.Subtasks(kNow + 200, false)});
  Settle();
  EXPECT_THAT(Lines(), Contains(StartsWith("Downtime")));
  Commit({flink_.Status(kNow + 50, "RUNNING"), flink_.Status(kNow + 190, "CANCELLING")});
  Settle();
  EXPECT_EQ(
      Lines(),
      Expected(
          {flink_.Status(kNow + 100, "RUNNING"),
           flink_.Subtasks(kNow + 200, false),
           flink_.Status(kNow + 50, "RUNNING"),
           flink_.Status(kNow + 190, "CANCELLING")}
      )
  );
  EXPECT_THAT(Lines(), SizeIs(2));
}

TEST_P(FlinkDeriverTest, WhatWasWithdrawnCanComeBack) {
  Commit({flink_.Subtasks(kNow, false)});
  Settle();
  Commit({flink_.Status(kNow + 10, "CANCELLING")});
  Settle();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus CANCELLING")));
  ReportSpec withdrawal{.id = flink_.Status(kNow + 10, "CANCELLING").id};
  withdrawal.generation = 1;
  withdrawal.withdrawn = true;
  Commit({withdrawal});
  Settle();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("Downtime")));
  EXPECT_EQ(Derived()[0]->generation, 2);
}

TEST_P(FlinkDeriverTest, JobsOfOneNameAreApart) {
  const FlinkEvents other("job-2", "orders");
  Commit({flink_.Status(kNow, "RUNNING"), other.Status(kNow + 1, "RUNNING")});
  Commit({flink_.Status(kNow + 10, "RESTARTING")});
  Settle();
  EXPECT_THAT(
      Lines(),
      ElementsAre(
          StartsWith(fmt::format("JobStatus RUNNING {}..{}", kNow, kNow + 10)),
          StartsWith(fmt::format("JobStatus RUNNING {}.. ", kNow + 1)),
          StartsWith("Downtime"),
          StartsWith("JobStatus RESTARTING")
      )
  );
}

TEST_P(FlinkDeriverTest, AStatusThatNothingEndsStaysOpenOverRestarts) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  clock_.Advance(std::chrono::hours(24 * 40));
  Start();
  Settle();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith(fmt::format("JobStatus RUNNING {}.. ", kNow))));
  EXPECT_EQ(Derived()[0]->generation, 0);
}

TEST_P(FlinkDeriverTest, AnOutageOfHalfAnHourLosesItsPointsAndNothingElse) {
  // Flink drops what it cannot deliver: a restart within the outage is not known.
  std::vector<ReportSpec> events = {
      flink_.Status(kNow, "RUNNING"),
      flink_.Subtasks(kNow + 1, true),
      flink_.Subtasks(kNow + 60'000, false),
      flink_.Status(kNow + 60'005, "RESTARTING")};
  Commit(events);
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  clock_.Advance(std::chrono::minutes(30));
  Start();
  const std::vector<ReportSpec> after = {
      flink_.Status(kNow + 1'900'000, "RUNNING"), flink_.Subtasks(kNow + 1'900'100, true)};
  Commit(after);
  Settle();
  events.insert(events.end(), after.begin(), after.end());
  EXPECT_EQ(Lines(), Expected(events));
  EXPECT_THAT(
      Lines(), Contains(StartsWith(fmt::format("Downtime {}..{}", kNow + 60'000, kNow + 1'900'100)))
  );
}

TEST_P(FlinkDeriverTest, SwitchedOnOverStoredHistoryItMakesAllIntervals) {
  std::vector<ReportSpec> history;
  for (int64_t i = 0; i < 400; ++i) {
    history.push_back(flink_.Status(kNow + i * 100, i % 2 == 0 ? "RUNNING" : "RESTARTING"));
    history.push_back(flink_.Subtasks(kNow + i * 100 + 1, i % 2 == 0));
  }
  Commit(history);
  clock_.Advance(std::chrono::hours(1));
  Turn();
  EXPECT_EQ(Lines(), Expected(history));
}

TEST_P(FlinkDeriverTest, AProcessThatDiesBeforeItSavedMakesTheSameIntervalsOnce) {
  const std::vector<ReportSpec> first = {
      flink_.Status(kNow, "RUNNING"), flink_.Subtasks(kNow + 1, true)};
  const std::vector<ReportSpec> second = {
      flink_.Subtasks(kNow + 100, false), flink_.Status(kNow + 101, "RESTARTING")};
  Commit(first);
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  Commit(second);
  Settle();
  const uint64_t last = store_->LastSequence();
  Start();
  Settle();
  std::vector<ReportSpec> all = first;
  all.insert(all.end(), second.begin(), second.end());
  EXPECT_EQ(Lines(), Expected(all));
  EXPECT_EQ(store_->LastSequence(), last);
}

TEST_P(FlinkDeriverTest, WhatADeadProcessShowedTooEarlyIsMended) {
  Commit({flink_.Status(kNow, "RUNNING"), flink_.Subtasks(kNow + 1, true)});
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  // Shown by a process that dies without saving; the next one sees what cuts the downtime off.
  Commit({flink_.Subtasks(kNow + 100, false)});
  Settle();
  EXPECT_THAT(Lines(), Contains(StartsWith("Downtime")));
  Commit({flink_.Status(kNow + 99, "CANCELLING")});
  Start();
  Settle();
  EXPECT_THAT(
      Lines(), ElementsAre(StartsWith("JobStatus RUNNING"), StartsWith("JobStatus CANCELLING"))
  );
}

TEST_P(FlinkDeriverTest, WhatHasNotSettledWhenTheStateIsSavedIsShownAfterTheNextStart) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Turn();
  ASSERT_TRUE(deriver_->Save().ok());
  clock_.Advance(std::chrono::seconds(60));
  Start();
  Turn();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus RUNNING")));
}

TEST_P(FlinkDeriverTest, WithoutItsStateEverythingIsMadeFromTheStore) {
  std::mt19937_64 random(7);
  const std::vector<ReportSpec> events = DrawEvents(random, flink_, 500);
  Commit(events);
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  const std::vector<std::string> shown = Lines();
  const uint64_t last = store_->LastSequence();
  std::filesystem::remove(options_.state_path);
  Start();
  Settle();
  EXPECT_EQ(Lines(), shown);
  EXPECT_EQ(store_->LastSequence(), last);
}

TEST_P(FlinkDeriverTest, ADamagedStateIsNotBelieved) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  std::ofstream(options_.state_path, std::ios::app) << "x";
  Start();
  Commit({flink_.Status(kNow + 9, "FINISHED")});
  Settle();
  EXPECT_EQ(
      Lines(), Expected({flink_.Status(kNow, "RUNNING"), flink_.Status(kNow + 9, "FINISHED")})
  );
}

TEST_P(FlinkDeriverTest, AStateFileThatCannotBeReadIsAsIfItWereNotThere) {
  Commit({flink_.Status(kNow, "RUNNING")});
  std::filesystem::create_directories(options_.state_path);
  Settle();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus RUNNING")));
  std::filesystem::remove(options_.state_path);
  // The first page of a process is never mapped: reading it is an I/O error.
  std::filesystem::create_symlink("/proc/self/mem", options_.state_path);
  Start();
  Commit({flink_.Status(kNow + 9, "FINISHED")});
  Settle();
  EXPECT_EQ(
      Lines(), Expected({flink_.Status(kNow, "RUNNING"), flink_.Status(kNow + 9, "FINISHED")})
  );
  EXPECT_TRUE(deriver_->Save().ok());
  EXPECT_TRUE(ReadStateFile(options_.state_path).ok());
}

TEST_P(FlinkDeriverTest, AStateThatIsAheadOfTheStoreIsNotBelieved) {
  DeriveState state;
  state.position = 1'000'000;
  ASSERT_TRUE(WriteStateFile(options_.state_path, state).ok());
  Commit({flink_.Status(kNow, "RUNNING")});
  Settle();
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus RUNNING")));
  EXPECT_EQ(deriver_->position(), store_->LastSequence() - 1);
}

TEST_P(FlinkDeriverTest, APointThatComesLongAfterItsTimeIsTakenIn) {
  options_.most_points = 16;
  options_.points_after_sealing = 8;
  Start();
  std::vector<ReportSpec> events;
  for (int64_t i = 0; i < 100; ++i) {
    events.push_back(flink_.Status(kNow + i * 10, i % 2 == 0 ? "RUNNING" : "RESTARTING"));
    Commit({events.back()});
    Settle();
  }
  events.push_back(flink_.Status(kNow + 105, "FAILING"));
  Commit({events.back()});
  Settle();
  EXPECT_EQ(Lines(), Expected(events));
}

TEST_P(FlinkDeriverTest, TheFirstWordOnSubtasksMakesDowntimesOfStatusesGo) {
  options_.most_points = 16;
  options_.points_after_sealing = 8;
  Start();
  std::vector<ReportSpec> events;
  for (int64_t i = 0; i < 60; ++i) {
    events.push_back(flink_.Status(kNow + i * 10, i % 2 == 0 ? "RUNNING" : "RESTARTING"));
  }
  Commit(events);
  Settle();
  EXPECT_THAT(Lines(), Contains(StartsWith("Downtime")));
  events.push_back(flink_.Subtasks(kNow + 1'000, true));
  Commit({events.back()});
  Settle();
  EXPECT_EQ(Lines(), Expected(events));
}

TEST_P(FlinkDeriverTest, OnlyTheSetOfPointsCounts) {
  options_.most_points = 12;
  options_.points_after_sealing = 6;
  for (uint64_t seed = 0; seed < (GetParam() == Engine::kMemory ? 60 : 6); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const FlinkEvents job(fmt::format("job-{}", seed), "orders");
    std::vector<ReportSpec> events = DrawEvents(random, job, 10 + random() % 80);
    const std::vector<std::string> expected =
        ExpectedLines(fmt::format("job-{}", seed), "orders", PointsOf(events));
    std::vector<ReportSpec> repeats = events;
    repeats.resize(events.size() / 3);
    events.insert(events.end(), repeats.begin(), repeats.end());
    std::shuffle(events.begin(), events.end(), random);
    for (size_t at = 0; at < events.size();) {
      const size_t count = std::min(events.size() - at, size_t{1} + random() % 20);
      const std::span<const ReportSpec> group = std::span(events).subspan(at, count);
      Commit({group.begin(), group.end()});
      at += count;
      switch (random() % 6) {
        case 0:
          Start();
          break;
        case 1:
          ASSERT_TRUE(deriver_->Save().ok());
          break;
        case 2:
          std::filesystem::remove(options_.state_path);
          Start();
          break;
        case 3:
          Settle();
          break;
        default:
          Turn();
      }
      clock_.Advance(milliseconds(random() % 3'000));
    }
    Settle();
    Settle();
    std::vector<std::string> lines;
    for (const Event& event : Derived()) {
      if (ParameterText(event.view(), "job_id") == fmt::format("job-{}", seed)) {
        lines.push_back(DerivedLine(event.view()));
      }
    }
    EXPECT_THAT(lines, ::testing::UnorderedElementsAreArray(expected));
  }
}

TEST_P(FlinkDeriverTest, AJobOfTenThousandCheckpointsKeepsAFewKilobytes) {
  std::vector<ReportSpec> events = {flink_.Status(kNow, "RUNNING")};
  for (int64_t i = 1; i <= 10'000; ++i) {
    events.push_back(flink_.Checkpoint(kNow + i * 10, i % 5 != 0, i));
    if (events.size() == 500) {
      Commit(std::exchange(events, {}));
      Settle();
    }
  }
  Commit(events);
  Settle();
  ASSERT_TRUE(deriver_->Save().ok());
  EXPECT_LT(std::filesystem::file_size(options_.state_path), 64 * 1024);
  EXPECT_THAT(Lines(), ElementsAre(StartsWith("JobStatus RUNNING")));
}

TEST_P(FlinkDeriverTest, WithoutNewsItWritesNothing) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Settle();
  const uint64_t last = store_->LastSequence();
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(std::chrono::minutes(5));
    Turn();
  }
  EXPECT_EQ(store_->LastSequence(), last);
  Commit({flink_.Status(kNow + 9, "FINISHED")});
  Settle();
  EXPECT_EQ(
      Lines(), Expected({flink_.Status(kNow, "RUNNING"), flink_.Status(kNow + 9, "FINISHED")})
  );
}

TEST_P(FlinkDeriverTest, AStoreThatRefusesIsTriedAgain) {
  Commit({flink_.Status(kNow, "RUNNING")});
  Turn();
  clock_.Advance(options_.settle);
  store_->Stop();
  EXPECT_FALSE(deriver_->Turn().ok());
}

/// Points expire before the derived events that they made: with the embedded store only.
class ExpiryTest : public ::testing::Test {
 protected:
  ExpiryTest() { Open(); }

  void Open() {
    store_.reset();
    auto store = EmbeddedStore::Open(
        {.directory = directory_.path() + "/data",
         .retention = std::chrono::hours(24 * 10),
         .open_retention = std::chrono::hours(24 * 100)},
        clock_,
        {.background_maintenance = false}
    );
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    deriver_ = std::make_unique<FlinkDeriver>(options_, *store_, clock_);
  }

  void Commit(const ReportSpec& report) {
    std::atomic<bool> is_done{false};
    store_->Commit(BatchBuilder(clock_.NowMs()).Add(report).Build(), [&](const auto& result) {
      EXPECT_TRUE(result.ok()) << result.status();
      is_done = true;
      is_done.notify_one();
    });
    is_done.wait(false);
  }

  void Settle() {
    EXPECT_TRUE(deriver_->Turn().ok());
    clock_.Advance(options_.settle);
    EXPECT_TRUE(deriver_->Turn().ok());
  }

  std::vector<std::string> Lines() {
    EventQuery query{.filter = {}, .order = Order::kOldestFirst, .cursor = {}};
    query.filter.where = ConditionOf(DerivedCondition{});
    const auto page = store_->Query(query);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> lines;
    for (const Event& event : page->events) {
      lines.push_back(DerivedLine(event.view()));
    }
    return lines;
  }

  ManualClock clock_{kNow};
  embedded::testing::TemporaryDirectory directory_;
  FlinkDeriverOptions options_{.state_path = directory_.path() + "/flink.state"};
  std::unique_ptr<EmbeddedStore> store_;
  std::unique_ptr<FlinkDeriver> deriver_;
  FlinkEvents flink_;
};

TEST_F(ExpiryTest, RetentionOfPointsMovesNoInterval) {
  for (const bool has_state : {true, false}) {
    SCOPED_TRACE(has_state ? "with its state" : "without its state");
    const int64_t began = clock_.NowMs();
    Commit(flink_.Status(began, "RUNNING"));
    Settle();
    ASSERT_TRUE(deriver_->Save().ok());
    clock_.Advance(std::chrono::hours(24 * 15));
    ASSERT_TRUE(store_->DropExpiredNow().ok());
    ASSERT_FALSE(store_->Get(flink_.Status(began, "RUNNING").id)->has_value());
    if (!has_state) {
      std::filesystem::remove(options_.state_path);
    }
    Open();
    const int64_t ended = clock_.NowMs();
    Commit(flink_.Status(ended, "FINISHED"));
    Settle();
    EXPECT_THAT(
        Lines(),
        ::testing::IsSupersetOf(
            {StartsWith(fmt::format("JobStatus RUNNING {}..{}", began, ended)),
             StartsWith(fmt::format("JobStatus FINISHED {}..{}", ended, ended))}
        )
    );
  }
}

}  // namespace
}  // namespace tidings::derive
