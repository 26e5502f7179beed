#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/testing/collect_method.h"
#include "net/testing/handlers.h"
#include "net/testing/http2_frames.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_front.h"

namespace tidings::net {
namespace {

using http2::Encode;
using http2::EncodeHeaders;
using http2::FrameType;
using http2::GrpcHeaders;
using http2::GrpcMessage;
using http2::kEndHeaders;
using http2::kEndStream;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kCollect[] = "/test.Service/collect";
constexpr int64_t kFrameSizeError = 6;
constexpr int64_t kEnhanceYourCalm = 11;

/// A front that serves both on one address, and a client that says frames.
class FrontHttp2Test : public testing::Test {
 protected:
  void Serve(FrontLimits limits = {}) {
    auto router = std::make_shared<Router>();
    router->Add({.method = "POST", .pattern = "/echo", .handler = EchoHandler()});
    router->Add({.method = "GET", .pattern = "/empty", .handler = EchoHandler()});
    auto services = std::make_shared<GrpcServices>();
    services->Add(kCollect, {.method = method_});
    front_ = std::make_unique<TestFront>(router, services, limits);
    client_ = std::make_unique<RawClient>(front_->port());
    client_->Send(http2::Preface());
  }

  void SendHeaders(uint32_t stream, const std::vector<Header>& headers, uint8_t flags = 0) {
    client_->Send(Encode(
        {FrameType::kHeaders,
         static_cast<uint8_t>(flags | kEndHeaders),
         stream,
         EncodeHeaders(headers)}
    ));
  }
  void SendData(uint32_t stream, const std::string& data, uint8_t flags = 0) {
    client_->Send(Encode({FrameType::kData, flags, stream, data}));
  }
  /// Reads until that stream has ended or the connection has.
  void Read(uint32_t stream) {
    while (!reply_.ended(stream)) {
      const std::string more = client_->ReadSome();
      if (more.empty()) {
        return;
      }
      reply_.Add(more);
    }
  }
  void ReadToEnd() { reply_.Add(client_->ReadToEnd()); }

  const std::shared_ptr<CollectMethod> method_ = std::make_shared<CollectMethod>();
  std::unique_ptr<TestFront> front_;
  std::unique_ptr<RawClient> client_;
  http2::Reply reply_;
};

std::vector<Header> Head(const std::string& method, const std::string& path) {
  return {{":method", method}, {":scheme", "http"}, {":path", path}, {":authority", "t"}};
}

TEST_F(FrontHttp2Test, ServesPlainHttpBesideGrpc) {
  Serve();
  SendHeaders(1, Head("POST", "/echo"));
  SendData(1, "over h2", kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, ":status"), "200");
  EXPECT_EQ(reply_.data(1), "over h2");
  EXPECT_EQ(reply_.header(1, "x-request-id").size(), 16U);
  EXPECT_EQ(reply_.header(1, "server"), "tidings");
}

TEST_F(FrontHttp2Test, NamesTheRequestInAProblem) {
  Serve();
  SendHeaders(1, Head("GET", "/nowhere"), kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, ":status"), "404");
  const std::string named = R"("request_id":")" + reply_.header(1, "x-request-id") + '"';
  EXPECT_NE(reply_.data(1).find(named), std::string::npos);
}

TEST_F(FrontHttp2Test, SaysContinueBeforeABodyThatWaitsForIt) {
  Serve();
  auto headers = Head("POST", "/echo");
  headers.push_back({"expect", "100-continue"});
  SendHeaders(1, headers);
  while (reply_.header(1, ":status").empty()) {
    const std::string more = client_->ReadSome();
    ASSERT_FALSE(more.empty());
    reply_.Add(more);
  }
  EXPECT_EQ(reply_.header(1, ":status"), "100");
  SendData(1, "body", kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, ":status"), "200");
}

TEST_F(FrontHttp2Test, ServesHttp11OnTheSameAddress) {
  Serve();
  RawClient client(front_->port());
  client.Send("POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\nhi"));
}

