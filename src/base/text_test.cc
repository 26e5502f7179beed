#include "base/text.h"

#include <array>

#include <gtest/gtest.h>

namespace tidings {
namespace {

TEST(TextTest, KnowsValidUtf8) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsValidUtf8("订单服务 ✅"));
  EXPECT_FALSE(IsValidUtf8("\xff"));
  EXPECT_FALSE(IsValidUtf8("\xed\xa0\x80")) << "a surrogate";
  EXPECT_FALSE(IsValidUtf8("\xc0\xaf")) << "an overlong form";
  EXPECT_FALSE(IsValidUtf8("\xe2\x82")) << "cut off";
}

TEST(TextTest, UpperCasesAsciiOnly) {
  EXPECT_EQ(ToUpperAscii("k8s-é"), "K8S-é");
  Arena arena;
  const std::string_view upper = "K8S";
  EXPECT_EQ(ToUpperAscii(upper, arena).data(), upper.data()) << "nothing to do, nothing copied";
  EXPECT_EQ(ToUpperAscii("k8s", arena), "K8S");
}

TEST(TextTest, EscapesWhatWouldSpoilALine) {
  EXPECT_EQ(EscapeForDisplay("a\nb\x1b[31m"), "a\\x0Ab\\x1B[31m");
  EXPECT_EQ(EscapeForDisplay("x\u202Ey\u0085\u200B"), "x\\u{202E}y\\u{85}\\u{200B}");
  EXPECT_EQ(EscapeForDisplay("\xff订"), "\\xFF订");
}

TEST(TextTest, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(EscapeForDisplay("订单服务", 7), "订单…");
}

TEST(TextTest, FindsTheNearestWord) {
  constexpr std::array<std::string_view, 3> kWords{"service", "instance", "endpoint"};
  EXPECT_EQ(Nearest("servcie", kWords), "service");
  EXPECT_EQ(Nearest("INSTANCES", kWords), "instance");
  EXPECT_EQ(Nearest("colour", kWords), std::nullopt);
  EXPECT_EQ(Nearest(std::string(1'000, 's'), kWords), std::nullopt);
}

TEST(TextTest, EncodesBase64AsInRfc4648) {
  EXPECT_EQ(Base64Encode(""), "");
  EXPECT_EQ(Base64Encode("f"), "Zg==");
  EXPECT_EQ(Base64Encode("fo"), "Zm8=");
  EXPECT_EQ(Base64Encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64Encode("checkout"), "Y2hlY2tvdXQ=");
}

TEST(TextTest, ReadsBackUrlSafeBase64) {
  for (const std::string text : {"", "f", "fo", "foo", "\xff\xfe\x00z"}) {
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(text)), text);
  }
  EXPECT_EQ(Base64UrlDecode("a"), std::nullopt);
  EXPECT_EQ(Base64UrlDecode("Zg=="), std::nullopt);
  EXPECT_EQ(Base64UrlDecode("Zh"), std::nullopt) << "bits that no encoder makes";
}

TEST(TextTest, DecodesPercentEscapes) {
  EXPECT_EQ(PercentDecode("a%20b+c"), "a b+c");
  EXPECT_EQ(PercentDecode("a%20b+c", true), "a b c");
  EXPECT_EQ(PercentDecode("%E8%AE%A2"), "订");
  EXPECT_EQ(PercentDecode("%4"), std::nullopt);
  EXPECT_EQ(PercentDecode("%zz"), std::nullopt);
  EXPECT_EQ(PercentDecode(PercentEncode("a/b ?&订%")), "a/b ?&订%");
}

}  // namespace
}  // namespace tidings
