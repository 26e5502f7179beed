#include "receiver/otlp/export_method.h"

#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "base/status.h"
#include "base/wire.h"
#include "receiver/testing/receiver_contract.h"
#include "receiver/testing/recording_responder.h"

namespace tidings::otlp {
namespace {

using receiver_testing::Answer;
using receiver_testing::HeldSink;
using receiver_testing::ReceiverHarness;
using receiver_testing::RecordingResponder;
using receiver_testing::SentReport;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string GrpcField(uint32_t number, std::string_view bytes) {
  std::string out;
  wire::Writer(out).Bytes(number, bytes);
  return out;
}

/// An ExportLogsServiceRequest of one record per report.
std::string EncodeRequest(const std::vector<SentReport>& reports) {
  std::string scope_logs;
  for (const SentReport& report : reports) {
    const std::string id = GrpcField(1, "event.id") + GrpcField(2, GrpcField(1, report.id));
    std::string record = GrpcField(6, id) + GrpcField(12, report.name);
    wire::Writer(record).Fixed64(1, static_cast<uint64_t>(report.start) * 1'000'000);
    scope_logs += GrpcField(2, record);
  }
  return GrpcField(1, GrpcField(2, scope_logs));
}

struct ExportedCall {
  std::shared_ptr<RecordingResponder> responder =
      std::make_shared<receiver_testing::RecordingResponder>();
  std::unique_ptr<net::GrpcCall> call;

  void Send(const std::string& payload) const {
    auto buffer = std::make_shared<std::string>(payload);
    std::vector<net::GrpcMessage> messages;
    messages.push_back({*buffer, buffer, 0});
    call->OnMessages(messages);
  }
};

class ExportHarness final : public ReceiverHarness {
 public:
  explicit ExportHarness(HeldSink& sink)
      : intake_(std::make_shared<LogIntake>(Config{.max_records = 10}, sink, clock_, registry_)),
        method_(intake_) {}

  ExportedCall& Start() {
    ExportedCall& call = calls_.emplace_back();
    call.call =
        method_.Start({.request = std::make_shared<net::HttpRequest>(), .responder = call.responder}
        );
    return call;
  }

  size_t SendBytes(const std::string& bytes) {
    ExportedCall& call = Start();
    call.Send(bytes);
    call.call->OnHalfClose();
    return calls_.size() - 1;
  }

  size_t Send(const std::vector<SentReport>& reports) override {
    return SendBytes(EncodeRequest(reports));
  }
  size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) override {
    return SendBytes(EncodeRequest(reports) + "\xff\xff");
  }
  bool StoresBeforeGarbage() const override { return false; }

  Answer AnswerTo(size_t request) const override {
    const RecordingResponder& responder = *calls_[request].responder;
    if (responder.finishes.empty()) {
      return Answer::kNone;
    }
    if (!responder.finishes[0].ok()) {
      return responder.finishes[0].code() == absl::StatusCode::kUnavailable ? Answer::kRetryLater
                                                                            : Answer::kRefused;
    }
    return responder.messages.at(0).empty() ? Answer::kAcknowledged : Answer::kPartly;
  }

  std::string AnswerText(size_t request) const override {
    const RecordingResponder& responder = *calls_[request].responder;
    return responder.messages.empty() ? std::string(MessageOf(responder.finishes.at(0)))
                                      : responder.messages[0];
  }

  prometheus::Registry& registry() { return registry_; }
  const RecordingResponder& Responder(size_t request) const { return *calls_[request].responder; }

 private:
  ManualClock clock_;
  prometheus::Registry registry_;
  std::shared_ptr<LogIntake> intake_;
  ExportMethod method_;
  std::deque<ExportedCall> calls_;
};

std::unique_ptr<ReceiverHarness> MakeExportHarness(HeldSink& sink) {
  return std::make_unique<ExportHarness>(sink);
}

class ExportMethodTest : public testing::Test {
 protected:
  HeldSink sink_;
  ExportHarness harness_{sink_};
};

TEST_F(ExportMethodTest, AnswersAFullSuccessWithAnEmptyMessage) {
  const size_t request = harness_.Send({{.id = "a", .name = "A", .start = 1}});
  sink_.CompleteAll();

  EXPECT_THAT(harness_.Responder(request).messages, ElementsAre(""));
  EXPECT_THAT(harness_.Responder(request).finishes, ElementsAre(absl::OkStatus()));
}

TEST_F(ExportMethodTest, SaysWhenToTryAgain) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}});
  sink_.CompleteOldest(absl::DeadlineExceededError("too slow"));

  const absl::Status& status = harness_.Responder(request).finishes.at(0);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

