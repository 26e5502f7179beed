#include "receiver/otlp/logs_handler.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "base/manual_clock.h"
#include "base/status.h"
#include "base/wire.h"
#include "net/grpc_wire.h"
#include "receiver/otlp/other_signal.h"
#include "receiver/testing/receiver_contract.h"

namespace tidings::otlp {
namespace {

using receiver_testing::Answer;
using receiver_testing::HeldSink;
using receiver_testing::ReceiverHarness;
using receiver_testing::SentReport;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

std::string EncodeJson(const std::vector<SentReport>& reports) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("resourceLogs").BeginArray().BeginObject().Key("scopeLogs").BeginArray();
  json.BeginObject().Key("logRecords").BeginArray();
  for (const SentReport& report : reports) {
    json.BeginObject().Key("eventName").String(report.name);
    json.Key("timeUnixNano").Int(report.start * 1'000'000).Key("attributes").BeginArray();
    json.BeginObject().Key("key").String("event.id").Key("value").BeginObject();
    json.Key("stringValue").String(report.id).EndObject().EndObject().EndArray().EndObject();
  }
  json.EndArray().EndObject().EndArray().EndObject().EndArray().EndObject();
  return out;
}

class LogsHarness final : public ReceiverHarness {
 public:
  explicit LogsHarness(HeldSink& sink)
      : handler_(std::make_shared<LogIntake>(Config{.max_records = 10}, sink, clock_, registry_)) {}

  size_t Post(std::string body, const std::string& media_type = "application/json") {
    const auto request = std::make_shared<net::HttpRequest>();
    request->headers.push_back({"content-type", media_type});
    std::optional<net::HttpResponse>& answer = answers_.emplace_back();
    handler_.Handle(request, std::move(body), [&answer](net::HttpResponse response) {
      answer = std::move(response);
    });
    return answers_.size() - 1;
  }

  size_t Send(const std::vector<SentReport>& reports) override { return Post(EncodeJson(reports)); }
  size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) override {
    return Post(EncodeJson(reports) + "]");
  }
  bool StoresBeforeGarbage() const override { return false; }

  Answer AnswerTo(size_t request) const override {
    const std::optional<net::HttpResponse>& answer = answers_[request];
    if (!answer) {
      return Answer::kNone;
    }
    if (answer->status == 503) {
      return Answer::kRetryLater;
    }
    if (answer->status != 200) {
      return Answer::kRefused;
    }
    return answer->body == "{}" ? Answer::kAcknowledged : Answer::kPartly;
  }

  std::string AnswerText(size_t request) const override { return answers_[request].value().body; }
  const net::HttpResponse& Response(size_t request) const { return answers_[request].value(); }

 private:
  ManualClock clock_;
  prometheus::Registry registry_;
  LogsHandler handler_;
  std::deque<std::optional<net::HttpResponse>> answers_;
};

std::unique_ptr<ReceiverHarness> MakeLogsHarness(HeldSink& sink) {
  return std::make_unique<LogsHarness>(sink);
}

class LogsHandlerTest : public testing::Test {
 protected:
  HeldSink sink_;
  LogsHarness harness_{sink_};
};

testing::Matcher<const net::Header&> Header(const char* name, const std::string& value) {
  return testing::AllOf(Field(&net::Header::name, name), Field(&net::Header::value, value));
}

/// An ExportLogsServiceRequest of one record with this event name.
std::string ProtobufRequest(std::string_view name) {
  std::string message(name);
  for (const uint32_t field : {12U, 2U, 2U, 1U}) {
    std::string outer;
    wire::Writer(outer).Bytes(field, message);
    message = outer;
  }
  return message;
}

