#include "store/embedded/id_index.h"

#include <string>

#include <gtest/gtest.h>

namespace tidings::embedded {
namespace {

const Location kHere = {.block = 7, .row = 1};
const Location kThere = {.block = uint64_t{1} << 40, .row = 131'071};

TEST(IdIndexTest, FindsWhatWasInsertedAndMoved) {
  IdIndex index(1);
  const uint64_t hash = index.HashOf("a");
  EXPECT_FALSE(index.Find(hash, "a"));
  index.Insert(hash, "a", kHere);
  EXPECT_EQ(index.Find(hash, "a"), kHere);
  index.Move(hash, "a", kThere);
  EXPECT_EQ(index.Find(hash, "a"), kThere);
  EXPECT_EQ(index.size(), 1);
}

TEST(IdIndexTest, ForgetsAnIdOnlyWhereItsRowStands) {
  IdIndex index(1);
  index.Insert(5, "a", kHere);
  index.Erase(5, "a", kThere);
  EXPECT_EQ(index.Find(5, "a"), kHere);
  index.Erase(5, "a", kHere);
  EXPECT_FALSE(index.Find(5, "a"));
  EXPECT_EQ(index.size(), 0);
}

TEST(IdIndexTest, KeepsIdsOfOneHashApart) {
  IdIndex index(1);
  index.Insert(5, "a", kHere);
  index.Insert(5, "b", kThere);
  EXPECT_EQ(index.Find(5, "a"), kHere);
  EXPECT_EQ(index.Find(5, "b"), kThere);
  index.Move(5, "b", kHere);
  index.Move(5, "a", kThere);
  EXPECT_EQ(index.Find(5, "a"), kThere);
  EXPECT_EQ(index.Find(5, "b"), kHere);
  index.Erase(5, "b", kHere);
  EXPECT_EQ(index.size(), 1);
  EXPECT_EQ(index.Find(5, "a"), kThere);
}

TEST(IdIndexTest, HashesBySeed) {
  EXPECT_NE(IdIndex(1).HashOf("a"), IdIndex(2).HashOf("a"));
}

}  // namespace
}  // namespace tidings::embedded
