#include "net/access.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "net/grpc.h"

namespace tidings::net {
namespace {

using testing::HasSubstr;

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    Scopes scopes;
    scopes.Add(Scope::kIngest);
    std::ofstream(path_) << FormatTokenLine("agent", scopes, HashToken("good")) << "\n";
  }
  ~AccessTest() override { std::filesystem::remove(path_); }

  Access WithTokens(RateConfig rates = {}) {
    return {LoadTokens(path_).value(), std::make_shared<Senders>(rates, clock_)};
  }
  static HttpRequest From(std::string address, std::vector<Header> headers = {}) {
    HttpRequest request;
    request.remote_address = std::move(address);
    request.remote_is_loopback = request.remote_address == "127.0.0.1";
    request.headers = std::move(headers);
    request.request_id = "r-1";
    return request;
  }
  static HttpRequest Bearing(std::string token) {
    return From("192.0.2.7", {{"authorization", "Bearer " + std::move(token)}});
  }

  ManualClock clock_;
  const std::string path_ =
      fmt::format("{}/tokens-{}", std::filesystem::temp_directory_path().string(), getpid());
};

TEST_F(AccessTest, LetsOnlyTheOwnMachineAdministerWithoutTokens) {
  HttpRequest local = From("127.0.0.1");
  HttpRequest distant = From("192.0.2.7");
  EXPECT_FALSE(Access().Admit(local, Scope::kAdmin).has_value());
  EXPECT_FALSE(Access().Admit(distant, Scope::kIngest).has_value());
  EXPECT_FALSE(distant.scopes.Has(Scope::kAdmin));
  const auto denial = Access().Admit(distant, Scope::kAdmin);
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->ToResponse().status, 403);
  EXPECT_THAT(denial->detail, HasSubstr("192.0.2.7"));
}

TEST_F(AccessTest, AsksTheOwnMachineTooWhenThereAreTokens) {
  HttpRequest local = From("127.0.0.1");
  EXPECT_EQ(WithTokens().Admit(local, Scope::kAdmin)->kind, Denial::Kind::kUnauthenticated);
  EXPECT_FALSE(WithTokens().Admit(local, Scope::kOpen).has_value());
}

TEST_F(AccessTest, LetsNoPageOfAnotherSiteChangeAnythingWithoutTokens) {
  const auto denied = [](std::string method, std::vector<Header> headers) {
    HttpRequest request = From("127.0.0.1", std::move(headers));
    request.method = std::move(method);
    request.headers.push_back({"host", "127.0.0.1:12800"});
    return Access().Admit(request, Scope::kIngest).has_value();
  };
  EXPECT_TRUE(denied("POST", {{"origin", "https://evil.example"}}));
  EXPECT_TRUE(denied("POST", {{"origin", "null"}}));
  EXPECT_FALSE(denied("POST", {}));
  EXPECT_FALSE(denied("POST", {{"origin", "http://127.0.0.1:12800"}}));
  EXPECT_FALSE(denied("POST", {{"origin", "http://name"}, {"sec-fetch-site", "same-origin"}}));
  EXPECT_FALSE(denied("GET", {{"origin", "https://evil.example"}}));
}

TEST_F(AccessTest, TakesACookieForChangesOnlyFromTheOwnPage) {
  struct Case {
    std::string method;
    std::vector<Header> headers;
    bool is_admitted;
  };
  const std::vector<Case> cases = {
      {"GET", {}, true},
      {"HEAD", {}, true},
      {"POST", {}, false},
      {"POST", {{"origin", "https://t.example"}}, true},
      {"DELETE", {{"origin", "https://t.example"}}, true},
      {"POST", {{"origin", "https://evil.example"}}, false},
      {"POST", {{"origin", "https://t.example.evil.example"}}, false},
      {"POST", {{"origin", "null"}}, false},
      {"POST", {{"sec-fetch-site", "same-origin"}}, true},
      {"POST", {{"sec-fetch-site", "same-site"}}, false},
      {"POST", {{"authorization", "Bearer good"}, {"origin", "https://evil.example"}}, true}};
  for (const Case& given : cases) {
    HttpRequest request = From("192.0.2.7", given.headers);
    request.method = given.method;
    request.headers.push_back({"host", "t.example"});
    request.headers.push_back({"cookie", "tidings_token=good"});
    const auto denial = WithTokens().Admit(request, Scope::kIngest);
    EXPECT_EQ(!denial.has_value(), given.is_admitted) << given.method;
    EXPECT_TRUE(!denial || denial->kind == Denial::Kind::kForbidden);
  }
}

