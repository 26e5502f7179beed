#include "base/hash.h"

#include <set>

#include <gtest/gtest.h>

namespace tidings {
namespace {

TEST(HashTest, IsXxh3WithTheHighHalfFirst) {
  // The published value of XXH3 (128 bits, seed 0) of no bytes.
  EXPECT_EQ(Xxh3("").ToHex(), "99aa06d3014798d86001c324468d497f");
}

TEST(HashTest, SeedChangesTheHash) {
  EXPECT_NE(Xxh3("abcde", 1), Xxh3("abcde", 2));
}

TEST(UuidTest, Version7AscendsAndHoldsItsTime) {
  std::string before;
  for (int i = 0; i < 10'000; ++i) {
    const std::string uuid = NewUuidV7(1'700'000'000'000);
    ASSERT_GT(uuid, before);
    before = uuid;
  }
  EXPECT_EQ(before.size(), 36u);
  EXPECT_EQ(before[14], '7');
  // Ids of the same ms go on into the next ones: about three here.
  EXPECT_EQ(NewUuidV7(1'800'000'000'000).substr(0, 13), "01a3185c-5000");
}

TEST(UuidTest, Version4IsRandom) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = NewUuidV4();
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
    EXPECT_EQ(uuid.size(), 36u);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace tidings
