#include "store/embedded/byte_cache.h"

#include <cstddef>
#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

namespace tidings::embedded {
namespace {

struct Value {
  static size_t bytes() { return 10; }
};

class ByteCacheTest : public ::testing::Test {
 protected:
  static constexpr size_t kRoom = 8;

  void Insert(uint64_t key) { cache_.Insert(key, std::make_shared<Value>()); }
  bool Has(uint64_t key) { return cache_.Find(key) != nullptr; }
  /// Reads `count` values from `first` on, as a scan; gives how many were there.
  size_t Scan(uint64_t first, size_t count) {
    size_t hits = 0;
    for (uint64_t key = first; key < first + count; ++key) {
      if (Has(key)) {
        ++hits;
      } else {
        cache_.InsertOfScan(key, std::make_shared<Value>());
      }
    }
    return hits;
  }

  ByteCache<Value> cache_{kRoom * Value::bytes()};
};

TEST_F(ByteCacheTest, DropsWhatWasUsedLongestAgo) {
  for (uint64_t key = 0; key < kRoom; ++key) {
    Insert(key);
  }
  EXPECT_TRUE(Has(0));
  Insert(kRoom);
  EXPECT_TRUE(Has(0));
  EXPECT_FALSE(Has(1));
}

TEST_F(ByteCacheTest, KeepsTheOnlyValueThoughItIsTooLarge) {
  ByteCache<Value> small(1);
  small.Insert(1, std::make_shared<Value>());
  EXPECT_NE(small.Find(1), nullptr);
}

TEST_F(ByteCacheTest, FindsMostOfAScanThatIsLargerThanItsRoom) {
  Scan(0, kRoom + 2);
  size_t hits = 0;
  for (int round = 0; round < 10; ++round) {
    hits += Scan(0, kRoom + 2);
  }
  EXPECT_GE(hits, 10 * (kRoom - 2));
}

TEST_F(ByteCacheTest, TakesUpAScanThoughItWasFullOfOtherValues) {
  for (uint64_t key = 0; key < kRoom; ++key) {
    Insert(key);
  }
  for (int round = 0; round < 100; ++round) {
    Scan(100, kRoom);
  }
  EXPECT_EQ(Scan(100, kRoom), kRoom);
}

}  // namespace
}  // namespace tidings::embedded
