#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"
#include "base/thread_pool.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::NextPiece;
using rest_testing::RestHarness;
using rest_testing::WholeBody;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Events a-00001, a-00002, …, each a second after the one before.
void Report(RestHarness& rest, int count) {
  std::string reports;
  for (int i = 1; i <= count; ++i) {
    reports += fmt::format(
        R"({}{{"id":"a-{:05}","name":"A","start":{},"end":{}}})",
        i == 1 ? "[" : ",",
        i,
        1'000'000'000'000 + i * 1000,
        1'000'000'000'000 + i * 1000
    );
  }
  ASSERT_EQ(rest.Post(reports + "]").status, 200);
}

std::string IdsOf(const std::string& ndjson) {
  std::string ids;
  for (size_t at = ndjson.find("{\"id\":\""); at != std::string::npos;
       at = ndjson.find("{\"id\":\"", at + 1)) {
    ids += (ids.empty() ? "" : " ") + ndjson.substr(at + 7, 7);
  }
  return ids;
}

TEST(ExportEventsTest, GivesEveryEventOldestFirst) {
  RestHarness rest;
  Report(rest, 3);
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/x-ndjson");
  EXPECT_EQ(IdsOf(WholeBody(answer)), "a-00001 a-00002 a-00003");
}

TEST(ExportEventsTest, IsOneSnapshotHoweverLongItTakes) {
  RestHarness rest;
  Report(rest, 28'000);
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  ASSERT_NE(answer.stream, nullptr);
  rest.clock.Advance(std::chrono::minutes(14));
  const std::string second = NextPiece(*answer.stream).bytes;
  // Longer than a cursor lives, and what was yet to be read has changed meanwhile.
  rest.clock.Advance(std::chrono::minutes(14));
  ASSERT_EQ(rest.Post(R"({"id":"a-28000","name":"B","end":"now"})").status, 200);
  const std::string third = NextPiece(*answer.stream).bytes;
  const net::BodyStream::Piece fourth = NextPiece(*answer.stream);
  EXPECT_TRUE(fourth.is_last);
  EXPECT_EQ(IdsOf(answer.body + second + third + fourth.bytes).size(), 28'000 * 8 - 1);
  EXPECT_THAT(fourth.bytes, ::testing::Not(HasSubstr(R"("name":"B")")));
}

TEST(ExportEventsTest, ReadsAheadWhileAPieceIsSent) {
  RestHarness rest;
  Report(rest, 60'000);
  const std::string at_once = IdsOf(WholeBody(rest.Get("/api/v1/export")));
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  ThreadPool threads({.threads = 2});
  rest.executor.threads = &threads;
  EXPECT_EQ(IdsOf(WholeBody(answer)), at_once);
  EXPECT_EQ(at_once.size(), 60'000 * 8 - 1);
}

TEST(ExportEventsTest, TakesFilters) {
  RestHarness rest;
  Report(rest, 3);
  EXPECT_EQ(IdsOf(WholeBody(rest.Get("/api/v1/export?id=*2&q=name:A"))), "a-00002");
  EXPECT_EQ(WholeBody(rest.Get("/api/v1/export?id=none")), "");
}

TEST(ExportEventsTest, WritesCsv) {
  RestHarness rest;
  ASSERT_EQ(rest.Post(R"({"id":"a","name":"=1+1","start":5})").status, 200);
  const net::HttpResponse answer = rest.Get("/api/v1/export?format=csv");
  EXPECT_EQ(HeaderOf(answer, "content-type"), "text/csv; charset=utf-8");
  EXPECT_THAT(WholeBody(answer), StartsWith("id,service,"));
  EXPECT_THAT(WholeBody(answer), HasSubstr("\r\na,,,,GENERAL,'=1+1,Normal,"));
}

TEST(ExportEventsTest, RefusesAFormThatItDoesNotKnow) {
  RestHarness rest;
  const net::HttpResponse answer = rest.Get("/api/v1/export?format=xml");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("format is 'xml', expected ndjson or csv"));
}

TEST(ExportEventsTest, IsCutOffWhenTheServerCannotGoOn) {
  RestHarness rest;
  Report(rest, 28'000);
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  rest.executor.full = true;
  EXPECT_FALSE(NextPiece(*answer.stream).is_broken) << "it was read already";
  EXPECT_TRUE(NextPiece(*answer.stream).is_broken);
}

}  // namespace
}  // namespace tidings::rest
