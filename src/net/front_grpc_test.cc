#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "net/grpc_constant.h"
#include "net/grpc_health.h"
#include "net/testing/collect_method.h"
#include "net/testing/grpc_client.h"
#include "net/testing/test_front.h"

namespace tidings::net {
namespace {

using std::chrono::milliseconds;

constexpr char kCollect[] = "/test.Service/collect";

/// A front with one CollectMethod, and a connection to it.
class FrontGrpcTest : public testing::Test {
 protected:
  void Serve(FrontLimits limits = {}, GrpcServices::Entry entry = {}, bool settles = true) {
    method_ = std::make_shared<CollectMethod>(settles);
    auto services = std::make_shared<GrpcServices>();
    entry.method = method_;
    services->Add(kCollect, entry);
    services->Add("/test.Ignored/*", {.method = std::make_shared<ConstantMethod>()});
    health_ = GrpcHealth::Create();
    health_->AddTo(*services);
    front_ = std::make_unique<TestFront>(nullptr, services, limits);
    channel_ = ConnectGrpc(front_->address());
  }

  std::shared_ptr<CollectMethod> method_;
  std::shared_ptr<GrpcHealth> health_;
  std::unique_ptr<TestFront> front_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(FrontGrpcTest, AnswersAClientStreamAfterItsHalfClose) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write("one"));
  EXPECT_TRUE(call.Write(""));
  EXPECT_TRUE(call.Write("three"));
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "3");
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_EQ(method_->seen().messages, (std::vector<std::string>{"one", "", "three"}));
}

TEST_F(FrontGrpcTest, HandsOverMessagesOfAStreamThatNeverHalfCloses) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write("early"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  EXPECT_EQ(method_->seen().half_closed, 0);
}

TEST_F(FrontGrpcTest, TakesMessagesLargerThanTheWindow) {
  Serve();
  const std::string large(size_t{1} << 20, 'x');
  GrpcTestCall call(channel_, kCollect);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(call.Write(large));
  }
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "5");
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_EQ(method_->seen().messages.at(4), large);
}

TEST_F(FrontGrpcTest, InflatesGzipMessages) {
  Serve();
  const std::string repetitive(100'000, 'r');
  GrpcTestCall call(channel_, kCollect, {.gzip = true});
  EXPECT_TRUE(call.Write(repetitive));
  EXPECT_TRUE(call.Write("short"));
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "2");
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_EQ(method_->seen().messages, (std::vector<std::string>{repetitive, "short"}));
}

TEST_F(FrontGrpcTest, RefusesAMessageOverTheLimitAndKeepsWhatCameBefore) {
  Serve({}, {.max_message_bytes = 1000});
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write(std::string(1000, 'a')));
  call.Write(std::string(1001, 'b'));
  EXPECT_EQ(call.Read(), std::nullopt);
  const grpc::Status status = call.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(status.error_message().find("message #1 has 1001 bytes"), std::string::npos);
  EXPECT_EQ(method_->seen().messages.size(), 1U);
}

TEST_F(FrontGrpcTest, RefusesAGzipBombAtTheLimit) {
  Serve({}, {.max_message_bytes = 100'000});
  GrpcTestCall call(channel_, kCollect, {.gzip = true});
  call.Write(std::string(size_t{8} << 20, '\0'));
  EXPECT_EQ(call.Read(), std::nullopt);
  EXPECT_EQ(call.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(FrontGrpcTest, TellsTheCallWhenTheClientCancels) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write("kept"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  call.Cancel();
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.cancelled.size() == 1; }));
  EXPECT_EQ(method_->seen().broken.size(), 0U);
}

TEST_F(FrontGrpcTest, EndsACallThatIsOverItsDeadline) {
  Serve();
  // Long enough for the call to reach the server on a busy machine: a client that gives up before
  // has sent nothing.
  GrpcTestCall call(channel_, kCollect, {.timeout = milliseconds(3000)});
  EXPECT_EQ(call.Read(), std::nullopt);
  EXPECT_EQ(call.Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.cancelled.size() == 1; }));
  EXPECT_TRUE(method_->seen().last_had_deadline);
}

TEST_F(FrontGrpcTest, AnswersUnknownMethodsWithUnimplemented) {
  Serve();
  GrpcTestCall call(channel_, "/test.Service/other");
  EXPECT_EQ(call.Read(), std::nullopt);
  const grpc::Status status = call.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_NE(status.error_message().find("/test.Service/other"), std::string::npos);
}

