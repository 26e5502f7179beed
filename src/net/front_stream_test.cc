#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/content_coding.h"
#include "net/testing/http2_frames.h"
#include "net/testing/piece_stream.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_front.h"

/// Bodies that are made while they are sent.
namespace tidings::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kWhole[] = "begin\npiece 0\npiece 1\npiece 2\n";

class FrontStreamTest : public testing::Test {
 protected:
  FrontStreamTest() {
    router_->Add({.method = "GET", .pattern = "/three", .handler = PieceStreamHandler({}, watch_)});
    router_->Add(
        {.method = "GET",
         .pattern = "/endless",
         .handler = PieceStreamHandler({.pieces = 0, .padding = std::string(100'000, 'x')}, watch_)}
    );
    router_->Add(
        {.method = "GET",
         .pattern = "/broken",
         .handler = PieceStreamHandler({.broken_at = 1}, watch_)}
    );
    Serve({});
  }

  void Serve(const FrontLimits& limits) {
    front_ = std::make_unique<TestFront>(router_, std::make_shared<GrpcServices>(), limits);
  }

  std::string Get(const std::string& path, const std::string& more_headers = "") {
    RawClient client(front_->port());
    client.Send(
        "GET " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" + more_headers + "\r\n"
    );
    return client.ReadToEnd();
  }

  /// Waits until no stream is left.
  bool AllEnd() const {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    while (watch_->alive > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    return watch_->alive == 0;
  }

  const std::shared_ptr<PieceStreamWatch> watch_ = std::make_shared<PieceStreamWatch>();
  const std::shared_ptr<Router> router_ = std::make_shared<Router>();
  std::unique_ptr<TestFront> front_;
};

std::string Unchunked(std::string_view answer) {
  std::string_view rest = answer.substr(answer.find("\r\n\r\n") + 4);
  std::string body;
  while (!rest.empty()) {
    const size_t end = rest.find("\r\n");
    const size_t size = std::stoul(std::string(rest.substr(0, end)), nullptr, 16);
    body += rest.substr(end + 2, size);
    rest.remove_prefix(end + 2 + size + 2);
  }
  return body;
}

TEST_F(FrontStreamTest, SendsChunksOverHttp11) {
  const std::string answer = Get("/three");
  EXPECT_NE(answer.find("transfer-encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("content-length"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n")) << answer;
  EXPECT_EQ(Unchunked(answer), kWhole);
  EXPECT_TRUE(AllEnd());
}

TEST_F(FrontStreamTest, KeepsTheConnectionForTheNextRequest) {
  RawClient client(front_->port());
  for (int i = 0; i < 2; ++i) {
    client.Send("GET /three HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(Unchunked(client.ReadUntil("\r\n0\r\n\r\n")), kWhole);
  }
}

TEST_F(FrontStreamTest, EndsWithTheConnectionOverHttp10) {
  RawClient client(front_->port());
  client.Send("GET /three HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.ends_with(std::string("\r\n\r\n") + kWhole)) << answer;
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
}

TEST_F(FrontStreamTest, SendsNoBodyForHead) {
  RawClient client(front_->port());
  client.Send("HEAD /three HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_EQ(answer.find("content-length"), std::string::npos);
  EXPECT_EQ(watch_->pulled, 0);
  EXPECT_TRUE(AllEnd());
}

TEST_F(FrontStreamTest, CutsOffWhatCannotGoOn) {
  const std::string answer = Get("/broken");
  EXPECT_NE(answer.find("piece 0"), std::string::npos);
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n"));
  EXPECT_TRUE(AllEnd());
}

TEST_F(FrontStreamTest, CompressesWhatIsStreamed) {
  const std::string answer = Get("/three", "Accept-Encoding: gzip\r\n");
  EXPECT_NE(answer.find("content-encoding: gzip\r\n"), std::string::npos);
  EXPECT_EQ(InflateWhole(ContentCoding::kGzip, Unchunked(answer), 1000).value(), kWhole);
}

TEST_F(FrontStreamTest, PullsNoFasterThanTheClientReads) {
  constexpr int kMegabytesThatBuffersHold = 40;
  FrontLimits limits;
  limits.incomplete_timeout = milliseconds(500);
  Serve(limits);
  RawClient client(front_->port());
  client.Send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n");
  client.ReadUntil("piece 0");
  // Nobody reads on; the front gives the connection up when nothing moves for long enough.
  EXPECT_TRUE(AllEnd());
  EXPECT_LT(watch_->pulled, kMegabytesThatBuffersHold * 10);
}

TEST_F(FrontStreamTest, EndsWhenTheClientHasGone) {
  {
    RawClient client(front_->port());
    client.Send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n");
    client.ReadUntil("piece 1");
    EXPECT_EQ(watch_->alive, 1);
  }
  EXPECT_TRUE(AllEnd());
}

TEST_F(FrontStreamTest, EndsWhenTheServerStops) {
  RawClient client(front_->port());
  client.Send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n");
  client.ReadUntil("piece 1");
  std::jthread reader([&client] { client.ReadToEnd(); });
  front_->Stop(seconds(60));
  EXPECT_TRUE(AllEnd());
}

TEST_F(FrontStreamTest, SendsDataFramesOverHttp2) {
  RawClient client(front_->port());
  client.Send(http2::Preface());
  const std::vector<Header> head = {
      {":method", "GET"}, {":scheme", "http"}, {":path", "/three"}, {":authority", "t"}};
  client.Send(http2::Encode(
      {http2::FrameType::kHeaders,
       static_cast<uint8_t>(http2::kEndHeaders | http2::kEndStream),
       1,
       http2::EncodeHeaders(head)}
  ));
  http2::Reply reply;
  while (!reply.ended(1)) {
    const std::string more = client.ReadSome();
    ASSERT_FALSE(more.empty());
    reply.Add(more);
  }
  EXPECT_EQ(reply.data(1), kWhole);
  EXPECT_EQ(reply.header(1, "content-length"), "");
  EXPECT_TRUE(AllEnd());
}

}  // namespace
}  // namespace tidings::net
