#include "api/ui/page.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::ui {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using tidings::testing::EventOf;
using tidings::testing::ReportSpec;

constexpr int64_t kNow = 1'700'000'000'000;

PageContent ContentWith(const ReportSpec& report) {
  PageContent content{
      .version = "1.2.3",
      .base_url = "http://127.0.0.1:12800",
      .addresses = {{.what = "REST", .address = "127.0.0.1:12800"}},
      .now_ms = kNow};
  content.events.push_back(EventOf(report, kNow));
  content.stats.events = 1;
  return content;
}

TEST(PageTest, TellsWhyThereAreNoEvents) {
  PageContent content = ContentWith({.id = "a", .name = "N", .start = 1});
  content.trouble = "the disk is broken";

  EXPECT_THAT(WriteTextPage(content), HasSubstr("The events cannot be read: the disk is broken"));
}

TEST(PageTest, ShowsTheEventAndTheCommand) {
  const std::string text = WriteTextPage(ContentWith(
      {.id = "a/b",
       .service = "checkout",
       .instance = "c-1",
       .name = "Deploy",
       .message = "to {v}",
       .parameters = {{"v", std::string("1.5")}},
       .type = EventType::kError,
       .start = kNow - 90'000,
       .end = kNow}
  ));

  EXPECT_THAT(
      text, HasSubstr("2023-11-14 22:11:50  1m30s   Error  checkout/c-1      Deploy  to 1.5")
  );
  EXPECT_THAT(text, HasSubstr("curl http://127.0.0.1:12800/api/v1/events -H "));
}

TEST(PageTest, SaysThatNothingIsThereYet) {
  PageContent content = ContentWith({.id = "a", .name = "N"});
  content.events.clear();

  EXPECT_THAT(WriteTextPage(content), HasSubstr("Nothing has been reported yet."));
}

TEST(PageTest, SaysHowLongItLasted) {
  struct Case {
    int64_t start;
    int64_t end;
    const char* lasted;
  };
  for (const Case& c :
       {Case{kNow - 1'500, kNow, "1s500ms"},
        Case{kNow - 61'700, kNow, "1m1s"},
        Case{kNow - 3'661'000, kNow, "1h1m"},
        Case{kNow - 90'000'000, kNow, "1d1h"},
        Case{kNow - 60'000, 0, "open, 1m"},
        Case{0, kNow, "only its end"},
        Case{kNow, kNow, "-"},
        Case{0, 0, "-"}}) {
    const Event event = EventOf({.id = "a", .name = "N", .start = c.start, .end = c.end}, kNow);
    EXPECT_EQ(RowOf(event.view(), kNow).lasted, c.lasted);
  }
}

TEST(PageTest, ShowsTextWithoutWhatMovesACursor) {
  const std::string text = WriteTextPage(ContentWith(
      {.id = "a", .name = "N\x1b[2J", .message = "one\ntwo\x07", .start = kNow, .end = kNow}
  ));

  EXPECT_THAT(text, HasSubstr("N\\x1B[2J  one⏎two\\x07\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(PageTest, AlignsTheTextTable) {
  PageContent content =
      ContentWith({.id = "a", .service = "Bücher", .name = "N", .start = kNow, .end = kNow});
  content.events.push_back(EventOf({.id = "b", .service = "s", .name = "M", .start = kNow}, kNow));

  EXPECT_THAT(
      WriteTextPage(content),
      HasSubstr("  START                LASTED    TYPE    SERVICE/INSTANCE  NAME  MESSAGE\n"
                "  2023-11-14 22:13:20  -         Normal  Bücher            N\n"
                "  2023-11-14 22:13:20  open, 0s  Normal  s                 M\n")
  );
}

}  // namespace
}  // namespace tidings::ui
