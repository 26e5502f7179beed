#include "derive/derive_state.h"

#include <random>

#include <gtest/gtest.h>

#include "base/hash.h"
#include "derive/testing/flink_events.h"

namespace tidings::derive {
namespace {

using testing::DrawEvents;
using testing::FlinkEvents;
using testing::PointsOf;

DeriveState AnyState(uint64_t seed) {
  std::mt19937_64 random(seed);
  DeriveState state;
  state.position = random();
  for (const char* id : {"a", "b"}) {
    JobState& job = state.jobs[id];
    for (const FlinkPoint& point : PointsOf(DrawEvents(random, FlinkEvents(id, "orders"), 40))) {
      job.job.Add(point);
    }
    for (const std::string& point_id : job.job.Seal(random() % 40).point_ids) {
      job.sealed_ids.Add(point_id);
    }
    job.shown["x"] = {.start_ms = 5, .content = random()};
    job.is_stale = random() % 2 == 0;
    job.complete_to = random();
    job.received_ms = 7;
    if (random() % 2 == 0) {
      job.waiting = Waiting{.first_ms = 1, .last_ms = 2};
    }
  }
  return state;
}

TEST(DeriveStateTest, IsReadAsItWasWritten) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const DeriveState state = AnyState(seed);
    const absl::StatusOr<DeriveState> read = DecodeState(EncodeState(state));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, state) << "seed " << seed;
  }
}

TEST(DeriveStateTest, EveryDamagedByteIsNoticed) {
  const std::string bytes = EncodeState(AnyState(1));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_EQ(DecodeState(damaged).status().code(), absl::StatusCode::kDataLoss) << "byte " << at;
  }
}

TEST(DeriveStateTest, AJobOfAnEarlierBuildMayHaveSealedAnyId) {
  // A job of the id `a` and nothing else.
  const std::string message =
      "\x12\x03\x0a\x01"
      "a";
  const absl::StatusOr<DeriveState> read =
      DecodeState("tidings derive state, version 1\n" + Xxh3(message).ToHex() + message);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->jobs.at("a").sealed_ids.MayHave("x"));
}

TEST(DeriveStateTest, ACutStateIsNoticed) {
  const std::string bytes = EncodeState(AnyState(2));
  for (size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(DecodeState(std::string_view(bytes).substr(0, size)).ok()) << size << " bytes";
  }
}

}  // namespace
}  // namespace tidings::derive
