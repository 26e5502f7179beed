#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/interval.h"
#include "store/testing/event_store_contract.h"

/// Commits, queries and the feed from several threads at once.
namespace tidings::testing {
namespace {

constexpr int kThreads = 4;
constexpr int kBatches = 20;
constexpr int kReportsPerBatch = 25;

std::string SharedId(int batch, int i) {
  return fmt::format("shared-{}-{}", batch, i);
}

/// What thread `thread` says of events that all threads report: each another piece, in its own
/// order.
ReportBatch PieceOf(int thread, int batch, int64_t now_ms) {
  BatchBuilder builder(now_ms);
  for (int i = 0; i < kReportsPerBatch; ++i) {
    ReportSpec report = {.id = SharedId((batch + thread * 5) % kBatches, i), .count = thread + 1};
    report.start = thread == 0 ? 1'000 : 0;
    report.end = thread == 1 ? 2'000 : 0;
    report.name = thread == 2 ? "Deploy" : "";
    report.parameters = {{fmt::format("thread-{}", thread), int64_t{thread}}};
    report.reported = 5;
    builder.Add(report);
    builder.Add({.id = fmt::format("own-{}-{}-{}", thread, batch, i), .start = 1'000 + i});
  }
  return builder.Build();
}

TEST_P(EventStoreContract, JoinsWhatSeveralThreadsCommitAtOnce) {
  std::atomic<int> news = 0;
  std::atomic<int> failures = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int batch = 0; batch < kBatches; ++batch) {
        const absl::StatusOr<CommitResult> result =
            CommitAndWait(store(), PieceOf(thread, batch, clock_.NowMs()));
        if (!result.ok()) {
          ++failures;
          continue;
        }
        news += static_cast<int>(
            std::count(result->outcomes.begin(), result->outcomes.end(), Outcome::kNew)
        );
      }
    });
  }
  threads.clear();

  constexpr int kNews = kBatches * kReportsPerBatch * (1 + kThreads);
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(news, kNews);
  EXPECT_EQ(store().Stats().events, kNews);
  EXPECT_EQ(
      Got(SharedId(7, 3)),
      "shared-7-3 gen=0 Normal 1000..2000 count=4 name=\"Deploy\"@5 thread-0=int0@1000 "
      "thread-1=int1@2000 thread-2=int2@5 thread-3=int3@5"
  );
}

/// Whether every event of the page is whole: batches are visible whole or not at all.
bool IsOfWholeBatches(const EventPage& page) {
  std::multiset<int64_t> batches;
  for (const Event& event : page.events) {
    batches.insert(event->start);
  }
  for (const int64_t start : batches) {
    if (batches.count(start) != kReportsPerBatch) {
      return false;
    }
  }
  return true;
}

TEST_P(EventStoreContract, ShowsBatchesToReadersWholeOrNotAtAll) {
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int batch = 1; batch <= kBatches; ++batch) {
      BatchBuilder builder(clock_.NowMs());
      for (int i = 0; i < kReportsPerBatch; ++i) {
        builder.Add({.id = fmt::format("{}-{}", batch, i), .start = batch});
      }
      EXPECT_TRUE(CommitAndWait(store(), builder.Build()).ok());
    }
    done = true;
  });
  bool all_whole = true;
  size_t most = 0;
  while (!done) {
    const EventPage page = Page({.limit = 10'000});
    all_whole = all_whole && IsOfWholeBatches(page);
    EXPECT_GE(page.events.size(), most);
    most = page.events.size();
  }
  EXPECT_TRUE(all_whole);
  EXPECT_EQ(Page({.limit = 10'000}).events.size(), kBatches * kReportsPerBatch);
}

TEST_P(EventStoreContract, FeedsEveryChangeToAReaderThatFollows) {
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int batch = 0; batch < kBatches; ++batch) {
      EXPECT_TRUE(CommitAndWait(store(), PieceOf(0, batch, clock_.NowMs())).ok());
    }
    done = true;
  });
  std::set<std::string> seen;
  uint64_t position = 0;
  for (bool last_look = false; !last_look;) {
    last_look = done;
    absl::StatusOr<std::vector<FeedItem>> items = store().ReadFeed(position, 10'000);
    ASSERT_TRUE(items.ok()) << items.status();
    for (const FeedItem& item : *items) {
      EXPECT_GT(item.sequence, position);
      position = item.sequence;
      seen.emplace(item.event->id);
    }
  }
  EXPECT_EQ(seen.size(), 2 * kBatches * kReportsPerBatch);
}

TEST_P(EventStoreContract, AnswersEveryCommitThatRacesWithStop) {
  std::atomic<int> answered = 0;
  std::atomic<int> stored = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int batch = 0; batch < kBatches; ++batch) {
        const absl::StatusOr<CommitResult> result =
            CommitAndWait(store(), PieceOf(thread, batch, clock_.NowMs()));
        ++answered;
        stored += result.ok() ? 1 : 0;
        EXPECT_TRUE(result.ok() || result.status().code() == absl::StatusCode::kUnavailable);
      }
    });
  }
  while (stored == 0) {
    std::this_thread::yield();
  }
  store().Stop();
  threads.clear();
  EXPECT_EQ(answered, kThreads * kBatches);
}

}  // namespace
}  // namespace tidings::testing