TEST_F(AccessTest, TakesATokenInAnyOfItsPlaces) {
  const std::vector<Header> ways = {
      {"authorization", "Bearer good"},
      {"authorization", "bearer good"},
      {"authentication", "good"}};
  for (const Header& header : ways) {
    HttpRequest request = From("192.0.2.7", {header});
    EXPECT_FALSE(WithTokens().Admit(request, Scope::kIngest).has_value()) << header.value;
    EXPECT_EQ(request.token_name, "agent");
    EXPECT_EQ(WithTokens().Admit(request, Scope::kQuery)->kind, Denial::Kind::kForbidden);
  }
  HttpRequest cookie = From(
      "192.0.2.7",
      {{"host", "t:1"},
       {"cookie", "a=b"},
       {"cookie", "c=d; tidings_token=good"},
       {"origin", "http://t:1"}}
  );
  EXPECT_FALSE(WithTokens().Admit(cookie, Scope::kIngest).has_value());
  HttpRequest other = From("192.0.2.7", {{"cookie", "x_tidings_token=good"}});
  EXPECT_EQ(WithTokens().Admit(other, Scope::kIngest)->kind, Denial::Kind::kUnauthenticated);
  HttpRequest basic = From("192.0.2.7", {{"authorization", "Basic good"}});
  EXPECT_EQ(WithTokens().Admit(basic, Scope::kIngest)->kind, Denial::Kind::kUnauthenticated);
}

TEST_F(AccessTest, TellsInTheWordsOfBothProtocols) {
  HttpRequest none = From("192.0.2.7");
  const Denial denial = *WithTokens().Admit(none, Scope::kIngest);
  const HttpResponse response = denial.ToResponse();
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.back().name, "www-authenticate");
  EXPECT_EQ(denial.ToStatus().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(AccessTest, SlowsGuessingDownButNotGoodTokens) {
  const Access access = WithTokens();
  HttpRequest wrong = Bearing("wrong");
  HttpRequest good = Bearing("good");
  int looked_at = 0;
  while (access.Admit(wrong, Scope::kIngest)->kind == Denial::Kind::kUnauthenticated) {
    ASSERT_LT(++looked_at, 100);
  }
  EXPECT_EQ(looked_at, 21);
  EXPECT_FALSE(access.Admit(good, Scope::kIngest).has_value());
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(access.Admit(wrong, Scope::kIngest)->kind, Denial::Kind::kUnauthenticated);
}

TEST_F(AccessTest, MakesWhoOwesTooMuchWait) {
  const Access access = WithTokens({.per_token = {.events_per_second = 10}});
  HttpRequest first = Bearing("good");
  ASSERT_FALSE(access.Admit(first, Scope::kIngest).has_value());
  EXPECT_EQ(first.rate->Wait().count(), 0);
  ChargeEvents(first, 50);
  HttpRequest second = Bearing("good");
  ASSERT_FALSE(access.Admit(second, Scope::kIngest).has_value());
  EXPECT_EQ(second.rate->Wait(), std::chrono::seconds(3));
  clock_.Advance(std::chrono::seconds(3));
  EXPECT_EQ(second.rate->Wait().count(), 0);
}

TEST_F(AccessTest, TellsWhoIsTooFastWhenToGoOn) {
  const Denial denial = TooFast(std::chrono::milliseconds(2001));
  EXPECT_EQ(denial.reason(), "rate");
  EXPECT_EQ(denial.ToStatus().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(denial.ToStatus().GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  const HttpResponse response = denial.ToResponse();
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.back().name, "retry-after");
  EXPECT_EQ(response.headers.back().value, "3");
}

TEST_F(AccessTest, TakesAPermissionBackWithItsToken) {
  const auto tokens = LoadTokens(path_).value();
  const auto access =
      std::make_shared<const Access>(tokens, std::make_shared<Senders>(RateConfig{}, clock_));
  const auto request = std::make_shared<HttpRequest>(Bearing("good"));
  ASSERT_FALSE(access->Admit(*request, Scope::kIngest).has_value());
  Permission permission(access, request, Scope::kIngest);
  EXPECT_TRUE(permission.Holds());
  Scopes scopes;
  scopes.Add(Scope::kIngest);
  const std::string line = FormatTokenLine("agent", scopes, HashToken("good"));
  std::ofstream(path_) << FormatTokenLine("other", scopes, HashToken("new")) << "\n"
                       << line << "\n";
  tokens->Reload();
  EXPECT_TRUE(permission.Holds()) << "the token is still there";
  std::ofstream(path_) << FormatTokenLine("agent", scopes, HashToken("renewed")) << "\n";
  tokens->Reload();
  EXPECT_FALSE(permission.Holds());
}

TEST_F(AccessTest, HoldsAPermissionWithoutTokens) {
  Permission permission(
      std::make_shared<const Access>(),
      std::make_shared<HttpRequest>(From("192.0.2.7")),
      Scope::kIngest
  );
  EXPECT_TRUE(permission.Holds());
}

TEST_F(AccessTest, NeedsTheScopeAdminUnlessARouteSaysElse) {
  EXPECT_EQ(Route().scope, Scope::kAdmin);
  EXPECT_EQ(GrpcServices::Entry().scope, Scope::kAdmin);
}

}  // namespace
}  // namespace tidings::net
