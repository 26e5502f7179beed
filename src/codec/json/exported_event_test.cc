#include "codec/json/exported_event.h"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "codec/json/csv_reader.h"
#include "codec/json/event_csv.h"

namespace tidings::json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

// --- Events as JSON

TEST(ExportedEventTest, LeavesOutWhatOnlyTheServerSays) {
  const auto reports = ReportsOfExportedEvent(
      R"({"id":"a","source":{"service":"s","instance":"","endpoint":""},"layer":"GENERAL","name":"Deploy",)"
      R"("type":"Normal","message":"m","parameters":{"n":3,"x":1.0,"huge":"9"},"start":5,"end":9,"duration":4,)"
      R"("state":"closed","count":1,"derived":false,"generation":2,"received_first":7,"received_last":8,)"
      R"("time_inferred":false,"contradictory":false,"truncated":false,"incomplete":false})"
  );
  EXPECT_THAT(
      reports.value(),
      ElementsAre(
          R"({"id":"a","source":{"service":"s","instance":"","endpoint":""},"layer":"GENERAL","name":"Deploy",)"
          R"("type":"Normal","message":"m","parameters":{"n":3,"x":1.0,"huge":"9"},"start":5,"end":9,"count":1})"
      )
  );
}

TEST(ExportedEventTest, LeavesOutAnInferredTime) {
  EXPECT_THAT(
      ReportsOfExportedEvent(R"({"id":"a","start":5,"end":5,"time_inferred":true})").value(),
      ElementsAre(R"({"id":"a"})")
  );
}

TEST(ExportedEventTest, KeepsThatAnEventIsDerived) {
  EXPECT_THAT(
      ReportsOfExportedEvent(R"({"id":"a","start":5,"derived":true})").value(),
      ElementsAre(R"({"id":"a","start":5,"derived":true})")
  );
}

TEST(ExportedEventTest, MakesTwoReportsOfAnEventThatEndsBeforeItStarts) {
  EXPECT_THAT(
      ReportsOfExportedEvent(R"({"id":"a","name":"N","start":9,"end":5,"contradictory":true})")
          .value(),
      ElementsAre(R"({"id":"a","name":"N","start":9})", R"({"id":"a","end":5})")
  );
}

TEST(ExportedEventTest, KeepsWhatNoEventHasForTheServerToName) {
  EXPECT_THAT(
      ReportsOfExportedEvent(R"({"id":"a","nmae":"x"})").value(),
      ElementsAre(R"({"id":"a","nmae":"x"})")
  );
}

TEST(ExportedEventTest, RefusesWhatIsNoObject) {
  EXPECT_FALSE(ReportsOfExportedEvent("{\"id\":").ok());
  EXPECT_EQ(
      MessageOf(ReportsOfExportedEvent("[1]").status()), "is no JSON object, expected an event"
  );
}

// --- CSV

TEST(CsvReaderTest, ReadsWhatStandsInQuotes) {
  std::istringstream in("\xEF\xBB\xBFid,message\r\na,\"x, \"\"y\"\"\r\nz\"\n\r\nb,\"\"");
  CsvReader reader(in);
  EXPECT_THAT(reader.Next().value(), Optional(ElementsAre("id", "message")));
  EXPECT_THAT(reader.Next().value(), Optional(ElementsAre("a", "x, \"y\"\r\nz")));
  EXPECT_EQ(reader.first_line(), 2u);
  EXPECT_EQ(reader.last_line(), 3u);
  EXPECT_THAT(reader.Next().value(), Optional(ElementsAre("b", "")));
  EXPECT_EQ(reader.first_line(), 5u);
  EXPECT_EQ(reader.Next().value(), std::nullopt);
  EXPECT_EQ(reader.bytes(), in.str().size());
}

TEST(CsvReaderTest, NamesTheLineOfAMistake) {
  std::istringstream open("a\nb,\"c\n\n");
  CsvReader reader(open);
  EXPECT_TRUE(reader.Next().ok());
  EXPECT_EQ(MessageOf(reader.Next().status()), "line 2: a quote is never closed");
  std::istringstream inside("a\"b");
  EXPECT_THAT(
      std::string(MessageOf(CsvReader(inside).Next().status())),
      HasSubstr("line 1: a quote stands inside a cell")
  );
}

TEST(CsvReaderTest, TakesNoRecordWithoutEnd) {
  std::istringstream in("\"" + std::string(CsvReader::kMaxRecordBytes + 10, 'x') + "\"");
  EXPECT_EQ(MessageOf(CsvReader(in).Next().status()), "line 1: is longer than 4 MiB");
}

TEST(CsvEventsTest, MakesJsonOfARecord) {
  const auto events =
      CsvEvents::Create({"id", "service", "parameters", "start", "state", "derived"});
  EXPECT_EQ(
      events->ToJson({"a", "'=s", R"({"k": 1.5})", "2023-11-14T22:13:20Z", "open", "true"}).value(),
      R"({"id":"a","service":"=s","parameters":{"k":1.5},"start":"2023-11-14T22:13:20Z","derived":true})"
  );
  EXPECT_EQ(events->ToJson({"a", "", "", "", "", ""}).value(), R"({"id":"a"})");
}

TEST(CsvEventsTest, KnowsTheColumnsOfAnExport) {
  std::istringstream head{std::string(CsvHead())};
  EXPECT_TRUE(CsvEvents::Create(*CsvReader(head).Next().value()).ok());
}

TEST(CsvEventsTest, NamesWhatIsWrong) {
  EXPECT_EQ(
      MessageOf(CsvEvents::Create({"id", "servce"}).status()),
      "'servce' is no column of events; did you mean 'service'?"
  );
  EXPECT_EQ(
      MessageOf(CsvEvents::Create({"id", "id"}).status()), "the column 'id' stands there twice"
  );
  const auto events = CsvEvents::Create({"id", "parameters"});
  EXPECT_EQ(
      MessageOf(events->ToJson({"a"}).status()), "has 1 cells, expected 2, as many as columns"
  );
  EXPECT_EQ(
      MessageOf(events->ToJson({"a", "k=v"}).status()),
      "parameters: is 'k=v', expected a JSON object"
  );
  EXPECT_EQ(MessageOf(events->ToJson({"\xFF", ""}).status()), "id: is no valid UTF-8");
}

TEST(CsvTextTest, IsFoundAgainInItsCell) {
  for (const char* const text : {"=1", "'=1", "''-", "'", "''", "plain", "", "'x", "@"}) {
    EXPECT_EQ(CsvTextOf(CsvText(text)), text);
  }
}

}  // namespace
}  // namespace tidings::json
