#include "cli/event_printer.h"

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json_document.h"
#include "base/testing/golden.h"
#include "cli/display_text.h"
#include "cli/event_csv.h"
#include "cli/server_summary.h"

namespace tidings::cli {
namespace {

constexpr size_t kMaxDepth = 64;
constexpr int64_t kNowMs = 1'700'000'300'000;

std::shared_ptr<const JsonDocument> Read(const std::string& path) {
  return JsonDocument::Parse(tidings::testing::ReadTestFile(path), kMaxDepth).value();
}

std::string Print(PrintOptions options) {
  const auto document = Read("testdata/events.json");
  std::vector<simdjson::dom::element> events;
  const simdjson::dom::array array = document->root().get_array().value();
  for (const simdjson::dom::element event : array) {
    events.push_back(event);
  }
  options.now_ms = kNowMs;
  std::ostringstream out;
  const auto printer = MakeEventPrinter(options, out);
  printer->Add(events);
  printer->Finish();
  return out.str();
}

class EventFormTest : public ::testing::TestWithParam<std::string> {};

TEST_P(EventFormTest, ShowsEveryKindOfEvent) {
  tidings::testing::ExpectGolden(
      "testdata/events." + GetParam() + ".expected", Print({.form = GetParam()})
  );
}

INSTANTIATE_TEST_SUITE_P(
    Forms,
    EventFormTest,
    ::testing::ValuesIn(EventForms()),
    [](const auto& test) { return test.param; }
);

TEST(EventTableTest, CutsMessagesAndColoursErrorsOnATerminal) {
  const absl::TimeZone zone = absl::FixedTimeZone(3600);
  tidings::testing::ExpectGolden(
      "testdata/events.terminal.expected",
      Print({.form = "table", .screen = {.colour = true, .columns = 120, .zone = zone}})
  );
}

TEST(EventTableTest, PrintsNothingForNoEvents) {
  std::ostringstream out;
  const auto printer = MakeEventPrinter({.form = "table"}, out);
  printer->Add({});
  printer->Finish();
  EXPECT_EQ(out.str(), "");
}

TEST(JsonPrinterTest, OfNoEventsIsAnEmptyArray) {
  std::ostringstream out;
  const auto printer = MakeEventPrinter({.form = "json"}, out);
  printer->Finish();
  EXPECT_EQ(out.str(), "[]\n");
}

TEST(DisplayTextTest, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("結帳"), 4U);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);
  EXPECT_EQ(DisplayWidth("\xff"), 1U);
}

TEST(DisplayTextTest, CutsBeforeAWideCharacterThatDoesNotFit) {
  EXPECT_EQ(Cut("結帳所", 4), "結…");
  EXPECT_EQ(Cut("結帳", 4), "結帳");
  EXPECT_EQ(Padded(Cut("結帳所", 4), 4), "結… ");
}

TEST(DisplayTextTest, ShowsLineBreaksAndEscapesTheOtherControls) {
  EXPECT_EQ(OneLine("a\nb\r\nc\n"), "a⏎b⏎c⏎");
  EXPECT_EQ(OneLine("\x1b[31m\t"), "\\x1B[31m\\x09");
}

TEST(DisplayTextTest, ShowsDurationsInTwoUnits) {
  EXPECT_EQ(ShowDuration(0), "0ms");
  EXPECT_EQ(ShowDuration(250), "250ms");
  EXPECT_EQ(ShowDuration(12'340), "12.3s");
  EXPECT_EQ(ShowDuration(60'000), "1m");
  EXPECT_EQ(ShowDuration(5'400'000), "1h30m");
  EXPECT_EQ(ShowDuration(273'600'000), "3d4h");
  EXPECT_EQ(ShowDuration(-250), "-250ms");
}

TEST(SummariseStatusTest, TellsEverythingOnAFewLines) {
  const auto document = Read("testdata/status.json");
  tidings::testing::ExpectGolden(
      "testdata/status.expected", SummariseStatus(document->root(), absl::UTCTimeZone())
  );
}

TEST(SummariseStatusTest, OfAnEmptyAnswerDoesNotFail) {
  const auto document = JsonDocument::Parse("{}", kMaxDepth).value();
  EXPECT_NE(
      SummariseStatus(document->root(), absl::UTCTimeZone()).find("version"), std::string::npos
  );
}

}  // namespace
}  // namespace tidings::cli
