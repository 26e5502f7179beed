#include "api/rest/login.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"

/// With tokens: tests/e2e/test_auth.py.
namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::RestHarness;
using ::testing::HasSubstr;

net::HttpResponse Post(std::string call, std::string body, std::string type = "application/json") {
  RestHarness rest;
  return rest.Send(
      {.method = "POST",
       .target = "/api/v1/" + std::move(call),
       .body = std::move(body),
       .content_type = std::move(type)}
  );
}

TEST(LoginTest, PutsTheTokenIntoACookieThatNoScriptReads) {
  const net::HttpResponse answer = Post("login", R"({"token":"tok-en_1"})");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(
      HeaderOf(answer, "set-cookie"), "tidings_token=tok-en_1; Path=/; HttpOnly; SameSite=Strict"
  );
}

TEST(LoginTest, TakesNothingThatCouldChangeTheCookie) {
  for (const char* token : {"", "a;Domain=x", "a b", "a\\r\\nx: y", "a,b", "ä"}) {
    const net::HttpResponse answer = Post("login", std::string(R"({"token":")") + token + R"("})");
    EXPECT_EQ(answer.status, 400) << token;
    EXPECT_EQ(HeaderOf(answer, "set-cookie"), "");
  }
  EXPECT_EQ(Post("login", "{").status, 400);
  EXPECT_EQ(Post("login", R"({"token":5})").status, 400);
  EXPECT_EQ(Post("login", "token=a", "application/x-www-form-urlencoded").status, 415);
}

TEST(LogoutTest, TakesTheCookieAway) {
  const net::HttpResponse answer = Post("logout", "");
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(HeaderOf(answer, "set-cookie"), HasSubstr("tidings_token=; "));
  EXPECT_THAT(HeaderOf(answer, "set-cookie"), HasSubstr("; Max-Age=0"));
}

}  // namespace
}  // namespace tidings::rest
