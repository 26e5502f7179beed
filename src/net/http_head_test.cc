#include "net/http_head.h"

#include <string>

#include <gtest/gtest.h>

#include "base/status.h"

namespace tidings::net {
namespace {

TEST(ParseTargetTest, CutsPathAndQuery) {
  const auto target = ParseTarget("/a/b?x=1?y");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a/b");
  EXPECT_EQ(target->query, "x=1?y");
}

TEST(ParseTargetTest, TakesAbsoluteForm) {
  const auto target = ParseTarget("http://host:1?q");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/");
  EXPECT_EQ(target->query, "q");
}

TEST(ParseTargetTest, RefusesWhatIsNoTarget) {
  for (const char* bad : {"", "a", "?q", "/a b", "/a#b", "/a\r", "a/b://c"}) {
    EXPECT_FALSE(ParseTarget(bad)) << bad;
  }
}

TEST(RequestIdTest, TakesOverOnlyHarmlessIds) {
  EXPECT_TRUE(IsSaneRequestId("a1-B2_c.d:e"));
  EXPECT_FALSE(IsSaneRequestId(""));
  EXPECT_FALSE(IsSaneRequestId("a b"));
  EXPECT_FALSE(IsSaneRequestId(std::string(129, 'a')));
}

TEST(RequestIdTest, NeverRepeats) {
  RequestIdSource source(7);
  EXPECT_NE(source.Next(), source.Next());
}

TEST(HttpDateTest, FollowsRfc9110) {
  HttpDate date;
  EXPECT_EQ(date.At(784111777123), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(CompressBodyTest, LeavesSmallAndBinaryBodiesAlone) {
  HttpResponse small{.headers = {{"content-type", "text/plain"}}, .body = std::string(1024, 's')};
  CompressBody(small, "gzip");
  EXPECT_EQ(small.body.size(), 1024U);
  HttpResponse binary{.headers = {{"content-type", "image/png"}}, .body = std::string(9999, 'b')};
  CompressBody(binary, "gzip");
  EXPECT_EQ(binary.body.size(), 9999U);
}

TEST(ProblemOfTest, TellsBusyClientsWhenToComeBack) {
  const HttpResponse response = ProblemOf(Unavailable("busy"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.back().name, "retry-after");
}

}  // namespace
}  // namespace tidings::net
