#include "base/json_mistake.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings {
namespace {

/// `position: expected`, or `none`.
std::string Mistake(std::string_view text) {
  const std::optional<JsonMistake> mistake = FindJsonMistake(text);
  return mistake ? fmt::format("{}: {}", mistake->position, mistake->expected) : "none";
}

TEST(JsonMistakeTest, FindsNoneInJson) {
  for (const std::string_view text :
       {R"({"a":[1,-2.5e+10,"x\"\u00e9\ud83d\ude00",true,false,null,[],{}],"b":{"c":0}})",
        " [ ] ",
        "0",
        R"("text")"}) {
    EXPECT_EQ(Mistake(text), "none") << text;
  }
}

TEST(JsonMistakeTest, FindsMistakesOfStructure) {
  EXPECT_EQ(Mistake(R"([{"name":"a"},{"name" "b"}])"), "22: ':'");
  EXPECT_EQ(Mistake("[1 2]"), "3: ',' or ']'");
  EXPECT_EQ(Mistake(R"({"a":1 "b":2})"), "7: ',' or '}'");
  EXPECT_EQ(Mistake("[1,]"), "3: a value");
  EXPECT_EQ(Mistake(R"({"a":1,})"), "7: a member's name in quotes");
  EXPECT_EQ(Mistake("{a:1}"), "1: a member's name in quotes, or '}'");
  EXPECT_EQ(Mistake("[{}] x"), "5: the end");
  EXPECT_EQ(Mistake("[}"), "1: a value");
}

TEST(JsonMistakeTest, FindsWhereATextIsCutOff) {
  EXPECT_EQ(Mistake(""), "0: a value");
  EXPECT_EQ(Mistake(R"([{"name":)"), "9: a value");
  EXPECT_EQ(Mistake(R"([{"name":"a)"), "11: the '\"' that ends the string");
  EXPECT_EQ(Mistake("[1"), "2: ',' or ']'");
  EXPECT_EQ(Mistake("{"), "1: a member's name in quotes, or '}'");
}

TEST(JsonMistakeTest, FindsWrongScalars) {
  EXPECT_EQ(Mistake("[tru]"), "1: a value");
  EXPECT_EQ(Mistake("[nullx]"), "5: ',' or ']'");
  EXPECT_EQ(Mistake("[01]"), "2: ',' or ']'");
  EXPECT_EQ(Mistake("[1.]"), "1: a value");
  EXPECT_EQ(Mistake("[-]"), "1: a value");
  EXPECT_EQ(Mistake("[+1]"), "1: a value");
  EXPECT_EQ(Mistake("NaN"), "0: a value");
  EXPECT_EQ(Mistake("'a'"), "0: a value");
}

TEST(JsonMistakeTest, FindsWrongStrings) {
  EXPECT_EQ(Mistake("[\"a\nb\"]"), "3: control characters in a string as \\u escapes");
  EXPECT_EQ(Mistake(R"(["\x"])"), "2: an escape of \" \\ / b f n r t or uXXXX");
  EXPECT_EQ(Mistake(R"(["\u12g4"])"), "2: four hex digits after \\u");
  EXPECT_EQ(Mistake(R"(["\ud800"])"), "2: both halves of a surrogate pair");
  EXPECT_EQ(Mistake(R"(["\ud800\u0041"])"), "2: both halves of a surrogate pair");
  EXPECT_EQ(Mistake(R"(["\ude00"])"), "2: both halves of a surrogate pair");
  EXPECT_EQ(Mistake("\"a\\"), "2: an escape of \" \\ / b f n r t or uXXXX");
}

TEST(JsonMistakeTest, NeedsNoStackForDepth) {
  EXPECT_EQ(Mistake(std::string(1'000'000, '[')), "1000000: a value");
  EXPECT_EQ(Mistake(std::string(1'000'000, '[') + "}"), "1000000: a value");
}

}  // namespace
}  // namespace tidings
