#include "api/ui/page.h"

#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::ui {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
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

std::vector<std::string> XssCorpus() {
  std::ifstream file("testdata/xss.txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// The tags that a browser would see, with everything that stands in them.
std::set<std::string> TagsOf(const std::string& html) {
  static const std::regex kPattern("<[^>]*>?");
  std::set<std::string> tags;
  for (std::sregex_iterator at(html.begin(), html.end(), kPattern), end; at != end; ++at) {
    const std::string tag = at->str();
    // Ids differ between pages; they are checked to hold no quote by staying one attribute.
    tags.insert(std::regex_replace(tag, std::regex("id=[A-Za-z0-9%._~-]*\""), "id=\""));
  }
  return tags;
}

TEST(PageTest, HoldsNoMarkupThatAnEventBrought) {
  const std::set<std::string> known = TagsOf(
      WriteHtmlPage(ContentWith({.id = "a", .service = "s", .name = "N", .start = 1, .end = 2}))
  );
  const std::vector<std::string> corpus = XssCorpus();
  ASSERT_GT(corpus.size(), 10u);

  for (const std::string& attack : corpus) {
    PageContent content = ContentWith(
        {.id = attack,
         .service = attack,
         .instance = attack,
         .endpoint = attack,
         .layer = attack.substr(0, 64),
         .name = attack,
         .message = attack + " {k}",
         .parameters = {{"k", attack}},
         .start = 1,
         .end = 2}
    );
    content.version = "1.2.3";
    content.base_url = "http://127.0.0.1";
    content.addresses = {{.what = attack, .address = attack}};

    EXPECT_THAT(TagsOf(WriteHtmlPage(content)), IsSubsetOf(known)) << attack;
  }
}

TEST(PageTest, EscapesTrouble) {
  PageContent content = ContentWith({.id = "a", .name = "N", .start = 1});
  content.trouble = "<b>broken</b>";

  EXPECT_THAT(WriteHtmlPage(content), HasSubstr("&lt;b&gt;broken&lt;/b&gt;"));
}

TEST(PageTest, HasNothingInline) {
  const std::string html =
      WriteHtmlPage(ContentWith({.id = "a", .name = "N", .type = EventType::kError, .start = 1}));

  EXPECT_THAT(
      html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<style")), Not(HasSubstr(" style=")))
  );
  EXPECT_THAT(html, HasSubstr(R"(<link rel="stylesheet" href="/ui/style.css">)"));
}

TEST(PageTest, ShowsTheEventAndTheCommand) {
  const std::string html = WriteHtmlPage(ContentWith(
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
      html,
      HasSubstr(R"(<tr class="error"><td class="time"><a href="/api/v1/event?id=a%2Fb">)"
                "2023-11-14 22:11:50</a></td><td>1m30s</td><td>Error</td><td>checkout/c-1</td>"
                R"(<td>Deploy</td><td class="message">to 1.5</td></tr>)")
  );
  EXPECT_THAT(html, HasSubstr("curl http://127.0.0.1:12800/api/v1/events -H "));
}

TEST(PageTest, HelpsWithTheFirstEvent) {
  PageContent content = ContentWith({.id = "a", .name = "N"});
  content.events.clear();

  EXPECT_THAT(
      WriteHtmlPage(content),
      AllOf(HasSubstr("Nothing has been reported yet"), HasSubstr("Send the first event"))
  );
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
