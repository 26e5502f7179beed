#include "api/ui/ui_routes.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/ui/assets.h"
#include "base/manual_clock.h"
#include "event/testing/batch_builder.h"
#include "net/content_coding.h"
#include "store/memory/memory_store.h"

namespace tidings::ui {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Takes no work.
class FullExecutor final : public Executor {
 public:
  bool Post(std::function<void()>) override { return false; }
};

class UiRoutesTest : public ::testing::Test {
 protected:
  void Report(const tidings::testing::ReportSpec& report) {
    store_.Commit(
        tidings::testing::BatchBuilder().Add(report).Build(),
        [](const absl::StatusOr<CommitResult>& result) { ASSERT_TRUE(result.ok()); }
    );
  }

  net::HttpResponse Get(std::string_view path, std::vector<net::Header> headers = {}) {
    net::Router router;
    AddUiRoutes(
        router,
        {.store = store_,
         .executor = *executor_,
         .clock = clock_,
         .version = "1.2.3",
         .addresses =
             [] { return std::vector<Address>{{.what = "REST", .address = "127.0.0.1:12800"}}; }}
    );
    const auto request = std::make_shared<net::HttpRequest>();
    request->headers = std::move(headers);
    if (may_query_) {
      request->scopes.Add(net::Scope::kQuery);
    }
    std::optional<net::HttpResponse> answer;
    router.Find("GET", path).route->handler->Handle(request, "", [&](net::HttpResponse response) {
      answer = std::move(response);
    });
    return answer.value();
  }

  static std::string HeaderOf(const net::HttpResponse& response, std::string_view name) {
    for (const net::Header& header : response.headers) {
      if (header.name == name) {
        return header.value;
      }
    }
    return {};
  }

