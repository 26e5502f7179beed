#include "net/http.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

Router TestRouter() {
  Router router;
  router.Add({.method = "GET", .pattern = "/ui/*"});
  router.Add({.method = "GET", .pattern = "/events/{id}"});
  router.Add({.method = "DELETE", .pattern = "/events/{id}"});
  router.Add({.method = "GET", .pattern = "/events/latest"});
  router.Add({.method = "POST", .pattern = "/events"});
  router.Add({.method = "GET", .pattern = "/"});
  return router;
}

std::string PatternFor(const Router& router, const char* method, const char* path) {
  const Router::Match match = router.Find(method, path);
  return match.route == nullptr ? "none" : match.route->pattern;
}

TEST(RouterTest, PrefersALiteralToAParameter) {
  const Router router = TestRouter();
  EXPECT_EQ(PatternFor(router, "GET", "/events/latest"), "/events/latest");
  EXPECT_EQ(PatternFor(router, "GET", "/events/7"), "/events/{id}");
}

TEST(RouterTest, FallsBackToAParameterWhenTheLiteralLacksTheMethod) {
  EXPECT_EQ(PatternFor(TestRouter(), "DELETE", "/events/latest"), "/events/{id}");
}

TEST(RouterTest, MatchesEveryPathBelowAWildcard) {
  const Router router = TestRouter();
  EXPECT_EQ(PatternFor(router, "GET", "/ui/"), "/ui/*");
  EXPECT_EQ(PatternFor(router, "GET", "/ui/a/b.js"), "/ui/*");
  EXPECT_EQ(PatternFor(router, "GET", "/ui"), "none");
}

TEST(RouterTest, DoesNotMatchLongerShorterOrEmptySegments) {
  const Router router = TestRouter();
  EXPECT_EQ(PatternFor(router, "GET", "/events/7/more"), "none");
  EXPECT_EQ(PatternFor(router, "GET", "/events/"), "none");
  EXPECT_EQ(PatternFor(router, "POST", "/events"), "/events");
  EXPECT_EQ(PatternFor(router, "GET", "/"), "/");
  EXPECT_EQ(PatternFor(router, "GET", "*"), "none");
}

TEST(RouterTest, MatchesPercentEncodedLiterals) {
  EXPECT_EQ(PatternFor(TestRouter(), "GET", "/ev%65nts/latest"), "/events/latest");
}

TEST(RouterTest, AnswersHeadWhereGetIs) {
  EXPECT_EQ(PatternFor(TestRouter(), "HEAD", "/events/7"), "/events/{id}");
  EXPECT_EQ(PatternFor(TestRouter(), "HEAD", "/events"), "none");
}

TEST(RouterTest, NamesTheMethodsOfAPath) {
  const Router::Match match = TestRouter().Find("PUT", "/events/7");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, (std::vector<std::string>{"GET", "DELETE", "HEAD"}));
}

TEST(RouterTest, NamesNoMethodsForAnUnknownPath) {
  EXPECT_TRUE(TestRouter().Find("GET", "/nowhere").allowed.empty());
}

TEST(PathParameterTest, DecodesTheSegment) {
  EXPECT_EQ(PathParameter("/a/{id}/c", "/a/x%2Fy%20z/c", "id"), "x/y z");
}

TEST(PathParameterTest, IsEmptyForABrokenEscapeAndAnUnknownName) {
  EXPECT_EQ(PathParameter("/a/{id}", "/a/%zz", "id"), "");
  EXPECT_EQ(PathParameter("/a/{id}", "/a/b", "name"), "");
}

TEST(ProblemTest, IsJsonWithExtraMembers) {
  const HttpResponse response = Problem(400, "bad", "Bad", "a \"word\"", R"("field":"name")");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(
      response.body,
      R"({"type":"bad","title":"Bad","status":400,"detail":"a \"word\"","field":"name"})"
  );
}

TEST(ProblemTest, GetsTheRequestsId) {
  HttpResponse problem = Problem(400, "bad", "Bad", "wrong");
  NameRequest(problem, "r-\"1\"");
  EXPECT_EQ(
      problem.body,
      R"({"type":"bad","title":"Bad","status":400,"detail":"wrong","request_id":"r-\"1\""})"
  );
}

TEST(ProblemTest, LeavesOtherAnswersAsTheyAre) {
  HttpResponse answer{.headers = {{"content-type", "application/json"}}, .body = "{}"};
  NameRequest(answer, "r-1");
  EXPECT_EQ(answer.body, "{}");
}

TEST(ProblemTest, EscapesWhatIsNoUtf8) {
  EXPECT_EQ(Problem(400, "bad", "Bad", "\xff").body.find('\xff'), std::string::npos);
}

TEST(HttpRequestTest, FindsTheFirstHeaderOfAName) {
  const HttpRequest request{.headers = {{"a", "1"}, {"b", "2"}, {"a", "3"}}};
  EXPECT_EQ(request.header("a"), "1");
  EXPECT_EQ(request.header("c"), "");
}

}  // namespace
}  // namespace tidings::net
