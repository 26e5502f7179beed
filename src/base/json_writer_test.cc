#include "base/json_writer.h"

#include <algorithm>
#include <limits>
#include <string>

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

TEST(JsonWriterTest, EscapesEveryByteWhereverItStands) {
  for (int c = 0; c < 0x80; ++c) {
    const std::string plain = "plain text of more bytes than two steps";
    for (size_t at = 0; at <= plain.size(); ++at) {
      std::string text = plain;
      text.insert(at, 1, static_cast<char>(c));
      std::string out;
      AppendJsonString(out, text);
      simdjson::dom::parser parser;
      std::string_view read;
      ASSERT_FALSE(parser.parse(out).get(read)) << out;
      EXPECT_EQ(read, text);
      EXPECT_EQ(out.find(static_cast<char>(0x7f)), std::string::npos);
    }
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
