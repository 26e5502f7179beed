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

absl::StatusOr<std::string> ReportsOf(std::string event) {
  ExportedEvents events;
  std::string lines;
  const absl::StatusOr<size_t> count = events.AppendReports(event, lines);
  return count.ok() ? absl::StatusOr<std::string>(lines) : count.status();
}

TEST(ExportedEventTest, LeavesOutWhatOnlyTheServerSays) {
  const auto reports = ReportsOf(
      R"({"id":"a","source":{"service":"s","instance":"","endpoint":""},"layer":"GENERAL","name":"Deploy",)"
      R"("type":"Normal","message":"m","parameters":{"n":3,"x":1.0,"huge":"9"},"start":5,"end":9,"duration":4,)"
      R"("state":"closed","count":1,"derived":false,"generation":2,"received_first":7,"received_last":8,)"
      R"("time_inferred":false,"contradictory":false,"truncated":false,"incomplete":false})"
  );
  EXPECT_EQ(
      reports.value(),
      R"({"id":"a","source":{"service":"s","instance":"","endpoint":""},"layer":"GENERAL","name":"Deploy",)"
      R"("type":"Normal","message":"m","parameters":{"n":3,"x":1.0,"huge":"9"},"start":5,"end":9,"count":1})"
      "\n"
  );
}

TEST(ExportedEventTest, LeavesOutAnInferredTime) {
  EXPECT_EQ(
      ReportsOf(R"({"id":"a","start":5,"end":5,"time_inferred":true})").value(), "{\"id\":\"a\"}\n"
  );
}

TEST(ExportedEventTest, KeepsThatAnEventIsDerived) {
  EXPECT_EQ(
      ReportsOf(R"({"id":"a","start":5,"derived":true})").value(),
      "{\"id\":\"a\",\"start\":5,\"derived\":true}\n"
  );
}

TEST(ExportedEventTest, MakesTwoReportsOfAnEventThatEndsBeforeItStarts) {
  EXPECT_EQ(
      ReportsOf(R"({"id":"a","name":"N","start":9,"end":5,"contradictory":true})").value(),
      "{\"id\":\"a\",\"name\":\"N\",\"start\":9}\n{\"id\":\"a\",\"end\":5}\n"
  );
}

TEST(ExportedEventTest, KeepsWhatNoEventHasForTheServerToName) {
  EXPECT_EQ(ReportsOf(R"({"id":"a","nmae":"x"})").value(), "{\"id\":\"a\",\"nmae\":\"x\"}\n");
}

TEST(ExportedEventTest, RefusesWhatIsNoObject) {
  for (const char* const text : {"{\"id\":", "{\"id\":1}{}", "{\"id\" 1}", "{\"id\":1", "no", ""}) {
    EXPECT_FALSE(ReportsOf(text).ok()) << text;
  }
  EXPECT_EQ(MessageOf(ReportsOf("[1]").status()), "is no JSON object, expected an event");
}

TEST(ExportedEventTest, KeepsValuesAsTheyStandThere) {
  EXPECT_EQ(
      ReportsOf(
          R"( { "i\u0064" : "\u00e4\"" , "start" : 1e3 , "parameters" : { "n" : [ 1e400 ] } } )"
      )
          .value(),
      R"({"id":"\u00e4\"","start":1e3,"parameters":{ "n" : [ 1e400 ] }})"
      "\n"
  );
}

TEST(ExportedEventTest, LeavesTextThatIsNotUnicodeToTheServer) {
  const std::string event = "{\"id\":\"a\",\"message\":\"\xff\"}";
  EXPECT_EQ(ReportsOf(event).value(), event + "\n");
}

TEST(ExportedEventTest, ReadsOneEventAfterTheOther) {
  ExportedEvents events;
  std::string lines;
  for (std::string event :
       {R"({"id":"long one","contradictory":true,"start":2,"end":1})", "{", "{}"}) {
    (void)events.AppendReports(event, lines);
  }
  EXPECT_EQ(lines, "{\"id\":\"long one\",\"start\":2}\n{\"id\":\"long one\",\"end\":1}\n{}\n");
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
