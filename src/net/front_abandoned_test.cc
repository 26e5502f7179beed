#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/mutex.h"
#include "net/testing/http2_frames.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_front.h"

/// What takes long is told when nobody waits for it any more.
namespace tidings::net {
namespace {

using http2::Encode;
using http2::EncodeHeaders;
using http2::FrameType;
using std::chrono::seconds;

/// Keeps what it is asked until the test answers.
class KeepingHandler final : public HttpHandler {
 public:
  struct Call {
    std::stop_token abandoned;
    Responder respond;
  };

  void Handle(std::shared_ptr<const HttpRequest> request, std::string, Responder respond) override {
    const MutexLock lock(mutex_);
    calls_.push_back({.abandoned = request->abandoned, .respond = std::move(respond)});
  }
  /// The call of that number, as soon as it has come.
  Call Take(size_t number) {
    const MutexLock lock(mutex_);
    mutex_.Await([this, number] {
      mutex_.AssertHeld();
      return calls_.size() > number;
    });
    return calls_[number];
  }

 private:
  Mutex mutex_;
  std::vector<Call> calls_ ABSL_GUARDED_BY(mutex_);
};

/// Waits until it is told.
bool IsTold(const std::stop_token& abandoned) {
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!abandoned.stop_requested() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  return abandoned.stop_requested();
}

class FrontAbandonedTest : public testing::Test {
 protected:
  FrontAbandonedTest() {
    router_->Add({.method = "GET", .pattern = "/slow", .handler = handler_});
    front_ = std::make_unique<TestFront>(router_, std::make_shared<GrpcServices>());
    client_ = std::make_unique<RawClient>(front_->port());
  }

  const std::shared_ptr<KeepingHandler> handler_ = std::make_shared<KeepingHandler>();
  const std::shared_ptr<Router> router_ = std::make_shared<Router>();
  std::unique_ptr<TestFront> front_;
  std::unique_ptr<RawClient> client_;
};

constexpr char kGet[] = "GET /slow HTTP/1.1\r\nHost: t\r\n\r\n";

TEST_F(FrontAbandonedTest, TellsWhenAClientOfHttp11HasHungUp) {
  const RawClient other(front_->port());
  client_->Send(kGet);
  const KeepingHandler::Call call = handler_->Take(0);
  other.Send(kGet);
  const KeepingHandler::Call of_other = handler_->Take(1);
  EXPECT_FALSE(call.abandoned.stop_requested());
  client_ = nullptr;
  EXPECT_TRUE(IsTold(call.abandoned));
  EXPECT_FALSE(of_other.abandoned.stop_requested());
}

TEST_F(FrontAbandonedTest, GoesOnForAClientThatOnlySendsNoMore) {
  client_->Send(kGet);
  client_->HalfClose();
  const KeepingHandler::Call call = handler_->Take(0);
  // Asked twice whether it is there, and it was.
  client_->ReadUntil("HTTP/1.1 100 Continue\r\n\r\n");
  client_->ReadUntil("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_FALSE(call.abandoned.stop_requested());
  call.respond({.status = 200, .headers = {}, .body = "at last"});
  const std::string answer = client_->ReadToEnd();
  EXPECT_NE(answer.find("HTTP/1.1 200 OK\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nat last")) << answer;
}

TEST_F(FrontAbandonedTest, TellsWhenAStreamOfHttp2WasReset) {
  const std::vector<Header> head = {
      {":method", "GET"}, {":scheme", "http"}, {":path", "/slow"}, {":authority", "t"}};
  const uint8_t whole = http2::kEndHeaders | http2::kEndStream;
  client_->Send(http2::Preface());
  for (const uint32_t stream : {1U, 3U}) {
    client_->Send(Encode({FrameType::kHeaders, whole, stream, EncodeHeaders(head)}));
  }
  const std::vector<KeepingHandler::Call> calls = {handler_->Take(0), handler_->Take(1)};
  client_->Send(Encode({FrameType::kReset, 0, 1, std::string("\0\0\0\x8", 4)}));
  EXPECT_TRUE(IsTold(calls[0].abandoned));
  EXPECT_FALSE(calls[1].abandoned.stop_requested());
  client_ = nullptr;
  EXPECT_TRUE(IsTold(calls[1].abandoned));
}

TEST_F(FrontAbandonedTest, TellsWhenTheAnswerWasGiven) {
  client_->Send(kGet);
  const KeepingHandler::Call call = handler_->Take(0);
  call.respond({.status = 200, .headers = {}, .body = "done"});
  EXPECT_TRUE(IsTold(call.abandoned));
}

}  // namespace
}  // namespace tidings::net
