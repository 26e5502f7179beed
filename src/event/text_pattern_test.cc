#include "event/text_pattern.h"

#include <gtest/gtest.h>

namespace tidings {
namespace {

TEST(TextPatternTest, MatchesItselfOnlyWithoutWildcards) {
  const TextPattern pattern = TextPattern::Exactly("a*b");
  EXPECT_TRUE(pattern.IsExact());
  EXPECT_TRUE(pattern.Matches("a*b"));
  EXPECT_FALSE(pattern.Matches("a-b"));
  EXPECT_FALSE(pattern.Matches("A*b"));
}

TEST(TextPatternTest, AnchorsFirstAndLastPiece) {
  const TextPattern pattern = TextPattern::FromPieces({"check", "out"});
  EXPECT_TRUE(pattern.Matches("checkout"));
  EXPECT_TRUE(pattern.Matches("check-in-or-out"));
  EXPECT_FALSE(pattern.Matches("a checkout"));
  EXPECT_FALSE(pattern.Matches("checkouts"));
}

TEST(TextPatternTest, DoesNotUseACharacterTwice) {
  EXPECT_FALSE(TextPattern::FromPieces({"aba", "aba"}).Matches("ababa"));
  EXPECT_TRUE(TextPattern::FromPieces({"aba", "aba"}).Matches("abaaba"));
  EXPECT_FALSE(TextPattern::FromPieces({"", "ab", "b"}).Matches("ab"));
}

TEST(TextPatternTest, FindsMiddlePiecesInTheirOrder) {
  const TextPattern pattern = TextPattern::FromPieces({"", "a", "b", ""});
  EXPECT_TRUE(pattern.Matches("xaxbx"));
  EXPECT_TRUE(pattern.Matches("ab"));
  EXPECT_FALSE(pattern.Matches("ba"));
}

TEST(TextPatternTest, KnowsTheOneThatMatchesAnything) {
  EXPECT_TRUE(TextPattern::FromPieces({"", ""}).IsAnything());
  EXPECT_TRUE(TextPattern::FromPieces({"", "", ""}).IsAnything());
  EXPECT_TRUE(TextPattern::FromPieces({"", ""}).Matches(""));
  EXPECT_FALSE(TextPattern::FromPieces({"", "a"}).IsAnything());
  EXPECT_FALSE(TextPattern::Exactly("").IsAnything());
}

TEST(TextPatternTest, TellsWhatEveryMatchBeginsWith) {
  EXPECT_EQ(TextPattern::FromPieces({"check", ""}).prefix(), "check");
  EXPECT_EQ(TextPattern::Exactly("check").prefix(), "check");
}

}  // namespace
}  // namespace tidings
