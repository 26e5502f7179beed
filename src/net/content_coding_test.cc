#include "net/content_coding.h"

#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

TEST(ContentCodingTest, KnowsItsNames) {
  EXPECT_EQ(ParseContentCoding(""), ContentCoding::kIdentity);
  EXPECT_EQ(ParseContentCoding(" GZIP "), ContentCoding::kGzip);
  EXPECT_EQ(ParseContentCoding("zstd"), ContentCoding::kZstd);
  EXPECT_EQ(ParseContentCoding("gzip, gzip"), std::nullopt);
  EXPECT_EQ(ParseContentCoding("br"), std::nullopt);
}

TEST(ContentCodingTest, ChoosesTheBestThatTheClientTakes) {
  EXPECT_EQ(ChooseResponseCoding("gzip, deflate, br"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseResponseCoding("gzip, zstd"), ContentCoding::kZstd);
  EXPECT_EQ(ChooseResponseCoding("zstd;q=0, gzip;q=0.1"), ContentCoding::kGzip);
  EXPECT_EQ(ChooseResponseCoding("gzip;q=0.0"), ContentCoding::kIdentity);
  EXPECT_EQ(ChooseResponseCoding(""), ContentCoding::kIdentity);
}

TEST(ContentCodingTest, KnowsWhatAClientAccepts) {
  EXPECT_TRUE(AcceptsCoding("br, gzip;q=0.5, zstd", ContentCoding::kGzip));
  EXPECT_FALSE(AcceptsCoding("zstd, gzip;q=0", ContentCoding::kGzip));
  EXPECT_FALSE(AcceptsCoding("zstd", ContentCoding::kGzip));
  EXPECT_FALSE(AcceptsCoding("", ContentCoding::kGzip));
}

class InflateTest : public testing::TestWithParam<ContentCoding> {};

TEST_P(InflateTest, GivesBackWhatWasDeflated) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(InflateWhole(GetParam(), Deflate(GetParam(), text), text.size()).value(), text);
}

TEST_P(InflateTest, StopsOneByteOverTheLimit) {
  const std::string packed = Deflate(GetParam(), std::string(100'000, 'x'));
  EXPECT_TRUE(absl::IsResourceExhausted(InflateWhole(GetParam(), packed, 99'999).status()));
}

TEST_P(InflateTest, RefusesATruncatedStream) {
  const std::string packed = Deflate(GetParam(), "a text of some length");
  const auto cut = InflateWhole(GetParam(), packed.substr(0, packed.size() - 1), 1000);
  EXPECT_TRUE(absl::IsInvalidArgument(cut.status()));
}

TEST_P(InflateTest, RefusesGarbageAfterTheEnd) {
  const std::string packed = Deflate(GetParam(), "text") + "garbage";
  EXPECT_TRUE(absl::IsInvalidArgument(InflateWhole(GetParam(), packed, 1000).status()));
}

TEST_P(InflateTest, TakesSeveralMembers) {
  const std::string packed = Deflate(GetParam(), "one ") + Deflate(GetParam(), "two");
  EXPECT_EQ(InflateWhole(GetParam(), packed, 1000).value(), "one two");
}

TEST_P(InflateTest, GivesAllThatWasDeflatedSoFar) {
  const auto deflater = Deflater::Create(GetParam());
  const auto inflater = Inflater::Create(GetParam());
  std::string room(1000, '\0');
  for (const std::string text : {"one", "", "two", "three"}) {
    const std::string packed = deflater->Add(text, text == "three");
    const auto step = inflater->Inflate(packed, room);
    ASSERT_TRUE(step.ok()) << step.status();
    EXPECT_EQ(step->consumed, packed.size());
    EXPECT_EQ(room.substr(0, step->produced), text);
  }
  EXPECT_TRUE(inflater->AtEnd());
}

INSTANTIATE_TEST_SUITE_P(
    Codings, InflateTest, testing::Values(ContentCoding::kGzip, ContentCoding::kZstd)
);

}  // namespace
}  // namespace tidings::net
