#include "base/json_document.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace tidings {
namespace {

using testing::HasSubstr;

std::string ErrorOf(const std::string& text) {
  const auto document = JsonDocument::Parse(text, 64);
  return document.ok() ? "none" : std::string(MessageOf(document.status()));
}

TEST(JsonDocumentTest, KeepsItsStringsWhenTheTextHasGone) {
  const auto document = JsonDocument::Parse(std::string(R"({"name":"a\u00e9b"})"), 64);
  ASSERT_TRUE(document.ok());

  std::string_view name;
  ASSERT_FALSE((*document)->root()["name"].get(name));
  EXPECT_EQ(name, "aéb");
}

TEST(JsonDocumentTest, NamesThePlaceOfAMistake) {
  EXPECT_THAT(ErrorOf(R"({"a": 1, "b": tru})"), HasSubstr("at byte 14, near 'tru}'"));
  EXPECT_THAT(ErrorOf("[1 2]"), HasSubstr("at byte 3"));
  EXPECT_THAT(ErrorOf(R"(["abc)"), HasSubstr("ends at byte 5"));
}

TEST(JsonDocumentTest, RefusesWhatFollowsTheEnd) {
  EXPECT_NE(ErrorOf("{} x"), "none");
}

TEST(JsonDocumentTest, RefusesDepthWithoutDeepRecursion) {
  EXPECT_EQ(
      ErrorOf(std::string(66, '[') + std::string(66, ']')),
      "the JSON is nested deeper than 64 levels"
  );
  EXPECT_EQ(ErrorOf(std::string(60, '[') + std::string(60, ']')), "none");
  EXPECT_NE(ErrorOf(std::string(100'000, '[')), "none");
}

TEST(JsonDocumentTest, RefusesWhatIsNoText) {
  EXPECT_EQ(ErrorOf(""), "the body is empty, expected JSON");
  EXPECT_EQ(ErrorOf("{\"\xff\":1}"), "the JSON is not valid UTF-8");
  EXPECT_EQ(ErrorOf("[1,\xff]"), "the JSON is not valid UTF-8");
  EXPECT_NE(ErrorOf(R"({"\ud800":1})"), "none") << "half of a surrogate pair";
  EXPECT_NE(ErrorOf("NaN"), "none");
  EXPECT_NE(ErrorOf("\xEF\xBB\xBF{}x"), "none");
}

TEST(JsonDocumentTest, ReadsANumberThatNothingHoldsAsAHugeOneAndTheRestAsItIs) {
  for (const char* huge :
       {"1e400", "-1.5E+309", "123456789012345678901234567890", "-9223372036854775809"}) {
    const auto document = JsonDocument::Parse(
        std::string(R"({"a \" 1e400 ":[1,)") + huge + R"(,0.5],"b":"1e400"})", 64
    );
    ASSERT_TRUE(document.ok()) << huge << ": " << document.status();
    EXPECT_EQ(
        simdjson::minify((*document)->root()),
        R"({"a \" 1e400 ":[1,18446744073709551615,0.5],"b":"1e400"})"
    );
  }
}

TEST(JsonDocumentTest, ReadsATextThatIsNoUnicodeAsABrokenOneAndTheRestAsItIs) {
  for (const char* broken :
       {"\xff",
        "a\xe2\x82",
        "\xed\xa0\x80",
        R"(\ud800)",
        R"(\"\udc00)",
        R"(\ud800\u0041)",
        R"(\ud800\ud800)",
        R"(\ud83d\ude00\uD83D)",
        "\\ud83d"}) {
    const auto document = JsonDocument::Parse(
        std::string(R"({"a":["\ud83d\ude00\\ud800",")") + broken + R"("],"b" : 1e400,"c":"\\"})", 64
    );
    ASSERT_TRUE(document.ok()) << broken << ": " << document.status();
    EXPECT_EQ(
        simdjson::minify((*document)->root()),
        "{\"a\":[\"😀\\\\ud800\",18446744073709551614],\"b\":18446744073709551615,\"c\":\"\\\\\"}"
    );
  }
}

TEST(JsonDocumentTest, RefusesWhatIsWrongBesideABrokenText) {
  EXPECT_NE(ErrorOf("[\"\xff\", 01]"), "none");
  EXPECT_NE(ErrorOf("[\"\xff]"), "none");
  EXPECT_NE(ErrorOf("[\"\xff\"x]"), "none");
  EXPECT_NE(ErrorOf(R"(["\ud800\x"])"), "none");
}

TEST(JsonDocumentTest, KeepsNumbersUpToTheirBounds) {
  const std::string text =
      "[9223372036854775807,-9223372036854775808,18446744073709551615,1e308,1e-400]";
  const auto document = JsonDocument::Parse(text, 64);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(
      simdjson::minify((*document)->root()),
      "[9223372036854775807,-9223372036854775808,18446744073709551615,1e+308,0.0]"
  );
}

TEST(JsonDocumentTest, RefusesWhatIsWrongBesideAHugeNumber) {
  EXPECT_NE(ErrorOf("[1e400, 01]"), "none");
  EXPECT_NE(ErrorOf("[1e400"), "none");
  EXPECT_NE(ErrorOf("[1e400x]"), "none");
  EXPECT_NE(ErrorOf("[-]"), "none");
  EXPECT_NE(ErrorOf("[1.e5]"), "none");
}

}  // namespace
}  // namespace tidings