TEST_F(ExportMethodTest, RefusesForGoodWhatTheStoreWillNeverTake) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}});
  sink_.CompleteOldest(ResourceExhausted("too large"));

  const absl::Status& status = harness_.Responder(request).finishes.at(0);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

TEST_F(ExportMethodTest, RefusesMoreRecordsThanTheLimit) {
  const size_t request = harness_.Send(std::vector<SentReport>(11, {.id = "a", .name = "A"}));

  EXPECT_EQ(
      harness_.Responder(request).finishes.at(0).code(), absl::StatusCode::kResourceExhausted
  );
  EXPECT_EQ(sink_.held(), 0U);
}

TEST_F(ExportMethodTest, WarnsOfLogLinesAndCountsThem) {
  const size_t request = harness_.SendBytes(GrpcField(1, GrpcField(2, GrpcField(2, ""))));
  sink_.CompleteAll();

  EXPECT_THAT(harness_.AnswerText(request), HasSubstr("receivers.otlp.unnamed_records"));
  for (const auto& family : harness_.registry().Collect()) {
    EXPECT_EQ(family.name, "tidings_otlp_unnamed_records_total");
    EXPECT_EQ(family.metric.at(0).counter.value, 1);
  }
}

TEST_F(ExportMethodTest, StoresWhatWasReadWhenTheClientHasGone) {
  ExportedCall& call = harness_.Start();
  call.Send(EncodeRequest({{.id = "a", .name = "A"}}));
  call.call->OnCancel(absl::CancelledError());
  call.call.reset();
  sink_.CompleteAll();

  EXPECT_THAT(sink_.stored(), ElementsAre("a"));
  EXPECT_THAT(call.responder->finishes, IsEmpty());
}

TEST_F(ExportMethodTest, AnswersOnlyAfterTheHalfClose) {
  ExportedCall& call = harness_.Start();
  call.Send(EncodeRequest({{.id = "a", .name = "A"}}));
  sink_.CompleteAll();
  EXPECT_THAT(call.responder->finishes, IsEmpty());

  call.call->OnHalfClose();
  EXPECT_THAT(call.responder->finishes, ElementsAre(absl::OkStatus()));
}

TEST_F(ExportMethodTest, RefusesACallWithoutOrWithSeveralMessages) {
  ExportedCall& none = harness_.Start();
  none.call->OnHalfClose();
  EXPECT_THAT(std::string(MessageOf(none.responder->finishes.at(0))), HasSubstr("got none"));

  ExportedCall& two = harness_.Start();
  two.Send(EncodeRequest({}));
  two.Send(EncodeRequest({}));
  EXPECT_THAT(std::string(MessageOf(two.responder->finishes.at(0))), HasSubstr("got more"));
  sink_.CompleteAll();
  two.call->OnHalfClose();
  EXPECT_EQ(two.responder->finishes.size(), 1U);
}

TEST_F(ExportMethodTest, ReleasesEveryByteItWasGiven) {
  ExportedCall& call = harness_.Start();
  const std::string request = EncodeRequest({{.id = "a", .name = "A"}});
  call.Send(request);
  call.Send(request);
  call.call->OnHalfClose();
  sink_.CompleteAll();

  EXPECT_EQ(call.responder->released, 2 * request.size());
}

TEST_F(ExportMethodTest, TellsOfNoRoomWhenToTryAgain) {
  ExportedCall& call = harness_.Start();
  call.call->OnBroken(Unavailable("no room"));

  const absl::Status& status = call.responder->finishes.at(0);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

TEST(OtherSignalMethodTest, SaysWhatToDoWithTraces) {
  const auto request = std::make_shared<net::HttpRequest>();
  request->path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  const auto responder = std::make_shared<RecordingResponder>();
  OtherSignalMethod method;
  const auto call = method.Start({.request = request, .responder = responder});
  call->OnHalfClose();

  EXPECT_EQ(responder->finishes.at(0).code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(
      std::string(MessageOf(responder->finishes[0])), HasSubstr("OTEL_TRACES_EXPORTER=none")
  );
}

}  // namespace
}  // namespace tidings::otlp

namespace tidings::receiver_testing {
INSTANTIATE_TEST_SUITE_P(OtlpGrpc, ReceiverContract, testing::Values(&otlp::MakeExportHarness));
}  // namespace tidings::receiver_testing