  const net::Header kBrowser{"accept", "text/html,application/xhtml+xml,*/*;q=0.8"};
  ManualClock clock_;
  MemoryStore store_{clock_};
  InlineExecutor inline_executor_;
  Executor* executor_ = &inline_executor_;
  bool may_query_ = true;
};

#ifdef TIDINGS_UI
TEST_F(UiRoutesTest, GivesBrowsersAPageThatNothingCanBeInjectedInto) {
  for (const char* path : {"/ui/", "/ui/changes", "/ui/before", "/ui/status", "/ui/event/a%2Fb"}) {
    const net::HttpResponse page = Get(path, {kBrowser});

    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(HeaderOf(page, "content-type"), "text/html; charset=utf-8");
    EXPECT_THAT(
        HeaderOf(page, "content-security-policy"),
        AllOf(
            StartsWith("default-src 'self';"),
            HasSubstr("frame-ancestors 'none'"),
            Not(HasSubstr("unsafe"))
        )
    );
    EXPECT_EQ(HeaderOf(page, "x-content-type-options"), "nosniff");
    EXPECT_EQ(HeaderOf(page, "x-frame-options"), "DENY");
    EXPECT_THAT(
        page.body,
        AllOf(HasSubstr("<!doctype html>"), Not(HasSubstr("<style")), Not(HasSubstr("%ROOT%")))
    );
  }
}

TEST_F(UiRoutesTest, NamesWhatThePageLoadsRelativeToItsAddress) {
  EXPECT_THAT(Get("/ui/status", {kBrowser}).body, HasSubstr("src=\"./assets/app-"));
  EXPECT_THAT(Get("/ui/event/a", {kBrowser}).body, HasSubstr("src=\"../assets/app-"));
}

TEST_F(UiRoutesTest, LeadsABrowserFromTheRootToThePage) {
  EXPECT_EQ(Get("/", {kBrowser}).status, 307);
  EXPECT_EQ(HeaderOf(Get("/", {kBrowser}), "location"), "ui/");
}

TEST_F(UiRoutesTest, ServesAssetsThatNeverChange) {
  ASSERT_FALSE(Assets().empty());
  for (const Asset& asset : Assets()) {
    const std::string path = "/ui/assets/" + std::string(asset.name);
    const net::HttpResponse packed = Get(path, {{"accept-encoding", "gzip, br, zstd"}});
    const net::HttpResponse plain = Get(path);

    EXPECT_EQ(HeaderOf(packed, "cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(HeaderOf(packed, "content-encoding"), "gzip");
    EXPECT_EQ(HeaderOf(packed, "content-type"), asset.content_type);
    EXPECT_EQ(HeaderOf(plain, "content-encoding"), "");
    EXPECT_EQ(
        net::InflateWhole(net::ContentCoding::kGzip, packed.body, size_t{4} << 20).value(),
        plain.body
    );
    EXPECT_THAT(Get("/ui/", {kBrowser}).body, HasSubstr(std::string(asset.name)));
  }
}
#else
TEST_F(UiRoutesTest, GivesBrowsersTextWhenItCarriesNoPage) {
  const net::HttpResponse page = Get("/ui/", {kBrowser});

  EXPECT_EQ(HeaderOf(page, "content-type"), "text/plain; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("Tidings 1.2.3\n"));
}
#endif

TEST_F(UiRoutesTest, GivesCurlText) {
  const net::HttpResponse page = Get("/", {{"accept", "*/*"}, {"host", "tidings.example:8080"}});

  EXPECT_EQ(HeaderOf(page, "content-type"), "text/plain; charset=utf-8");
  EXPECT_THAT(
      page.body,
      AllOf(
          HasSubstr("Tidings 1.2.3\n"),
          HasSubstr("curl http://tidings.example:8080/api/v1/events -H "),
          HasSubstr("127.0.0.1:12800"),
          HasSubstr("http://tidings.example:8080/metrics\n"),
          Not(HasSubstr("<"))
      )
  );
}

TEST_F(UiRoutesTest, ShowsTheLastTwentyEvents) {
  for (int i = 0; i < 25; ++i) {
    Report({.id = std::to_string(i), .name = "n" + std::to_string(i) + ".", .start = 1'000 + i});
  }

  const std::string page = Get("/").body;

  EXPECT_THAT(page, HasSubstr("The last 20 of 25 events, 25 open"));
  EXPECT_THAT(page, AllOf(HasSubstr("n24."), HasSubstr("n5."), Not(HasSubstr("n4."))));
}

TEST_F(UiRoutesTest, TakesNoHostThatAShellWouldRun) {
  for (const char* host : {"a;rm -rf", "$(id)", "a b", "", "a'b", "a\"b", "a/b"}) {
    const net::HttpResponse page = Get("/", {{"host", host}});
    EXPECT_THAT(page.body, HasSubstr("curl http://127.0.0.1:12800/api/v1/events")) << host;
  }
}

TEST_F(UiRoutesTest, LeadsToThePageByAWayThatHoldsBehindAProxy) {
  EXPECT_EQ(Get("/ui").status, 307);
  EXPECT_EQ(HeaderOf(Get("/ui"), "location"), "ui/");
}

TEST_F(UiRoutesTest, TellsNoDataToWhoMayNotRead) {
  Report({.id = "a", .name = "Secret", .start = 1'000});
  may_query_ = false;

  for (const char* path : {"/", "/ui/", "/ui/changes", "/ui/event/a"}) {
    const net::HttpResponse page = Get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_THAT(page.body, AllOf(HasSubstr("scope query"), Not(HasSubstr("Secret")))) << path;
  }
}

TEST_F(UiRoutesTest, SaysWhenToComeBackWhenTooMuchWaits) {
  FullExecutor full;
  executor_ = &full;

  const net::HttpResponse page = Get("/");

  EXPECT_EQ(page.status, 503);
  EXPECT_EQ(HeaderOf(page, "retry-after"), "1");
}

}  // namespace
}  // namespace tidings::ui
