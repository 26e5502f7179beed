#include "receiver/skywalking_grpc/collect_method.h"

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

namespace tidings::skywalking_grpc {
namespace {

using receiver_testing::Answer;
using receiver_testing::HeldSink;
using receiver_testing::ReceiverHarness;
using receiver_testing::RecordingResponder;
using receiver_testing::SentReport;
using testing::HasSubstr;
using testing::StartsWith;

std::string Encode(const SentReport& report) {
  std::string out;
  wire::Writer writer(out);
  writer.Bytes(1, report.id);
  writer.Bytes(3, report.name);
  writer.Varint(7, static_cast<uint64_t>(report.start));
  writer.Varint(8, static_cast<uint64_t>(report.end));
  return out;
}

/// One call with its client's side.
struct Call {
  std::shared_ptr<RecordingResponder> responder =
      std::make_shared<receiver_testing::RecordingResponder>();
  std::unique_ptr<net::GrpcCall> call;
  uint32_t sent = 0;
  size_t sent_bytes = 0;

  void Send(const std::vector<std::string>& payloads) {
    std::vector<net::GrpcMessage> messages;
    for (const std::string& payload : payloads) {
      auto buffer = std::make_shared<std::string>(payload);
      sent_bytes += payload.size();
      messages.push_back({*buffer, buffer, sent++});
    }
    call->OnMessages(messages);
  }
};

class CollectHarness final : public ReceiverHarness {
 public:
  explicit CollectHarness(HeldSink& sink) : method_(sink, clock_) {}

  Call& Start() {
    Call& call = calls_.emplace_back();
    call.call =
        method_.Start({.request = std::make_shared<net::HttpRequest>(), .responder = call.responder}
        );
    return call;
  }

  size_t Send(const std::vector<SentReport>& reports) override {
    Call& call = Start();
    SendReports(call, reports);
    call.call->OnHalfClose();
    return calls_.size() - 1;
  }

  size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) override {
    Call& call = Start();
    SendReports(call, reports);
    call.Send({"\xff\xff"});
    call.call->OnHalfClose();
    return calls_.size() - 1;
  }

  bool StoresBeforeGarbage() const override { return true; }

  Answer AnswerTo(size_t request) const override {
    const auto& finishes = calls_[request].responder->finishes;
    if (finishes.empty()) {
      return Answer::kNone;
    }
    if (finishes[0].ok()) {
      return Answer::kAcknowledged;
    }
    if (IsTransient(finishes[0])) {
      return Answer::kRetryLater;
    }
    return MessageOf(finishes[0]).find("rejected: #") != std::string_view::npos ? Answer::kPartly
                                                                                : Answer::kRefused;
  }

  std::string AnswerText(size_t request) const override {
    return std::string(MessageOf(calls_[request].responder->finishes.at(0)));
  }

 private:
  static void SendReports(Call& call, const std::vector<SentReport>& reports) {
    std::vector<std::string> payloads;
    for (const SentReport& report : reports) {
      payloads.push_back(Encode(report));
    }
    if (!payloads.empty()) {
      call.Send(payloads);
    }
  }

  ManualClock clock_;
  CollectMethod method_;
  std::deque<Call> calls_;
};

std::unique_ptr<ReceiverHarness> MakeHarness(HeldSink& sink) {
  return std::make_unique<CollectHarness>(sink);
}

class CollectMethodTest : public testing::Test {
 protected:
  HeldSink sink_;
  CollectHarness harness_{sink_};
  Call& call_ = harness_.Start();
};

TEST_F(CollectMethodTest, StoresWhatArrivesOnAStreamThatStaysOpen) {
  call_.Send({Encode({.id = "a", .name = "Killing"})});
  sink_.CompleteAll();

  EXPECT_THAT(sink_.stored(), testing::ElementsAre("a"));
  EXPECT_TRUE(call_.responder->finishes.empty());
}

TEST_F(CollectMethodTest, CommitsOneBurstAsOneBatch) {
  call_.Send({Encode({.id = "a", .name = "A"}), Encode({.id = "b", .name = "B"})});

  EXPECT_EQ(sink_.held(), 1u);
  sink_.CompleteAll();
}

TEST_F(CollectMethodTest, AnswersWithOneEmptyCommandsMessage) {
  call_.Send({Encode({.id = "a", .name = "A"})});
  call_.call->OnHalfClose();
  sink_.CompleteAll();

  EXPECT_THAT(call_.responder->messages, testing::ElementsAre(""));
  EXPECT_THAT(call_.responder->finishes, testing::ElementsAre(absl::OkStatus()));
}

TEST_F(CollectMethodTest, NamesTheMalformedMessageAndWhatWasStoredBeforeIt) {
  call_.Send({Encode({.id = "a", .name = "A"}), "\xff", Encode({.id = "c", .name = "C"})});
  EXPECT_TRUE(call_.responder->finishes.empty()) << "the first one is not durable yet";
  sink_.CompleteAll();
  call_.Send({Encode({.id = "d", .name = "D"})});

  ASSERT_EQ(call_.responder->finishes.size(), 1u);
  EXPECT_EQ(call_.responder->finishes[0].code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(MessageOf(call_.responder->finishes[0])), StartsWith("message #1:"));
  EXPECT_THAT(
      std::string(MessageOf(call_.responder->finishes[0])), HasSubstr("1 stored before it")
  );
  EXPECT_THAT(sink_.stored(), testing::ElementsAre("a"));
}

TEST_F(CollectMethodTest, ReleasesEveryByteItWasGiven) {
  call_.Send({Encode({.id = "a", .name = "A"}), "\xff", Encode({.id = "c", .name = "C"})});
  call_.Send({Encode({.id = "d", .name = "D"})});
  sink_.CompleteAll();

  EXPECT_EQ(call_.responder->released, call_.sent_bytes);
}

TEST_F(CollectMethodTest, TellsTheFirstRejectionsInTheOrderOfTheStream) {
  for (int i = 0; i < 9; ++i) {
    call_.Send({Encode({.id = std::to_string(i), .name = "bad"})});
  }
  call_.call->OnHalfClose();
  sink_.CompleteAll();

  EXPECT_EQ(
      MessageOf(call_.responder->finishes.at(0)),
      "0 stored, 9 rejected: #0 name: is bad; #1 name: is bad; #2 name: is bad; #3 name: is bad; "
      "#4 name: is bad; …"
  );
}

TEST_F(CollectMethodTest, KeepsWhatACancelledCallHandedOver) {
  call_.Send({Encode({.id = "a", .name = "A"})});
  call_.call->OnCancel(absl::CancelledError());
  call_.call.reset();
  sink_.CompleteAll();

  EXPECT_THAT(sink_.stored(), testing::ElementsAre("a"));
  EXPECT_TRUE(call_.responder->finishes.empty());
}

TEST_F(CollectMethodTest, PassesOnWhyAFrameCannotBeRead) {
  call_.Send({Encode({.id = "a", .name = "A"})});
  call_.call->OnBroken(ResourceExhausted("message #1 has 5000000 bytes, the limit is 4194304"));
  sink_.CompleteAll();

  EXPECT_EQ(call_.responder->finishes.at(0).code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace tidings::skywalking_grpc

namespace tidings::receiver_testing {
INSTANTIATE_TEST_SUITE_P(
    SkywalkingGrpc, ReceiverContract, testing::Values(&skywalking_grpc::MakeHarness)
);
}  // namespace tidings::receiver_testing
