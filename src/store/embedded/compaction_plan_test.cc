#include "store/embedded/compaction_plan.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t kToday = 20'000;

class CompactionPlanTest : public ::testing::Test {
 protected:
  CompactionCandidate& Add(BlockClass block_class, uint32_t rows, uint32_t day = kToday) {
    CompactionCandidate candidate;
    candidate.info.key = {.block_class = block_class, .day = day, .number = blocks_.size() + 1};
    candidate.info.rows = rows;
    blocks_.push_back(candidate);
    return blocks_.back();
  }

  void AddMany(size_t count, BlockClass block_class, uint32_t rows) {
    for (size_t i = 0; i < count; ++i) {
      Add(block_class, rows);
    }
  }

  std::vector<size_t> Plan() const { return PlanCompaction(blocks_, {.today = kToday}); }
  std::vector<size_t> PlanQuiet() const {
    return PlanCompaction(blocks_, {.today = kToday, .is_quiet = true});
  }
  std::vector<size_t> PlanEverything() const {
    return PlanCompaction(blocks_, {.today = kToday, .everything = true});
  }

  std::vector<CompactionCandidate> blocks_;
};

TEST_F(CompactionPlanTest, LeavesAFewFreshBlocksOfTodayAlone) {
  AddMany(5, BlockClass::kFresh, 1'000);
  EXPECT_THAT(Plan(), IsEmpty());
}

TEST_F(CompactionPlanTest, MergesTheOldestFreshBlocksThatFillABlock) {
  AddMany(10, BlockClass::kFresh, 8'000);
  EXPECT_THAT(Plan(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_F(CompactionPlanTest, MergesManyBlocksOfASizeThoughTheyFillNone) {
  AddMany(64, BlockClass::kFresh, 1);
  Add(BlockClass::kFresh, 2'000);
  EXPECT_THAT(Plan(), SizeIs(64));
}

TEST_F(CompactionPlanTest, RewritesAStreamOfSmallBlocksOnce) {
  size_t rewritten = 0;
  constexpr int kCommits = 2'000;
  for (int commit = 0; commit < kCommits; ++commit) {
    Add(BlockClass::kFresh, 1'100);
    for (std::vector<size_t> merged = Plan(); !merged.empty(); merged = Plan()) {
      uint32_t rows = 0;
      for (auto at = merged.rbegin(); at != merged.rend(); ++at) {
        rows += blocks_[*at].info.rows;
        blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(*at));
      }
      rewritten += rows;
      Add(BlockClass::kClosed, rows);
    }
  }
  EXPECT_LE(rewritten, kCommits * 1'100);
}

TEST_F(CompactionPlanTest, MergesFreshRowsWhenNothingMoreComes) {
  AddMany(5, BlockClass::kFresh, 1'000);
  EXPECT_THAT(PlanQuiet(), SizeIs(5));
  blocks_.pop_back();
  EXPECT_THAT(PlanQuiet(), IsEmpty()) << "too few to be worth it";
}

TEST_F(CompactionPlanTest, LeavesCompactedBlocksAloneWhenNothingMoreComes) {
  AddMany(2, BlockClass::kClosed, 10'000);
  EXPECT_THAT(PlanQuiet(), IsEmpty());
}

TEST_F(CompactionPlanTest, KeepsTheNumberOfSmallBlocksBoundedUnderATrickle) {
  size_t most = 0;
  for (int commit = 0; commit < 3'000; ++commit) {
    Add(BlockClass::kFresh, 1);
    for (std::vector<size_t> merged = Plan(); !merged.empty(); merged = Plan()) {
      uint32_t rows = 0;
      for (auto at = merged.rbegin(); at != merged.rend(); ++at) {
        rows += blocks_[*at].info.rows;
        blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(*at));
      }
      Add(BlockClass::kClosed, rows);
    }
    most = std::max(most, blocks_.size());
  }
  EXPECT_LE(most, 128);
}

TEST_F(CompactionPlanTest, NeverMergesBlocksOfDifferentDaysOrClasses) {
  AddMany(15, BlockClass::kFresh, 1);
  AddMany(15, BlockClass::kClosed, 1);
  AddMany(15, BlockClass::kOpen, 1);
  for (int i = 0; i < 15; ++i) {
    Add(BlockClass::kClosed, 1, kToday + 1);
  }
  EXPECT_THAT(Plan(), IsEmpty());
}

TEST_F(CompactionPlanTest, MergesWhatIsLeftOfAPastDay) {
  Add(BlockClass::kClosed, 10, kToday - 1);
  Add(BlockClass::kClosed, 20'000, kToday - 1);
  EXPECT_THAT(Plan(), ElementsAre(0, 1));
}

TEST_F(CompactionPlanTest, TakesASingleFreshBlockOfAPastDay) {
  Add(BlockClass::kFresh, 10, kToday - 1);
  EXPECT_THAT(Plan(), ElementsAre(0));
}

TEST_F(CompactionPlanTest, LeavesASingleCompactedBlockOfAPastDayAlone) {
  Add(BlockClass::kClosed, 10, kToday - 1);
  EXPECT_THAT(Plan(), IsEmpty());
  EXPECT_THAT(PlanEverything(), IsEmpty());
}

TEST_F(CompactionPlanTest, RewritesABlockThatIsHalfDead) {
  Add(BlockClass::kClosed, 65'000).droppable = 32'500;
  Add(BlockClass::kClosed, 65'000).droppable = 32'000;
  EXPECT_THAT(Plan(), ElementsAre(0));
}

TEST_F(CompactionPlanTest, DropsEveryDeadRowWhenEverythingIsWanted) {
  Add(BlockClass::kClosed, 65'000);
  Add(BlockClass::kClosed, 65'000).droppable = 1;
  EXPECT_THAT(PlanEverything(), ElementsAre(1));
}

TEST_F(CompactionPlanTest, MergesWhereMostBlocksCanBeMerged) {
  AddMany(2, BlockClass::kFresh, 40'000);
  AddMany(64, BlockClass::kClosed, 10);
  EXPECT_THAT(Plan(), SizeIs(64));
}

TEST_F(CompactionPlanTest, NeverTakesExcludedBlocks) {
  for (int i = 0; i < 20; ++i) {
    Add(BlockClass::kFresh, 8'000).is_excluded = true;
  }
  EXPECT_THAT(PlanEverything(), IsEmpty());
}

TEST_F(CompactionPlanTest, BoundsARewriteOfLargeRowsByTheirBytes) {
  AddMany(30, BlockClass::kFresh, 100);
  for (CompactionCandidate& block : blocks_) {
    block.info.stored_bytes = kPackedBytes / 8;
  }
  EXPECT_EQ(Plan().size(), 8);
}

TEST_F(CompactionPlanTest, RewritesOneGroupAtATimeWhileItKeepsUp) {
  AddMany(kMostWaitingRows / 8'000, BlockClass::kFresh, 8'000);
  EXPECT_THAT(PlanRewrites(blocks_, {.today = kToday}), ElementsAre(Plan()));
}

TEST_F(CompactionPlanTest, RewritesTwoGroupsAtATimeWhenCommitsAreAhead) {
  AddMany(kMostWaitingRows / 8'000 + 1, BlockClass::kFresh, 8'000);
  EXPECT_THAT(
      PlanRewrites(blocks_, {.today = kToday}),
      ElementsAre(
          ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8), ElementsAre(9, 10, 11, 12, 13, 14, 15, 16, 17)
      )
  );
}

TEST_F(CompactionPlanTest, HoldsNoMoreBytesInTwoRewritesThanInOne) {
  AddMany(kMostWaitingRows / 8'000 + 1, BlockClass::kFresh, 8'000);
  for (CompactionCandidate& block : blocks_) {
    block.info.stored_bytes = kPackedBytes / 17;
  }
  EXPECT_THAT(PlanRewrites(blocks_, {.today = kToday}), SizeIs(1));
  for (CompactionCandidate& block : blocks_) {
    block.info.stored_bytes = kPackedBytes / 18;
  }
  EXPECT_THAT(PlanRewrites(blocks_, {.today = kToday}), SizeIs(2));
}

TEST_F(CompactionPlanTest, PlansNoRewriteWhereThereIsNothingToDo) {
  AddMany(5, BlockClass::kFresh, 1'000);
  EXPECT_THAT(PlanRewrites(blocks_, {.today = kToday}), IsEmpty());
}

TEST_F(CompactionPlanTest, LeavesABlockAloneThatIsFullInBytes) {
  Add(BlockClass::kClosed, 100, kToday - 1).info.stored_bytes = kPackedBytes;
  Add(BlockClass::kClosed, 100, kToday - 1).info.stored_bytes = kPackedBytes;
  EXPECT_TRUE(Plan().empty());
}

}  // namespace
}  // namespace tidings::embedded
