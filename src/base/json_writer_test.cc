#include "base/json_writer.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace tidings {
namespace {

TEST(JsonWriterTest, PutsCommasBetweenElementsOnly) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("a").BeginArray().Int(1).String("x").Null().EndArray();
  json.Key("b").BeginObject().EndObject().Key("c").Bool(true).EndObject();

  EXPECT_EQ(out, R"({"a":[1,"x",null],"b":{},"c":true})");
}

TEST(JsonWriterTest, EscapesControlCharactersAndQuotes) {
  std::string out;
  AppendJsonString(out, std::string_view("a\"b\\c\n\x01\x7f\0d", 10));

  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001\\u007f\\u0000d\"");
}

/// What reads back from the JSON of a text whose bytes end where its memory does.
std::string WrittenAndRead(const std::string& text) {
  const std::vector<char> bytes(text.begin(), text.end());
  std::string out;
  AppendJsonString(out, {bytes.data(), bytes.size()});
  EXPECT_EQ(out.find(static_cast<char>(0x7f)), std::string::npos);
  simdjson::dom::parser parser;
  std::string_view read;
  EXPECT_FALSE(parser.parse(out).get(read)) << out;
  return std::string(read);
}

TEST(JsonWriterTest, EscapesEveryByteWhereverItStands) {
  // Around the steps in which texts are looked at, among bytes beyond ASCII.
  for (size_t size = 0; size <= 40; ++size) {
    std::string plain = size >= 2 ? "\u00e9" : "";
    plain.resize(size, 'x');
    EXPECT_EQ(WrittenAndRead(plain), plain);
    for (size_t at = plain.empty() || size < 2 ? 0 : 2; at <= size; ++at) {
      for (const char c : {'\0', '\x1f', '"', '\\', '\x7f'}) {
        std::string text = plain;
        text.insert(at, 1, c);
        EXPECT_EQ(WrittenAndRead(text), text);
      }
    }
  }
}

TEST(JsonWriterTest, EscapesEveryControlCharacter) {
  for (int c = 0; c < 0x80; ++c) {
    const std::string text(20, static_cast<char>(c));
    EXPECT_EQ(WrittenAndRead(text), text);
  }
}

TEST(JsonWriterTest, WritesPartsWithTheirValues) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject()
      .Part(R"("a":)", "x\ny")
      .Part(R"(,"b":)", "z")
      .Part(R"(,"c":{"d":)", -7)
      .Part("}}");

  EXPECT_EQ(out, R"({"a":"x\ny","b":"z","c":{"d":-7}})");
}

TEST(JsonWriterTest, LeavesOtherTextAsItIs) {
  std::string out;
  AppendJsonString(out, "订单 ✅ é");

  EXPECT_EQ(out, "\"订单 ✅ é\"");
}

TEST(JsonWriterTest, WritesDoublesThatReadBackTheSame) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray().Double(0.1).Double(1).Double(1e300).Double(-0.0);
  json.Double(std::numeric_limits<double>::infinity())
      .Double(std::numeric_limits<double>::quiet_NaN())
      .EndArray();

  EXPECT_EQ(out, R"([0.1,1.0,1e+300,-0.0,"Infinity","NaN"])");
}

TEST(JsonWriterTest, KeepsEveryDigitOfIntegers) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray()
      .Int(std::numeric_limits<int64_t>::min())
      .Uint(std::numeric_limits<uint64_t>::max())
      .EndArray();

  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615]");
}

}  // namespace
}  // namespace tidings