TEST_F(FrontHttp2Test, TellsHttp11ClientsThatGrpcNeedsHttp2) {
  Serve();
  RawClient client(front_->port());
  client.Send(
      "POST /a/b HTTP/1.1\r\nHost: t\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n"
  );
  EXPECT_TRUE(client.ReadUntil("}").starts_with("HTTP/1.1 505 "));
}

TEST_F(FrontHttp2Test, AnswersGrpcErrorsWithTrailersOnly) {
  Serve();
  SendHeaders(1, GrpcHeaders("/test.Service/unknown"), kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, ":status"), "200");
  EXPECT_EQ(reply_.header(1, "grpc-status"), "12");
  EXPECT_EQ(reply_.data(1), "");
}

TEST_F(FrontHttp2Test, CutsMessagesOutOfSingleBytes) {
  Serve();
  SendHeaders(1, GrpcHeaders(kCollect));
  for (const char c : GrpcMessage("split") + GrpcMessage("") + GrpcMessage("up")) {
    SendData(1, std::string(1, c));
  }
  SendData(1, "", kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "0");
  EXPECT_EQ(reply_.data(1), GrpcMessage("3"));
  EXPECT_EQ(method_->seen().messages, (std::vector<std::string>{"split", "", "up"}));
}

TEST_F(FrontHttp2Test, HandsOverTheMessagesOfOneReadTogether) {
  Serve();
  std::string burst;
  for (int i = 0; i < 20; ++i) {
    burst += GrpcMessage(std::string(230, 'm'));
  }
  SendHeaders(1, GrpcHeaders(kCollect));
  SendData(1, burst, kEndStream);
  Read(1);
  EXPECT_EQ(method_->seen().bursts, std::vector<size_t>{20});
}

TEST_F(FrontHttp2Test, NeverAnswersOkForAStreamThatEndsInsideAMessage) {
  Serve();
  SendHeaders(1, GrpcHeaders(kCollect));
  const std::string whole = GrpcMessage("whole");
  SendData(1, whole + GrpcMessage("cut off").substr(0, 8), kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "3");
  EXPECT_NE(reply_.header(1, "grpc-message").find("message #1"), std::string::npos);
  EXPECT_EQ(method_->seen().messages, std::vector<std::string>{"whole"});
}

TEST_F(FrontHttp2Test, NamesAMessageWithABadPrefix) {
  Serve();
  SendHeaders(1, GrpcHeaders(kCollect));
  SendData(1, GrpcMessage("good") + GrpcMessage("bad", 7) + GrpcMessage("lost"));
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "3");
  EXPECT_NE(reply_.header(1, "grpc-message").find("message #1"), std::string::npos);
  EXPECT_EQ(method_->seen().messages, std::vector<std::string>{"good"});
}

TEST_F(FrontHttp2Test, RefusesACompressedMessageWithoutACoding) {
  Serve();
  SendHeaders(1, GrpcHeaders(kCollect));
  SendData(1, GrpcMessage("x", 1));
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "13");
}

TEST_F(FrontHttp2Test, NamesItsCodingsWhenOneIsUnknown) {
  Serve();
  auto headers = GrpcHeaders(kCollect);
  headers.push_back({"grpc-encoding", "snappy"});
  SendHeaders(1, headers);
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "12");
  EXPECT_EQ(reply_.header(1, "grpc-accept-encoding"), "identity,gzip");
}

TEST_F(FrontHttp2Test, RefusesABrokenTimeout) {
  Serve();
  auto headers = GrpcHeaders(kCollect);
  headers.push_back({"grpc-timeout", "soon"});
  SendHeaders(1, headers);
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "3");
}

TEST_F(FrontHttp2Test, RefusesGetAndOtherGrpcFlavours) {
  Serve();
  auto get = GrpcHeaders(kCollect);
  get[0].value = "GET";
  SendHeaders(1, get, kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, ":status"), "405");
  auto web = GrpcHeaders(kCollect);
  web[4].value = "application/grpc-web";
  SendHeaders(3, web, kEndStream);
  Read(3);
  EXPECT_EQ(reply_.header(3, ":status"), "415");
}

