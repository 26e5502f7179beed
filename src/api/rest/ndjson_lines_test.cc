#include "api/rest/ndjson_lines.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::rest {
namespace {

using testing::ElementsAre;

class NdjsonLinesTest : public testing::Test {
 protected:
  void Add(std::string_view chunk) {
    lines_.Add(chunk, [this](const NdjsonLines::Line& line) { Take(line); });
  }
  void Finish() {
    lines_.Finish([this](const NdjsonLines::Line& line) { Take(line); });
  }
  void Take(const NdjsonLines::Line& line) {
    taken_.push_back(std::to_string(line.number) + (line.too_long ? "!" : ":" + line.text));
  }

  NdjsonLines lines_{5};
  std::vector<std::string> taken_;
};

TEST_F(NdjsonLinesTest, CutsAtNewlinesWhereverThePiecesEnd) {
  Add("a\nb");
  Add("c\n");
  Add("d");
  Finish();

  EXPECT_THAT(taken_, ElementsAre("1:a", "2:bc", "3:d"));
}

TEST_F(NdjsonLinesTest, CountsBlankLinesWithoutTellingThem) {
  Add("\n \t\r\na\n");
  Finish();

  EXPECT_THAT(taken_, ElementsAre("3:a"));
}

TEST_F(NdjsonLinesTest, TellsThatALineIsTooLong) {
  Add("12345\n123");
  Add("456\n1\n");

  EXPECT_THAT(taken_, ElementsAre("1:12345", "2!", "3:1"));
}

}  // namespace
}  // namespace tidings::rest
