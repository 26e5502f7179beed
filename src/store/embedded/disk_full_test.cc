#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "base/status.h"
#include "store/embedded/testing/store_fixture.h"

/// Disk full: commits fail with a retryable error, queries go on, recovery needs no restart
/// (store.md, law 7).
namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DiskFullTest : public testing::StoreTest {
 protected:
  DiskFullTest() {
    config_.low_water = 1'000;
    options_.free_disk_bytes = [this] { return std::optional<uint64_t>(free_); };
  }

  std::atomic<uint64_t> free_ = 10'000;
};

TEST_F(DiskFullTest, RefusesCommitsBelowTheMarkAndTakesThemAgainAbove) {
  Open();
  Commit({{.id = "a", .start = 1}});
  free_ = 999;
  const absl::Status refused = TryCommit({{.id = "b", .start = 2}}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(MessageOf(refused)), HasSubstr("the disk has too little room"));
  EXPECT_THAT(store_->Stats().read_only_reason, HasSubstr("the disk has too little room"));
  EXPECT_THAT(AllIds(), ElementsAre("a"));
  EXPECT_EQ(Got("a"), "a gen=0 Normal 1..0");
  free_ = 1'000;
  EXPECT_THAT(store_->Stats().read_only_reason, IsEmpty());
  Commit({{.id = "b", .start = 2}});
  EXPECT_THAT(AllIds(), ElementsAre("a", "b"));
}

TEST_F(DiskFullTest, LetsTheOldestDaysLeaveAboveTheLimitOfBytes) {
  config_.max_bytes = 1;
  Open();
  Commit({{.id = "old", .start = 1, .end = 2}, {.id = "open", .start = 3}});
  Compact();
  clock_.Advance(std::chrono::hours(25));
  Commit({{.id = "fresh", .start = 4, .end = 5}});
  std::ostringstream log;
  const auto usual = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(log))
  );
  DropExpired();
  spdlog::set_default_logger(usual);
  EXPECT_THAT(log.str(), HasSubstr("1 events whose last change was on 2023-11-14 or before left"));
  EXPECT_THAT(log.str(), HasSubstr("store.max_bytes"));
  EXPECT_THAT(AllIds(), ElementsAre("open", "fresh"));
  EXPECT_EQ(Got("old"), "nothing");
}

}  // namespace
}  // namespace tidings::embedded
