#include "store/cursor_token.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace tidings {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kBinding = 0xfedcba9876543210;

Cursor AnyCursor() {
  return {
      .sequence = 77,
      .now_ms = 1'700'000'000'000,
      .created_ms = 1'700'000'000'001,
      .position_time = -5,
      .position_id = std::string("id\0é", 5)};
}

TEST(CursorTokenTest, ReadsBackWhatItWrote) {
  const absl::StatusOr<Cursor> cursor = DecodeCursor(EncodeCursor(AnyCursor(), kBinding), kBinding);
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  EXPECT_EQ(cursor->sequence, 77);
  EXPECT_EQ(cursor->now_ms, 1'700'000'000'000);
  EXPECT_EQ(cursor->created_ms, 1'700'000'000'001);
  EXPECT_EQ(cursor->position_time, -5);
  EXPECT_EQ(cursor->position_id, AnyCursor().position_id);
}

TEST(CursorTokenTest, ReadsBackTheLeastAndTheGreatestNumbers) {
  const Cursor extreme = {
      .sequence = std::numeric_limits<uint64_t>::max(),
      .now_ms = std::numeric_limits<int64_t>::min(),
      .created_ms = std::numeric_limits<int64_t>::max(),
      .position_id = {}};
  const absl::StatusOr<Cursor> cursor = DecodeCursor(EncodeCursor(extreme, 0), 0);
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  EXPECT_EQ(cursor->sequence, extreme.sequence);
  EXPECT_EQ(cursor->now_ms, extreme.now_ms);
  EXPECT_EQ(cursor->created_ms, extreme.created_ms);
  EXPECT_EQ(cursor->position_id, "");
}

TEST(CursorTokenTest, IsSafeInAUrl) {
  const std::string token = EncodeCursor(AnyCursor(), kBinding);
  EXPECT_EQ(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos
  );
}

TEST(CursorTokenTest, TellsTheFrozenNowOfAnyQuery) {
  const absl::StatusOr<int64_t> now_ms = CursorNow(EncodeCursor(AnyCursor(), kBinding));
  ASSERT_TRUE(now_ms.ok()) << now_ms.status();
  EXPECT_EQ(*now_ms, 1'700'000'000'000);
}

TEST(CursorTokenTest, RefusesACursorOfAnotherQuery) {
  const absl::Status status =
      DecodeCursor(EncodeCursor(AnyCursor(), kBinding), kBinding + 1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(status), HasSubstr("another query"));
}

TEST(CursorTokenTest, RefusesWhatIsNoCursor) {
  for (const std::string& token :
       {std::string(), std::string("abc"), std::string(200, 'A'), std::string("!?")}) {
    EXPECT_EQ(DecodeCursor(token, kBinding).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(CursorNow(token).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(CursorTokenTest, RefusesACursorWithAnyCharacterChangedOrCut) {
  const std::string token = EncodeCursor(AnyCursor(), kBinding);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodeCursor(changed, kBinding).ok()) << "character " << i;
    EXPECT_FALSE(DecodeCursor(token.substr(0, i), kBinding).ok()) << "cut at " << i;
  }
}

}  // namespace
}  // namespace tidings
