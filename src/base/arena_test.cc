#include "base/arena.h"

#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace tidings {
namespace {

TEST(ArenaTest, KeepsCopiesWhenItIsMoved) {
  Arena arena;
  const std::string_view small = arena.Copy("checkout");
  const std::string_view large = arena.Copy(std::string(1'000'000, 'x'));

  const Arena moved = std::move(arena);

  EXPECT_EQ(small, "checkout");
  EXPECT_EQ(large, std::string(1'000'000, 'x'));
  EXPECT_GE(moved.bytes(), 1'000'008u);
}

TEST(ArenaTest, AlignsWhatItAllocates) {
  Arena arena;
  arena.Copy("abc");
  const std::span<int64_t> numbers = arena.AllocateArray<int64_t>(3);

  EXPECT_EQ(reinterpret_cast<uintptr_t>(numbers.data()) % alignof(int64_t), 0u);
  EXPECT_EQ(numbers[2], 0);
}

}  // namespace
}  // namespace tidings
