// What SkyWalking's clients were seen to send, and what we make of it.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_document.h"
#include "base/status.h"
#include "base/testing/golden.h"
#include "codec/skywalking/event_json.h"
#include "codec/skywalking/event_protobuf.h"
#include "codec/testing/decoded.h"

namespace tidings::skywalking {
namespace {

using simdjson::dom::element;
using testing::Describe;
using ::testing::ElementsAre;
using testing::Lines;
using testing::ReadTestFile;
using testing::ReportSpec;
using testing::SpecOf;

std::string TextOf(element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) ? std::string() : std::string(text);
}

int64_t NumberOf(element object, std::string_view key) {
  int64_t number = 0;
  return object[key].get(number) ? 0 : number;
}

/// The fields beside a captured message, as another implementation decoded them.
ReportSpec SpecOfSample(element decoded) {
  ReportSpec spec{
      .id = TextOf(decoded, "uuid"),
      .layer = TextOf(decoded, "layer"),
      .name = TextOf(decoded, "name"),
      .message = TextOf(decoded, "message"),
      .type = TextOf(decoded, "type") == "Error" ? EventType::kError : EventType::kNormal,
      .start = NumberOf(decoded, "startTime"),
      .end = NumberOf(decoded, "endTime")};
  element source;
  if (!decoded["source"].get(source)) {
    spec.service = TextOf(source, "service");
    spec.instance = TextOf(source, "serviceInstance");
    spec.endpoint = TextOf(source, "endpoint");
  }
  simdjson::dom::object parameters;
  if (!decoded["parameters"].get(parameters)) {
    for (const auto& [key, value] : parameters) {
      spec.parameters.emplace_back(key, std::string(value.get_string().value()));
    }
  }
  return spec;
}

/// A message of a client, `testdata/NAME.bin`, with its description, `testdata/NAME.json`.
class CapturedMessageTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::string message() const { return ReadTestFile("testdata/" + GetParam() + ".bin"); }
  ReportSpec described() const {
    const auto document = JsonDocument::Parse(ReadTestFile("testdata/" + GetParam() + ".json"), 16);
    EXPECT_TRUE(document.ok()) << document.status();
    return document.ok() ? SpecOfSample((*document)->root()["decoded"].value()) : ReportSpec{};
  }
};

TEST_P(CapturedMessageTest, GivesTheFieldsDescribedBesideIt) {
  const std::string bytes = message();
  ReportBatch batch;

  ASSERT_TRUE(DecodeEvent(bytes, 0, batch).ok());

  ASSERT_EQ(batch.reports.size(), 1U);
  EXPECT_EQ(Describe(SpecOf(batch.reports[0], batch)), Describe(described()));
}

TEST_P(CapturedMessageTest, IsWrittenAgainByteForByte) {
  const std::string bytes = message();
  ReportBatch batch;
  ASSERT_TRUE(DecodeEvent(bytes, 0, batch).ok());

  std::string written;
  AppendEvent(written, ViewOf(batch.reports[0], batch));

  EXPECT_EQ(written, bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Clients,
    CapturedMessageTest,
    ::testing::Values(
        "java-agent-start",
        "k8s-normal-pod",
        "k8s-warning-pod",
        "swctl-end-same-uuid",
        "swctl-i18n",
        "swctl-parameters",
        "swctl-start-only",
        "swctl-type-error"
    ),
    [](const ::testing::TestParamInfo<std::string>& name) {
      std::string identifier = name.param;
      std::replace(identifier.begin(), identifier.end(), '-', '_');
      return identifier;
    }
);

std::vector<std::string> DecodeFile(const std::string& path) {
  ReportBatch batch;
  const absl::Status status = DecodeEventsJson(ReadTestFile(path), {}, batch);
  return status.ok() ? Lines(batch) : std::vector{std::string(MessageOf(status))};
}

TEST(HttpSamplesTest, ArrayWithTimesAsTextAndAsNumber) {
  EXPECT_THAT(
      DecodeFile("testdata/http-array.json"),
      ElementsAre(
          "#0 " + Describe(ReportSpec{
                      .id = "http-1",
                      .service = "checkout",
                      .instance = "checkout-1",
                      .endpoint = "/pay",
                      .layer = "GENERAL",
                      .name = "Upgrade",
                      .message = "Upgrade from {from} to {to}",
                      .parameters = {{"from", std::string("1.4")}, {"to", std::string("1.5")}},
                      .type = EventType::kError,
                      .start = 1'700'000'000'000}),
          "#1 " + Describe(ReportSpec{.id = "http-1", .layer = "GENERAL", .end = 1'700'000'060'000})
      )
  );
}

TEST(HttpSamplesTest, DocumentedExampleWithSourceInstanceAndWithoutLayer) {
  EXPECT_THAT(
      DecodeFile("testdata/http-like-documented.json"),
      ElementsAre(
          "#0 " + Describe(ReportSpec{
                      .id = "5d2b6a0e-7f0c-4c55-9a43-0c1b6f6b8a11",
                      .service = "checkout",
                      .instance = "checkout-1",
                      .name = "Reboot",
                      .message = "Reboot from {from} to {to}",
                      .parameters = {{"from", std::string("a")}, {"to", std::string("b")}},
                      .start = 1'700'000'000'000,
                      .end = 1'700'000'060'000})
      )
  );
}

}  // namespace
}  // namespace tidings::skywalking
