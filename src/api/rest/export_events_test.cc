#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::NextPiece;
using rest_testing::RestHarness;
using rest_testing::WholeBody;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Events a-0001, a-0002, …, each a second after the one before.
void Report(RestHarness& rest, int count) {
  std::string reports;
  for (int i = 1; i <= count; ++i) {
    reports += fmt::format(
        R"({}{{"id":"a-{:04}","name":"A","start":{},"end":{}}})",
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
    ids += (ids.empty() ? "" : " ") + ndjson.substr(at + 7, 6);
  }
  return ids;
}

TEST(ExportEventsTest, GivesEveryEventOldestFirst) {
  RestHarness rest;
  Report(rest, 3);
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/x-ndjson");
  EXPECT_EQ(IdsOf(WholeBody(answer)), "a-0001 a-0002 a-0003");
}

TEST(ExportEventsTest, IsOneSnapshotHoweverLongItTakes) {
  RestHarness rest;
  Report(rest, 5'000);
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  ASSERT_NE(answer.stream, nullptr);
  rest.clock.Advance(std::chrono::minutes(14));
  const std::string second = NextPiece(*answer.stream).bytes;
  // Longer than a cursor lives, and what was yet to come has changed meanwhile.
  rest.clock.Advance(std::chrono::minutes(14));
  ASSERT_EQ(rest.Post(R"({"id":"a-5000","name":"B","end":"now"})").status, 200);
  const net::BodyStream::Piece third = NextPiece(*answer.stream);
  EXPECT_TRUE(third.is_last);
  EXPECT_EQ(IdsOf(answer.body + second + third.bytes).size(), 5'000 * 7 - 1);
  EXPECT_THAT(third.bytes, ::testing::Not(HasSubstr(R"("name":"B")")));
}

TEST(ExportEventsTest, TakesFilters) {
  RestHarness rest;
  Report(rest, 3);
  EXPECT_EQ(IdsOf(WholeBody(rest.Get("/api/v1/export?id=*2&q=name:A"))), "a-0002");
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
  Report(rest, 5'000);
  const net::HttpResponse answer = rest.Get("/api/v1/export");
  rest.executor.full = true;
  EXPECT_TRUE(NextPiece(*answer.stream).is_broken);
}

}  // namespace
}  // namespace tidings::rest