TEST_F(FrontHttp2Test, HandsOverWhatCameBeforeAReset) {
  Serve();
  SendHeaders(1, GrpcHeaders(kCollect));
  SendData(1, GrpcMessage("whole") + GrpcMessage("cut off").substr(0, 8));
  client_->Send(Encode({FrameType::kReset, 0, 1, std::string("\0\0\0\x08", 4)}));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.cancelled.size() == 1; }));
  EXPECT_EQ(method_->seen().messages, std::vector<std::string>{"whole"});
}

TEST_F(FrontHttp2Test, TellsTheCallWhenTheConnectionIsCut) {
  Serve();
  SendHeaders(1, GrpcHeaders(kCollect));
  SendData(1, GrpcMessage("whole"));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.messages.size() == 1; }));
  client_ = nullptr;
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.cancelled.size() == 1; }));
}

TEST_F(FrontHttp2Test, AnswersMetadataOverTheLimit) {
  Serve();
  client_->Send(Encode({FrameType::kHeaders, 0, 1, EncodeHeaders(GrpcHeaders(kCollect))}));
  for (const uint8_t flags : {uint8_t{0}, kEndHeaders}) {
    const std::string piece = EncodeHeaders({{"x-long", std::string(9'000, 'l')}});
    client_->Send(Encode({FrameType::kContinuation, flags, 1, piece}));
  }
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "8");
  EXPECT_EQ(front_->Refused("grpc", "header_size"), 1);
}

TEST_F(FrontHttp2Test, EndsAConnectionWithAnEndlessHeader) {
  Serve();
  const std::string piece = EncodeHeaders({{"x", std::string(16'000, 'h')}});
  client_->Send(Encode({FrameType::kHeaders, 0, 1, EncodeHeaders(GrpcHeaders(kCollect))}));
  bool open = true;
  for (int i = 0; i < 2000 && open; ++i) {
    open = client_->Send(Encode({FrameType::kContinuation, 0, 1, piece}));
  }
  EXPECT_TRUE(client_->IsClosedWithin(seconds(60)));
  EXPECT_EQ(method_->seen().started, 0);
}

TEST_F(FrontHttp2Test, EndsAConnectionWithAHeaderOfEmptyFramesAndCountsIt) {
  Serve();
  client_->Send(Encode({FrameType::kHeaders, 0, 1, EncodeHeaders(GrpcHeaders(kCollect))}));
  bool open = true;
  for (int i = 0; i < 200 && open; ++i) {
    open = client_->Send(Encode({FrameType::kContinuation, 0, 1, ""}));
  }
  EXPECT_TRUE(client_->IsClosedWithin(seconds(60)));
  EXPECT_EQ(front_->Refused("http2", "malformed"), 1);
}

TEST_F(FrontHttp2Test, CountsAConnectionThatBreaksTheProtocol) {
  Serve();
  // An acknowledgement of what was never said.
  for (int i = 0; i < 3; ++i) {
    client_->Send(Encode({FrameType::kSettings, http2::kAck, 0, ""}));
  }
  ReadToEnd();
  EXPECT_EQ(front_->Refused("http2", "malformed"), 1);
}

TEST_F(FrontHttp2Test, CountsFramesOfAWrongSize) {
  Serve();
  client_->Send(Encode({FrameType::kPing, 0, 0, "seven b"}));
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), kFrameSizeError);
  EXPECT_EQ(front_->Refused("http2", "malformed"), 1);
}

TEST_F(FrontHttp2Test, GivesUpOnAHeaderThatDoesNotGetOn) {
  Serve({.incomplete_timeout = milliseconds(60)});
  client_->Send(Encode({FrameType::kHeaders, 0, 1, EncodeHeaders(GrpcHeaders(kCollect))}));
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), kEnhanceYourCalm);
}

TEST_F(FrontHttp2Test, GivesUpOnAMessageThatDoesNotGetOn) {
  Serve({.incomplete_timeout = milliseconds(60)});
  SendHeaders(1, GrpcHeaders(kCollect));
  SendData(1, GrpcMessage("half a message").substr(0, 9));
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "4");
  EXPECT_EQ(front_->Refused("grpc", "incomplete_message"), 1);
}

TEST_F(FrontHttp2Test, ProbesIdleStreamsAndKeepsThoseThatAnswer) {
  Serve({.incomplete_timeout = seconds(10), .ping_interval = milliseconds(20)});
  SendHeaders(1, GrpcHeaders(kCollect));
  while (reply_.pings() == 0) {
    const std::string more = client_->ReadSome();
    ASSERT_FALSE(more.empty());
    reply_.Add(more);
  }
  client_->Send(Encode({FrameType::kPing, http2::kAck, 0, std::string(8, '\0')}));
  SendData(1, GrpcMessage("alive"), kEndStream);
  Read(1);
  EXPECT_EQ(reply_.header(1, "grpc-status"), "0");
}

TEST_F(FrontHttp2Test, DropsAClientThatDoesNotAnswerPings) {
  Serve({.incomplete_timeout = milliseconds(40), .ping_interval = milliseconds(20)});
  SendHeaders(1, GrpcHeaders(kCollect));
  EXPECT_TRUE(client_->IsClosedWithin(seconds(60)));
  EXPECT_TRUE(method_->WaitFor([](const auto& seen) { return seen.cancelled.size() == 1; }));
}

TEST_F(FrontHttp2Test, CalmsAFloodOfPings) {
  Serve({.pings_per_10s = 10});
  for (int i = 0; i < 11; ++i) {
    client_->Send(Encode({FrameType::kPing, 0, 0, std::string(8, 'p')}));
  }
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), kEnhanceYourCalm);
  EXPECT_EQ(front_->Refused("http2", "pings"), 1);
}

