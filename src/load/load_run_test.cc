#include "load/load_run.h"

#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/drop_server.h"

namespace tidings::load {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Payload> Encode(const Shape& shape) {
  const uint64_t events = PlanLoad(shape).encoded_events;
  return EncodePayloads(shape, {.size = events}, events);
}

class LoadRunTest : public ::testing::TestWithParam<Protocol> {};

TEST_P(LoadRunTest, CountsEveryReportThatIsAcknowledged) {
  const auto server = DropServer::Start(GetParam());
  ASSERT_TRUE(server.ok());
  const Shape shape{
      .protocol = GetParam(),
      .connections = 3,
      .in_flight = HasStreams(GetParam()) ? size_t{4} : size_t{1},
      .batch = 30,
      .end_share = 0.5,
      .events = 2000};

  const auto result = RunLoad({.port = (*server)->port()}, shape, Encode(shape));

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->first_error, IsEmpty());
  EXPECT_EQ(result->events, 2000);
  EXPECT_EQ(result->reports, 3000);
  EXPECT_EQ(result->requests, 100);
  EXPECT_EQ(result->latency.count(), 100);
  EXPECT_EQ(result->failed_reports, 0);
}

TEST_P(LoadRunTest, SendsAtTheRateForTheDuration) {
  const auto server = DropServer::Start(GetParam());
  ASSERT_TRUE(server.ok());
  Shape shape{.protocol = GetParam(), .connections = 2, .batch = 10, .events = 100};
  const std::vector<Payload> payloads = Encode(shape);
  shape.events = 0;
  shape.duration = std::chrono::milliseconds(300);
  shape.rate = 10'000;

  const auto result = RunLoad({.port = (*server)->port()}, shape, payloads);

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->reports + result->unsent_reports, 3000);
  EXPECT_EQ(result->failed_reports, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Protocols,
    LoadRunTest,
    ::testing::Values(
        Protocol::kGrpc,
        Protocol::kGrpcBatched,
        Protocol::kHttp,
        Protocol::kHttp2,
        Protocol::kNdjson,
        Protocol::kOtlpGrpc,
        Protocol::kOtlpHttp,
        Protocol::kOtlpJson
    )
);

TEST(LoadRunMistakeTest, SaysWhatCannotBeConnectedTo) {
  uint16_t port = 0;
  {
    const auto gone = DropServer::Start(Protocol::kHttp);
    ASSERT_TRUE(gone.ok());
    port = (*gone)->port();
  }
  const Shape shape{.protocol = Protocol::kHttp, .events = 10};
  const auto result = RunLoad({.port = port}, shape, Encode(shape));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("cannot connect to 127.0.0.1:"));
}

TEST(LoadRunMistakeTest, CountsWhatIsRefusedAsFailed) {
  // HTTP/1.1 on a server that speaks HTTP/2: every connection is closed.
  const auto server = DropServer::Start(Protocol::kHttp2);
  ASSERT_TRUE(server.ok());
  const Shape shape{.protocol = Protocol::kHttp, .batch = 10, .events = 30};
  const auto result = RunLoad({.port = (*server)->port()}, shape, Encode(shape));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->reports, 0);
  EXPECT_EQ(result->failed_reports, 30);
  EXPECT_FALSE(result->first_error.empty());
}

TEST(PlanLoadTest, SendsManyEventsInLapsThatAreNotFewer) {
  const LoadPlan plan = PlanLoad({.events = 1'000'001});
  EXPECT_EQ(plan.laps, 5);
  EXPECT_GE(plan.laps * plan.encoded_events, 1'000'001);
  EXPECT_LE(plan.laps * plan.encoded_events, 1'000'006);
}

}  // namespace
}  // namespace tidings::load