TEST_F(FrontGrpcTest, TakesBinaryMetadata) {
  Serve();
  GrpcTestCall call(channel_, kCollect, {.key = "trace-bin", .value = std::string("\0\xff", 2)});
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "0");
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(FrontGrpcTest, GivesAConstantAnswerToIgnoredServices) {
  Serve();
  GrpcTestCall call(channel_, "/test.Ignored/anything");
  EXPECT_TRUE(call.Write("thrown away"));
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "");
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(FrontGrpcTest, ServesManyStreamsOnOneConnection) {
  Serve();
  std::vector<std::unique_ptr<GrpcTestCall>> calls;
  for (int i = 0; i < 50; ++i) {
    calls.push_back(std::make_unique<GrpcTestCall>(channel_, kCollect));
  }
  for (const auto& call : calls) {
    EXPECT_TRUE(call->Write(std::string(100'000, 'm')));
  }
  for (const auto& call : calls) {
    EXPECT_TRUE(call->HalfClose());
    EXPECT_EQ(call->Read(), "1");
    EXPECT_TRUE(call->Finish().ok());
  }
}

TEST_F(FrontGrpcTest, HandsOverABurstInOneCall) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  for (int i = 0; i < 2000; ++i) {
    EXPECT_TRUE(call.Write(std::string(230, 'b')));
  }
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "2000");
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(FrontGrpcTest, RefusesAMessageThatFindsNoRoomInTime) {
  Serve({.inflight_bytes = 1000}, {.max_wait = milliseconds(50)}, false);
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write(std::string(900, 'a')));
  EXPECT_TRUE(call.Write(std::string(900, 'b')));
  EXPECT_EQ(call.Read(), std::nullopt);
  EXPECT_EQ(call.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(method_->seen().messages.size(), 1U);
  EXPECT_EQ(front_->Refused("grpc", "no_room"), 1);
  method_->ReleaseAll();
}

TEST_F(FrontGrpcTest, GoesOnWhenRoomIsGivenBack) {
  Serve({.inflight_bytes = 1000}, {}, false);
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write(std::string(900, 'a')));
  EXPECT_TRUE(call.Write(std::string(900, 'b')));
  EXPECT_TRUE(call.HalfClose());
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  method_->ReleaseAll();
  EXPECT_EQ(call.Read(), "2");
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(FrontGrpcTest, CountsAMessageAsWhatItBecomes) {
  Serve({.inflight_bytes = 1000}, {.room_factor = 3, .max_wait = milliseconds(50)}, false);
  GrpcTestCall refused(channel_, kCollect);
  EXPECT_TRUE(refused.Write(std::string(200, 'a')));
  EXPECT_TRUE(refused.Write(std::string(200, 'b')));
  EXPECT_EQ(refused.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(method_->seen().messages.size(), 1U);
  method_->ReleaseAll();
  GrpcTestCall call(channel_, kCollect);  // All that was counted was given back.
  EXPECT_TRUE(call.Write(std::string(333, 'c')));
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "1");
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(FrontGrpcTest, LetsHalfDoneLargeMessagesFinishOneAfterTheOther) {
  Serve(
      {.inflight_bytes = size_t{5} << 20},
      {.max_wait = std::chrono::seconds(60), .max_wait_share = 1}
  );
  std::vector<std::jthread> clients;
  std::atomic<int> done{0};
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([this, &done] {
      GrpcTestCall call(ConnectGrpc(front_->address()), kCollect);
      call.Write(std::string((size_t{4} << 20) - 1, 'h'));
      call.HalfClose();
      done += call.Read() == "1" && call.Finish().ok() ? 1 : 0;
    });
  }
  clients.clear();
  EXPECT_EQ(done, 16);
}

TEST_F(FrontGrpcTest, TellsHealthAndItsChanges) {
  Serve();
  GrpcTestCall check(channel_, "/grpc.health.v1.Health/Check");
  EXPECT_TRUE(check.Write(""));
  EXPECT_TRUE(check.HalfClose());
  EXPECT_EQ(check.Read(), std::string("\x08\x01", 2));
  EXPECT_TRUE(check.Finish().ok());
  GrpcTestCall watch(channel_, "/grpc.health.v1.Health/Watch");
  EXPECT_TRUE(watch.Write(std::string("\x0a\x0ctest.Service", 14)));
  EXPECT_EQ(watch.Read(), std::string("\x08\x01", 2));
  health_->SetServing(false);
  EXPECT_EQ(watch.Read(), std::string("\x08\x02", 2));
}

TEST_F(FrontGrpcTest, AnswersHealthOfAnUnknownServiceWithNotFound) {
  Serve();
  GrpcTestCall check(channel_, "/grpc.health.v1.Health/Check");
  EXPECT_TRUE(check.Write(std::string("\x0a\x04nope", 6)));
  EXPECT_TRUE(check.HalfClose());
  EXPECT_EQ(check.Read(), std::nullopt);
  EXPECT_EQ(check.Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(FrontGrpcTest, EndsOpenStreamsWithUnavailableWhenItStops) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write("before the stop"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  std::jthread stop([this] { front_->Stop(std::chrono::seconds(5)); });
  EXPECT_EQ(call.Read(), std::nullopt);
  EXPECT_EQ(call.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(FrontGrpcTest, LetsACallUnderWayFinishWhenItStops) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write("one"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  std::jthread stop([this] { front_->Stop(std::chrono::seconds(5)); });
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "1");
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(FrontGrpcTest, GivesAllBytesBack) {
  Serve();
  GrpcTestCall call(channel_, kCollect);
  EXPECT_TRUE(call.Write(std::string(300'000, 'm')));
  EXPECT_TRUE(call.HalfClose());
  EXPECT_EQ(call.Read(), "1");
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_EQ(front_->Gauge("tidings_inflight_bytes"), 0);
}

}  // namespace
}  // namespace tidings::net
