#include "store/embedded/id_index.h"

#include <string>

#include <gtest/gtest.h>

#include "store/embedded/id_hash.h"

namespace tidings::embedded {
namespace {

const Location kHere = {.block = 7, .row = 1};
const Location kThere = {.block = uint64_t{1} << 40, .row = 131'071};

bool AllLive(uint64_t /*block*/) {
  return true;
}

TEST(IdIndexTest, FindsWhatWasInsertedAndMoved) {
  IdIndex index;
  const uint64_t hash = HashOfId("a", 1);
  EXPECT_FALSE(index.Find(hash, "a"));
  index.Put(hash, "a", std::nullopt, kHere, AllLive);
  EXPECT_EQ(index.Find(hash, "a"), kHere);
  index.Put(hash, "a", kHere, kThere, AllLive);
  EXPECT_EQ(index.Find(hash, "a"), kThere);
  EXPECT_EQ(index.size(), 1);
}

TEST(IdIndexTest, ForgetsAnIdOnlyWhereItsRowStands) {
  IdIndex index;
  index.Put(5, "a", std::nullopt, kHere, AllLive);
  index.Erase(5, "a", kThere);
  EXPECT_EQ(index.Find(5, "a"), kHere);
  index.Erase(5, "a", kHere);
  EXPECT_FALSE(index.Find(5, "a"));
  EXPECT_EQ(index.size(), 0);
}

TEST(IdIndexTest, KeepsIdsOfOneHashApart) {
  IdIndex index;
  index.Put(5, "a", std::nullopt, kHere, AllLive);
  index.Put(5, "b", std::nullopt, kThere, AllLive);
  EXPECT_EQ(index.Find(5, "a"), kHere);
  EXPECT_EQ(index.Find(5, "b"), kThere);
  index.Put(5, "b", kThere, kHere, AllLive);
  index.Put(5, "a", kHere, kThere, AllLive);
  EXPECT_EQ(index.Find(5, "a"), kThere);
  EXPECT_EQ(index.Find(5, "b"), kHere);
  index.Erase(5, "b", kHere);
  EXPECT_EQ(index.size(), 1);
  EXPECT_EQ(index.Find(5, "a"), kThere);
}

/// Its row stood in a run: the entry of its hash is another id's.
TEST(IdIndexTest, TakesNoEntryForItsOwnThatStandsElsewhere) {
  IdIndex index;
  index.Put(5, "a", std::nullopt, kHere, AllLive);
  index.Put(5, "b", kThere, {.block = 9, .row = 9}, AllLive);
  EXPECT_EQ(index.Find(5, "a"), kHere);
  EXPECT_EQ(index.Find(5, "b"), (Location{.block = 9, .row = 9}));
}

/// What compaction has replaced is forgotten a little later: meanwhile the id may get a new row.
TEST(IdIndexTest, PutsAnIdInThePlaceOfARowWhoseBlockIsGone) {
  IdIndex index;
  const auto none_live = [](uint64_t /*block*/) { return false; };
  index.Put(5, "a", std::nullopt, kHere, AllLive);
  index.Put(5, "a", Location{.block = 8, .row = 8}, kThere, none_live);
  EXPECT_EQ(index.Find(5, "a"), kThere);
  EXPECT_EQ(index.size(), 1);
  index.Erase(5, "a", kHere);
  EXPECT_EQ(index.Find(5, "a"), kThere);
}

TEST(IdIndexTest, HashesBySeed) {
  EXPECT_NE(HashOfId("a", 1), HashOfId("a", 2));
}

}  // namespace
}  // namespace tidings::embedded
