#include "store/embedded/message_piece.h"

#include <optional>
#include <rapidcheck.h>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidings::embedded {
namespace {

constexpr std::string_view kMessage = "Deploy of shop-7: rev 4711 on ip-10-0-0-7, 47 ms (47%) 完成";

TEST(MessagePieceTest, IsFoundAsAWholeOnly) {
  EXPECT_EQ(FindPiece(kMessage, "4711"), 22);
  EXPECT_EQ(FindPiece(kMessage, "47"), 43) << "the first that is not the begin of another";
  EXPECT_EQ(FindPiece(kMessage, "ip-10-0-0-7"), 30);
  EXPECT_EQ(FindPiece(kMessage, "完成"), kMessage.size() - 6);
  EXPECT_EQ(FindPiece(kMessage, "11"), std::nullopt) << "the end of another";
  EXPECT_EQ(FindPiece(kMessage, "10-0"), std::nullopt) << "within another";
  EXPECT_EQ(FindPiece(kMessage, "on ip-10-0-0-7"), std::nullopt) << "two pieces";
  EXPECT_EQ(FindPiece(kMessage, "shop-7:"), std::nullopt) << "more than a piece";
  EXPECT_EQ(FindPiece(kMessage, "elsewhere"), std::nullopt);
}

TEST(MessagePieceTest, IsNotLookedForWhereItGainsNothing) {
  EXPECT_EQ(FindPiece("a b", "b"), std::nullopt) << "as short as its place";
  EXPECT_EQ(FindPiece("a b", ""), std::nullopt);
  EXPECT_EQ(FindPiece("", "ab"), std::nullopt);
  const std::string far_behind = std::string(5'000, ' ') + "far";
  EXPECT_EQ(FindPiece(far_behind, "far"), std::nullopt);
}

TEST(MessagePieceTest, IsKnownByItsMemory) {
  const std::string_view revision = kMessage.substr(22, 4);
  EXPECT_EQ(revision, "4711");
  EXPECT_TRUE(IsPieceOf(kMessage, revision));
  EXPECT_FALSE(IsPieceOf(kMessage, revision.substr(0, 2))) << "not whole";
  EXPECT_FALSE(IsPieceOf(kMessage, revision.substr(0, 0)));
  EXPECT_FALSE(IsPieceOf(kMessage, std::string(revision))) << "the same text elsewhere";
  EXPECT_FALSE(IsPieceOf("", revision));
  const std::string far_behind = std::string(5'000, ' ') + "far";
  EXPECT_EQ(FindPiece(far_behind, std::string_view(far_behind).substr(5'000)), 5'000)
      << "needs no looking for";
}

RC_GTEST_PROP(MessagePieceTest, GivesTheValueBack, ()) {
  const auto text = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1- ,:")));
  const std::string message = *text;
  const std::string value =
      *rc::gen::oneOf(text, rc::gen::map(text, [&message](const std::string& other) {
                        return message.substr(
                            other.size() % (message.size() + 1), 1 + other.size() % 5
                        );
                      }));
  const std::optional<size_t> at = FindPiece(message, value);
  RC_TAG(at.has_value());
  if (at) {
    RC_ASSERT(PieceAt(message, *at) == value);
    RC_ASSERT(IsPieceOf(message, std::string_view(message).substr(*at, value.size())));
  }
}

}  // namespace
}  // namespace tidings::embedded
