#include "store/embedded/compactor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/mutex.h"
#include "store/embedded/testing/store_fixture.h"

namespace tidings::embedded {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

class CompactorTest : public testing::StoreTest {
 protected:
  static std::string IdOf(int i) { return fmt::format("event-{:04}", i); }

  void CommitStarts(int end, int first = 0) {
    for (int i = first; i < end; ++i) {
      Commit({{.id = IdOf(i), .name = "Deploy", .start = 1'000 + i}});
    }
  }
  void CommitEnds(int count) {
    for (int i = 0; i < count; ++i) {
      Commit({{.id = IdOf(i), .end = 5'000 + i}});
    }
  }
  /// Compacts over and over until another thread has done the work.
  void CompactWhile(const std::function<void()>& work) {
    std::atomic<bool> done = false;
    const std::jthread writer([&] {
      work();
      done = true;
    });
    while (!done) {
      Compact();
    }
  }
  /// The first `count` events have start and end and one row each, also after reopening.
  void ExpectAllEnded(int count) {
    for (const bool reopened : {false, true}) {
      if (reopened) {
        Open();
      }
      EXPECT_EQ(AllIds().size(), count);
      EXPECT_EQ(store_->Stats().events, count);
      EXPECT_EQ(store_->Stats().open_events, 0);
      EXPECT_EQ(Got(IdOf(3)), "event-0003 gen=0 Normal 1003..5003 name=\"Deploy\"@1003");
      EventQuery open = {.limit = static_cast<size_t>(count)};
      open.filter.where = OneOf(FilterField::kState, {"open"});
      EXPECT_TRUE(Page(open).events.empty());
    }
  }
};

TEST_F(CompactorTest, MergesBlocksAndKeepsOpenRowsApart) {
  Open();
  CommitStarts(10);
  CommitEnds(5);
  EXPECT_EQ(store_->Stats().blocks, 15);
  Compact();
  EXPECT_EQ(store_->Stats().blocks, 2);
  EXPECT_EQ(AllIds().size(), 10);
  EXPECT_EQ(Got(IdOf(3)), "event-0003 gen=0 Normal 1003..5003 name=\"Deploy\"@1003");
}

TEST_F(CompactorTest, WritesNoRowThatNobodyCanSee) {
  Open();
  CommitStarts(10);
  CommitEnds(10);
  Compact();
  EXPECT_EQ(store_->Stats().compacted_rows, 10);
}

TEST_F(CompactorTest, KeepsKilledRowsOnlyAsLongAsACursorCanSeeThem) {
  Open();
  CommitStarts(10);
  const EventPage page = Page({.limit = 4});
  ASSERT_TRUE(page.next);
  CommitEnds(10);
  Compact();
  EXPECT_EQ(store_->Stats().compacted_rows, 20);
  EXPECT_EQ(store_->Stats().blocks, 2);
  clock_.Advance(17min);
  Compact();
  EXPECT_EQ(store_->Stats().blocks, 1);
  EXPECT_EQ(AllIds().size(), 10);
}

TEST_F(CompactorTest, DoesNothingASecondTime) {
  Open();
  CommitStarts(10);
  Compact();
  const uint64_t compactions = store_->Stats().compactions;
  Compact();
  EXPECT_EQ(store_->Stats().compactions, compactions);
}

TEST_F(CompactorTest, KeepsAPageInItsSnapshotOverCompactionAndReopening) {
  Open();
  CommitStarts(10);
  EventQuery query = {.order = Order::kOldestFirst, .limit = 4};
  query.cursor = Page(query).next;
  CommitEnds(10);
  Compact();
  Open();
  const EventPage second = Page(query);
  ASSERT_EQ(second.events.size(), 4);
  EXPECT_EQ(
      testing::Describe(second.events[0].view()),
      "event-0004 gen=0 Normal 1004..0 name=\"Deploy\"@1004"
  );
}

/// Commits wait behind each synced write of the upkeep.
TEST_F(CompactorTest, DeletesAllThatItReplacedWithOneWrite) {
  std::atomic<int> deletes = 0;
  options_.at_step = [&deletes](std::string_view step) {
    deletes += step == "before block delete" ? 1 : 0;
  };
  Open();
  CommitStarts(50);
  Compact();
  EXPECT_EQ(store_->Stats().blocks, 1);
  EXPECT_EQ(deletes, 1);
  store_.reset();  // Before what it tells its steps to.
}

/// Kill marks that come while a compaction runs must reach the new blocks: else an old row lives
/// again, at once or after reopening.
TEST_F(CompactorTest, CarriesOverWhatIsCommittedWhileItRuns) {
  constexpr int kEvents = 400;
  Open();
  CompactWhile([this] {
    CommitStarts(kEvents);
    CommitEnds(kEvents);
  });
  ExpectAllEnded(kEvents);
}

/// Two rewrites at a time, each of a day of its own, while ends arrive for the rows of both.
TEST_F(CompactorTest, CarriesOverWhatIsCommittedWhileTwoRewritesRun) {
  constexpr int kEvents = 400;
  options_.most_waiting_rows = 0;
  Open();
  CommitStarts(kEvents / 2);
  clock_.Advance(24h);
  CommitStarts(kEvents, kEvents / 2);
  CompactWhile([this] { CommitEnds(kEvents); });
  Compact();
  ExpectAllEnded(kEvents);
}

TEST_F(CompactorTest, RewritesTwoGroupsOfBlocksAtATimeWhenCommitsAreAhead) {
  // Each rewrite waits before its switch until the other is there too, or has had its time.
  Mutex mutex;
  std::set<std::thread::id> ingesting;
  options_.at_step = [&](std::string_view step) {
    if (step == "before file ingest") {
      const MutexLock lock(mutex);
      ingesting.insert(std::this_thread::get_id());
      mutex.AwaitFor(60s, [&] { return ingesting.size() == 2; });
    }
  };
  options_.most_waiting_rows = 0;
  options_.least_file_bytes = 0;
  Open();
  CommitStarts(3);
  clock_.Advance(24h);
  Commit({{.id = "another", .name = "Deploy", .start = 9'000}});
  Compact();
  EXPECT_EQ(ingesting.size(), 2);
  EXPECT_EQ(store_->Stats().blocks, 2);
  EXPECT_EQ(AllIds().size(), 4);
  store_.reset();  // Before what it tells its steps to.
}

/// Under full load there is always more to compact: here four days, a rewrite each, each of which
/// takes two minutes.
TEST_F(CompactorTest, LeavesTheRestOfTheUpkeepItsTurnThoughThereIsMoreToCompact) {
  config_.retention = 24h * 30;
  Open();
  Commit({{.id = "expires soon", .name = "Deploy", .start = 500, .end = 600}});
  Compact();
  clock_.Advance(24h * 26);
  for (int day = 0; day < 4; ++day) {
    Commit({{.id = IdOf(day), .name = "Deploy", .start = 1'000 + day}});
    clock_.Advance(24h);
  }
  clock_.Advance(24h);
  Mutex mutex;
  std::vector<std::string> steps;
  std::atomic<int> switches = 0;
  options_.at_step = [&](std::string_view step) {
    const MutexLock lock(mutex);
    if (step == "after compaction switch") {
      clock_.Advance(2min);
      ++switches;
    }
    steps.emplace_back(step);
  };
  options_.background_maintenance = true;
  Open();
  Await([&] { return switches == 4; });
  store_.reset();
  const auto last_switch = std::find(steps.rbegin(), steps.rend(), "before compaction switch");
  EXPECT_GE(std::count(last_switch, steps.rend(), "before block delete"), 2);
  EXPECT_EQ(std::count(last_switch, steps.rend(), "before retention hide"), 1);
}

TEST_F(CompactorTest, PutsLargeBlocksInAsFilesThatSurviveReopening) {
  constexpr int kEvents = 20'000;
  Open();
  std::vector<testing::ReportSpec> reports;
  for (int i = 0; i < kEvents; ++i) {
    const std::string noise = fmt::format("{:x}{:x}", i * 2'654'435'761LL, i * 40'503LL);
    reports.push_back(
        {.id = noise + IdOf(i), .message = noise + noise, .start = 1 + i, .end = 2 + i}
    );
  }
  Commit(reports);
  Compact();
  EXPECT_EQ(store_->Stats().blocks, 1);
  Open();
  EXPECT_EQ(AllIds().size(), kEvents);
}

}  // namespace
}  // namespace tidings::embedded
