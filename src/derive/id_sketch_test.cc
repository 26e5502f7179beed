#include "derive/id_sketch.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings::derive {
namespace {

IdSketch SketchOf(int count) {
  IdSketch sketch;
  for (int i = 0; i < count; ++i) {
    sketch.Add(fmt::format("id-{}", i));
  }
  return sketch;
}

TEST(IdSketchTest, TellsEveryIdThatWasAdded) {
  for (const int count : {1, 1'024, 1'025, 20'000}) {
    const IdSketch sketch = SketchOf(count);
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(sketch.MayHave(fmt::format("id-{}", i))) << i << " of " << count;
    }
  }
}

TEST(IdSketchTest, TellsFewThatWereNot) {
  const auto wrong_of = [](int count) {
    const IdSketch sketch = SketchOf(count);
    int wrong = 0;
    for (int i = 0; i < 10'000; ++i) {
      wrong += sketch.MayHave(fmt::format("other-{}", i)) ? 1 : 0;
    }
    return wrong;
  };
  EXPECT_EQ(wrong_of(0), 0);
  EXPECT_EQ(wrong_of(1'000), 0);
  EXPECT_LT(wrong_of(4'000), 1'500);
}

TEST(IdSketchTest, HasAFixedSizeAndIsReadAsItWasWritten) {
  for (const int count : {0, 3, 1'024, 1'025, 50'000}) {
    const std::string bytes = SketchOf(count).ToBytes();
    EXPECT_LE(bytes.size(), 4'097U);
    EXPECT_EQ(IdSketch::FromBytes(bytes), SketchOf(count));
  }
  EXPECT_TRUE(IdSketch::OfAll().MayHave("x"));
}

TEST(IdSketchTest, RefusesWhatItDidNotWrite) {
  EXPECT_FALSE(IdSketch::FromBytes(""));
  EXPECT_FALSE(IdSketch::FromBytes("x"));
  EXPECT_FALSE(IdSketch::FromBytes("h123"));
  EXPECT_FALSE(IdSketch::FromBytes("b1234"));
  EXPECT_FALSE(IdSketch::FromBytes("h" + std::string(4 * 1'025, 'x')));
}

}  // namespace
}  // namespace tidings::derive
