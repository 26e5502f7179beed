// Rate limits at the front: who owes too much waits, as long as the route or the method lets him,
// and only then is refused.

#include <memory>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/access.h"
#include "net/testing/collect_method.h"
#include "net/testing/grpc_client.h"
#include "net/testing/handlers.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_front.h"

namespace tidings::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kCollectPath[] = "/test.Service/collect";
constexpr uint64_t kEventsPerSecond = 1000;
/// With a burst of two seconds: half a second to wait, and nearly two minutes.
constexpr uint64_t kOwedABit = 2500;
constexpr uint64_t kOwedTooMuch = 120'000;

class FrontRateTest : public testing::Test {
 protected:
  void Owe(uint64_t events) {
    senders_->by_address.Charge("127.0.0.1", events, 0, clock_.Steady());
  }

  std::string Post(const std::string& body) {
    RawClient client(front_->port());
    client.Send(fmt::format(
        "POST /reports HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        body.size(),
        body
    ));
    return client.ReadToEnd();
  }

  void SetUp() override {
    auto router = std::make_shared<Router>();
    router->Add(
        {.method = "POST",
         .pattern = "/reports",
         .scope = Scope::kIngest,
         .handler = EchoHandler(),
         .max_wait = std::chrono::seconds(60)}
    );
    auto services = std::make_shared<GrpcServices>();
    services->Add(
        kCollectPath,
        {.method = method_, .scope = Scope::kIngest, .max_wait = std::chrono::seconds(60)}
    );
    front_ = std::make_unique<TestFront>(
        router, services, FrontLimits{}, std::make_shared<const Access>(nullptr, senders_)
    );
  }

  SystemClock clock_;
  std::shared_ptr<Senders> senders_ = std::make_shared<Senders>(
      RateConfig{.per_token = {}, .per_address = {.events_per_second = kEventsPerSecond}}, clock_
  );
  std::shared_ptr<CollectMethod> method_ = std::make_shared<CollectMethod>();
  std::unique_ptr<TestFront> front_;
};

TEST_F(FrontRateTest, MakesARequestWaitUntilItsSenderOwesNoMore) {
  Owe(kOwedABit);
  EXPECT_THAT(Post("later"), HasSubstr("later"));
  Owe(kOwedABit);
  EXPECT_THAT(Post(""), StartsWith("HTTP/1.1 200")) << "also one without a body";
  EXPECT_EQ(front_->Refused("http1", "rate"), 0);
}

TEST_F(FrontRateTest, RefusesARequestThatWouldWaitTooLong) {
  Owe(kOwedTooMuch);
  const std::string answer = Post("never");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 429"));
  EXPECT_THAT(answer, HasSubstr("retry-after: "));
  EXPECT_EQ(front_->Refused("http1", "rate"), 1);
}

TEST_F(FrontRateTest, MakesACallWaitUntilItsSenderOwesNoMore) {
  Owe(kOwedABit);
  GrpcTestCall call(ConnectGrpc(front_->address()), kCollectPath);
  EXPECT_TRUE(call.Write("one"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  Owe(kOwedABit);
  EXPECT_TRUE(call.Write("two")) << "a stream waits in its middle too";
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "2");
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_EQ(front_->Refused("grpc", "rate"), 0);
}

TEST_F(FrontRateTest, RefusesACallThatWouldWaitTooLong) {
  Owe(kOwedTooMuch);
  GrpcTestCall call(ConnectGrpc(front_->address()), kCollectPath);
  call.Write("never");
  EXPECT_EQ(call.Read(), std::nullopt);
  EXPECT_EQ(call.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(method_->seen().started, 0);
  EXPECT_EQ(front_->Refused("grpc", "rate"), 1);
}

TEST_F(FrontRateTest, BreaksAStreamThatGoesOnTooFastAndKeepsWhatCameBefore) {
  GrpcTestCall call(ConnectGrpc(front_->address()), kCollectPath);
  EXPECT_TRUE(call.Write("kept"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  Owe(kOwedTooMuch);
  call.Write("never");
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.broken.size() == 1; }));
  EXPECT_EQ(method_->seen().messages.size(), 1U);
}

TEST_F(FrontRateTest, AnswersWhatWasTakenInWhateverItsSenderOwesThen) {
  GrpcTestCall call(ConnectGrpc(front_->address()), kCollectPath);
  EXPECT_TRUE(call.Write("taken"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  Owe(kOwedTooMuch);
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "1");
  EXPECT_TRUE(call.Finish().ok());
}

}  // namespace
}  // namespace tidings::net
