#include "load/payload.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::load {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kIdBytes = 36;

const Dataset kDataset{.size = 1000};

std::vector<Payload> Encode(Protocol protocol, uint64_t events, double end_share = 0) {
  return EncodePayloads(
      {.protocol = protocol, .batch = 10, .end_share = end_share}, kDataset, events
  );
}

std::vector<std::string> IdsOf(const std::vector<Payload>& payloads, uint64_t lap = 0) {
  std::vector<std::string> ids;
  for (const Payload& payload : payloads) {
    const std::string bytes = BytesOfLap(payload, lap);
    for (const uint32_t at : payload.ids) {
      ids.push_back(bytes.substr(at, kIdBytes));
    }
  }
  return ids;
}

class PayloadTest : public ::testing::TestWithParam<Protocol> {};

TEST_P(PayloadTest, CarriesEveryEventOnceInOrder) {
  const std::vector<Payload> payloads = Encode(GetParam(), 25);
  ASSERT_THAT(payloads, SizeIs(3));
  EXPECT_EQ(payloads[2].reports, 5);
  const std::vector<std::string> ids = IdsOf(payloads);
  ASSERT_THAT(ids, SizeIs(25));
  for (uint64_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(ids[i], kDataset.At(i).uuid);
  }
}

TEST_P(PayloadTest, HasOtherIdsAndNothingElseInAnotherLap) {
  const std::vector<Payload> payloads = Encode(GetParam(), 25);
  std::set<std::string> all;
  for (const uint64_t lap : {0, 1, 2}) {
    const std::vector<std::string> ids = IdsOf(payloads, lap);
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_THAT(all, SizeIs(75));
  EXPECT_EQ(BytesOfLap(payloads[0], 1).size(), payloads[0].bytes.size());
}

TEST_P(PayloadTest, TellsTheShareOfEndsAloneBehindTheirStarts) {
  const std::vector<Payload> payloads = Encode(GetParam(), 600, 0.5);
  uint32_t reports = 0;
  uint32_t events = 0;
  for (const Payload& payload : payloads) {
    reports += payload.reports;
    events += payload.events;
  }
  EXPECT_EQ(events, 600);
  EXPECT_EQ(reports, 900);
  EXPECT_EQ(payloads.back().events, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Protocols,
    PayloadTest,
    ::testing::Values(
        Protocol::kGrpc,
        Protocol::kHttp,
        Protocol::kHttp2,
        Protocol::kNdjson,
        Protocol::kOtlpGrpc,
        Protocol::kOtlpHttp,
        Protocol::kOtlpJson
    )
);

TEST(PayloadShapeTest, IsOneArrayOverHttp) {
  const std::vector<Payload> payloads = Encode(Protocol::kHttp, 10);
  EXPECT_TRUE(payloads[0].bytes.starts_with("[{"));
  EXPECT_TRUE(payloads[0].bytes.ends_with("}]"));
}

TEST(PayloadShapeTest, IsOneReportALineAsNdjson) {
  const std::string bytes = Encode(Protocol::kNdjson, 10)[0].bytes;
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), 10);
  EXPECT_EQ(bytes.back(), '\n');
}

TEST(PayloadShapeTest, KnowsWhereEachFramedMessageEnds) {
  const Payload payload = Encode(Protocol::kGrpc, 10)[0];
  ASSERT_THAT(payload.message_ends, SizeIs(10));
  const auto first = static_cast<unsigned char>(payload.bytes[3]) * 256U +
                     static_cast<unsigned char>(payload.bytes[4]);
  EXPECT_EQ(payload.message_ends[0], first + 5);
  EXPECT_EQ(payload.message_ends[9], payload.bytes.size());
}

TEST(PayloadShapeTest, IsOneMessageOverOtlp) {
  const Payload payload = Encode(Protocol::kOtlpGrpc, 10)[0];
  EXPECT_THAT(payload.message_ends, ::testing::ElementsAre(payload.bytes.size()));
  EXPECT_EQ(Encode(Protocol::kOtlpHttp, 10)[0].bytes, payload.bytes.substr(5));
}

TEST(PayloadShapeTest, LeavesTheEndOutOfAStart) {
  const std::vector<Payload> payloads = Encode(Protocol::kHttp, 10, 1);
  EXPECT_THAT(payloads[0].bytes, HasSubstr(R"("endTime":0)"));
  EXPECT_THAT(payloads[1].bytes, HasSubstr(R"("startTime":0)"));
  EXPECT_THAT(payloads[1].bytes, Not(HasSubstr(R"("endTime":0)")));
}

}  // namespace
}  // namespace tidings::load