TEST_F(LogsHandlerTest, AnswersInKind) {
  const size_t json = harness_.Send({{.id = "a", .name = "A"}});
  const size_t protobuf = harness_.Post(ProtobufRequest("B"), "application/x-protobuf");
  sink_.CompleteAll();

  EXPECT_EQ(harness_.Response(json).body, "{}");
  EXPECT_THAT(
      harness_.Response(json).headers, ElementsAre(Header("content-type", "application/json"))
  );
  EXPECT_EQ(harness_.Response(protobuf).status, 200);
  EXPECT_EQ(harness_.Response(protobuf).body, "");
  EXPECT_THAT(
      harness_.Response(protobuf).headers,
      ElementsAre(Header("content-type", "application/x-protobuf"))
  );
  EXPECT_EQ(sink_.stored().size(), 2U);
}

TEST_F(LogsHandlerTest, TellsRejectedRecordsInAPartialSuccess) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}, {.id = "b", .name = "bad"}});
  sink_.CompleteAll();

  EXPECT_EQ(harness_.Response(request).status, 200);
  EXPECT_EQ(
      harness_.Response(request).body,
      R"({"partialSuccess":{"rejectedLogRecords":"1","errorMessage":)"
      R"("1 of 2 log records rejected: #1 name: is bad"}})"
  );
}

TEST_F(LogsHandlerTest, RefusesWhatItCannotReadWithAStatusInKind) {
  const size_t json = harness_.Post("{");
  EXPECT_EQ(harness_.Response(json).status, 400);
  EXPECT_THAT(harness_.Response(json).body, HasSubstr(R"({"code":3,"message":"no JSON)"));

  const size_t protobuf = harness_.Post("\xff", "application/x-protobuf");
  EXPECT_EQ(harness_.Response(protobuf).status, 400);
  EXPECT_EQ(
      harness_.Response(protobuf).body,
      net::EncodeRpcStatus(
          InvalidArgument("no ExportLogsServiceRequest: the request is malformed or cut off")
      )
  );
}

TEST_F(LogsHandlerTest, SaysWhenToComeBack) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}});
  sink_.CompleteOldest(Unavailable("the disk is full"));

  EXPECT_EQ(harness_.Response(request).status, 503);
  EXPECT_THAT(harness_.Response(request).headers, Contains(Header("retry-after", "1")));
}

TEST_F(LogsHandlerTest, RefusesForGoodWhatTheStoreWillNeverTake) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}});
  sink_.CompleteOldest(Internal("broken"));

  EXPECT_EQ(harness_.Response(request).status, 507) << "no client tries that again";
}

TEST_F(LogsHandlerTest, RefusesMoreRecordsThanTheLimit) {
  const size_t request = harness_.Send(std::vector<SentReport>(11, {.id = "a", .name = "A"}));

  EXPECT_EQ(harness_.Response(request).status, 413);
  EXPECT_EQ(sink_.held(), 0U);
}

TEST_F(LogsHandlerTest, SaysWhichHeaderToAdd) {
  const size_t request = harness_.Post("{}", "text/plain");

  EXPECT_EQ(harness_.Response(request).status, 415);
  EXPECT_THAT(harness_.Response(request).body, HasSubstr("Content-Type: application/json"));
}

TEST(OtherSignalHandlerTest, SaysWhatToDoWithMetrics) {
  const auto request = std::make_shared<net::HttpRequest>();
  request->path = "/v1/metrics";
  net::HttpResponse answer;
  OtherSignalHandler().Handle(request, "", [&answer](net::HttpResponse response) {
    answer = std::move(response);
  });

  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("OTEL_METRICS_EXPORTER=none"));
}

TEST(OtherSignalTest, SaysWhatToDoWithProfiles) {
  for (const char* const path :
       {"/v1development/profiles",
        "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export"}) {
    EXPECT_THAT(AdviceFor(path), HasSubstr("and no profiles: send profiles to another endpoint"));
    EXPECT_TRUE(LooksLikeOtlp(path));
  }
  EXPECT_TRUE(LooksLikeOtlp("/v1/log"));
  EXPECT_FALSE(LooksLikeOtlp("/v3/events"));
}

}  // namespace
}  // namespace tidings::otlp

namespace tidings::receiver_testing {
INSTANTIATE_TEST_SUITE_P(OtlpHttp, ReceiverContract, testing::Values(&otlp::MakeLogsHarness));
}  // namespace tidings::receiver_testing