TEST_F(FrontHttp2Test, CalmsAFloodOfSettings) {
  Serve({.settings_per_10s = 10});
  for (int i = 0; i < 11; ++i) {
    client_->Send(Encode({.type = FrameType::kSettings}));
  }
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), kEnhanceYourCalm);
}

TEST_F(FrontHttp2Test, CalmsAFloodOfResets) {
  Serve({.resets_per_10s = 10});
  for (uint32_t stream = 1; stream < 30; stream += 2) {
    SendHeaders(stream, GrpcHeaders(kCollect));
    client_->Send(Encode({FrameType::kReset, 0, stream, std::string("\0\0\0\x08", 4)}));
  }
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), kEnhanceYourCalm);
  EXPECT_EQ(front_->Refused("http2", "resets"), 1);
}

TEST_F(FrontHttp2Test, CalmsAFloodOfEmptyFrames) {
  Serve({.empty_frames_per_10s = 10});
  SendHeaders(1, GrpcHeaders(kCollect));
  for (int i = 0; i < 11; ++i) {
    SendData(1, "");
  }
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), kEnhanceYourCalm);
}

TEST_F(FrontHttp2Test, ResetsAStreamWhoseAnswerIsNotRead) {
  Serve({.incomplete_timeout = milliseconds(60)});
  // A window of 0 for all streams: the answer cannot leave.
  client_->Send(Encode({FrameType::kSettings, 0, 0, std::string("\0\x04\0\0\0\0", 6)}));
  SendHeaders(1, Head("POST", "/echo"));
  SendData(1, "never read", kEndStream);
  while (!reply_.was_reset(1)) {
    const std::string more = client_->ReadSome();
    ASSERT_FALSE(more.empty());
    reply_.Add(more);
  }
  EXPECT_EQ(front_->Refused("http2", "slow_reader"), 1);
}

TEST_F(FrontHttp2Test, SaysGoAwayWhenItStops) {
  Serve();
  SendHeaders(1, Head("GET", "/empty"), kEndStream);
  Read(1);
  front_->Stop(seconds(5));
  ReadToEnd();
  EXPECT_EQ(reply_.goaway_code(), 0);
}

}  // namespace
}  // namespace tidings::net
