#include "codec/json/event_csv.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::json {
namespace {

TEST(CsvTextTest, KeepsSpreadsheetsFromRunningText) {
  EXPECT_EQ(CsvText("=1+1"), "'=1+1");
  EXPECT_EQ(CsvText("-1"), "'-1");
  EXPECT_EQ(CsvText("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
  EXPECT_EQ(CsvText("plain"), "plain");
}

TEST(CsvTest, HasACellForEachColumn) {
  std::string line;
  AppendCsvLine(
      line,
      testing::EventOf(
          {.id = "a",
           .service = "shop",
           .name = "Deploy",
           .message = "to {v}",
           .parameters = {{"v", 1.5}},
           .start = 5,
           .end = 9},
          77
      )
          .view()
  );
  EXPECT_EQ(
      line,
      "a,shop,,,GENERAL,Deploy,Normal,to "
      "{v},\"{\"\"v\"\":1.5}\",5,9,4,closed,1,false,0,77,77,false,"
      "false,false,false\r\n"
  );
  const std::string_view head = CsvHead();
  EXPECT_EQ(std::count(head.begin(), head.end(), ','), 21);
}

TEST(CsvTest, LeavesCellsOfWhatIsNotKnownEmpty) {
  std::string line;
  AppendCsvLine(line, testing::EventOf({.id = "a", .end = 9}, 77).view());
  EXPECT_NE(line.find(",,9,,orphan_end,"), std::string::npos) << line;
}

}  // namespace
}  // namespace tidings::json
