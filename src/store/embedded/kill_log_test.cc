#include "store/embedded/kill_log.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::embedded {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Marks = std::vector<KillMark>;
using Blocks = std::vector<uint64_t>;

TEST(KillLogTest, GivesMarksBackInTheOrderOfTheirRows) {
  Marks marks = {
      {.row = {.block = 9, .row = 3}, .killed = 100},
      {.row = {.block = 2, .row = 70'000}, .killed = 300},
      {.row = {.block = 9, .row = 1}, .killed = 200}};
  const std::string value = EncodeKills(marks, 5);
  const absl::StatusOr<Marks> again = DecodeKills(value, 5);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, marks);
  EXPECT_TRUE(std::is_sorted(marks.begin(), marks.end(), [](const auto& a, const auto& b) {
    return a.row < b.row;
  }));
}

TEST(KillLogTest, RefusesARecordUnderAnotherNumber) {
  Marks marks = {{.row = {.block = 1, .row = 1}, .killed = 1}};
  EXPECT_EQ(DecodeKills(EncodeKills(marks, 5), 6).status().code(), absl::StatusCode::kDataLoss);
}

TEST(KillLogTest, KeepsARecordUntilEveryBlockThatItNamesIsGone) {
  KillLog log;
  log.Add(1, Marks{{.row = {.block = 7}}, {.row = {.block = 8}}});
  log.Add(2, Marks{{.row = {.block = 7}}, {.row = {.block = 7, .row = 1}}});
  EXPECT_THAT(log.RecordsOnlyOf(Blocks{7}), UnorderedElementsAre(2));
  log.Forget(Blocks{7});
  EXPECT_THAT(log.RecordsOnlyOf(Blocks{8}), UnorderedElementsAre(1));
  log.Forget(Blocks{8});
  EXPECT_THAT(log.RecordsOnlyOf(Blocks{7, 8}), IsEmpty());
}

TEST(KillLogTest, LetsARecordGoWithAllItsBlocksAtOnce) {
  KillLog log;
  log.Add(1, Marks{{.row = {.block = 7}}, {.row = {.block = 8}}});
  EXPECT_THAT(log.RecordsOnlyOf(Blocks{7, 8}), UnorderedElementsAre(1));
}

}  // namespace
}  // namespace tidings::embedded
