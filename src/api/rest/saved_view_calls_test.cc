#include "api/rest/saved_view_calls.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"

namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using ::testing::HasSubstr;

class SavedViewCallsTest : public ::testing::Test {
 protected:
  net::HttpResponse Put(std::string name, std::string body, std::string type = "application/json") {
    return rest_.Send(
        {.method = "PUT",
         .target = "/api/v1/views/" + std::move(name),
         .body = std::move(body),
         .content_type = std::move(type)}
    );
  }

  RestHarness rest_;
};

TEST_F(SavedViewCallsTest, KeepListAndDelete) {
  EXPECT_EQ(rest_.Get("/api/v1/views").body, R"({"views":[]})");
  EXPECT_EQ(
      Put("a%20night", R"({"query":"from=-8h"})").body, R"({"name":"a night","query":"from=-8h"})"
  );
  EXPECT_EQ(rest_.Get("/api/v1/views/a%20night").body, R"({"name":"a night","query":"from=-8h"})");
  EXPECT_EQ(
      rest_.Get("/api/v1/views").body, R"({"views":[{"name":"a night","query":"from=-8h"}]})"
  );
  EXPECT_EQ(rest_.Delete("/api/v1/views/a%20night").status, 204);
  EXPECT_EQ(rest_.Delete("/api/v1/views/a%20night").status, 404);
  EXPECT_EQ(rest_.Get("/api/v1/views/a%20night").status, 404);
}

TEST_F(SavedViewCallsTest, SayWhatIsWrong) {
  EXPECT_THAT(Put("a", "{").body, HasSubstr("bad-view"));
  EXPECT_THAT(Put("a", "[]").body, HasSubstr(R"(expected {\"query\")"));
  EXPECT_THAT(Put("a", R"({"query":5})").body, HasSubstr(R"(expected {\"query\")"));
  EXPECT_THAT(Put(std::string(129, 'n'), R"({"query":""})").body, HasSubstr("129 bytes"));
  EXPECT_EQ(Put("a", R"({"query":""})", "text/plain").status, 415);
}

TEST_F(SavedViewCallsTest, AreChangedByAdministratorsOnly) {
  EXPECT_EQ(rest_.ScopeOf("GET", "/api/v1/views"), net::Scope::kQuery);
  EXPECT_EQ(rest_.ScopeOf("GET", "/api/v1/views/a"), net::Scope::kQuery);
  EXPECT_EQ(rest_.ScopeOf("PUT", "/api/v1/views/a"), net::Scope::kAdmin);
  EXPECT_EQ(rest_.ScopeOf("DELETE", "/api/v1/views/a"), net::Scope::kAdmin);
}

}  // namespace
}  // namespace tidings::rest
