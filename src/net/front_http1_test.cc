#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/content_coding.h"
#include "net/testing/handlers.h"
#include "net/testing/raw_client.h"
#include "net/testing/test_front.h"

namespace tidings::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Counts the pieces of a body and answers at its end, or at its error.
class CountingHandler final : public StreamingHttpHandler {
 public:
  class Consumer final : public BodyConsumer {
   public:
    explicit Consumer(Responder respond) : respond_(std::move(respond)) {}
    void OnData(std::string chunk, std::function<void()> resume) override {
      bytes_ += chunk.size();
      std::jthread(resume).detach();  // From any thread, says the contract.
    }
    void OnEnd() override {
      respond_({.status = 200, .headers = {}, .body = std::to_string(bytes_)});
    }
    void OnError(const absl::Status& status) override {
      if (absl::IsInvalidArgument(status)) {
        respond_({.status = 400, .headers = {}, .body = "after " + std::to_string(bytes_)});
      }
    }

   private:
    const Responder respond_;
    size_t bytes_ = 0;
  };

  std::unique_ptr<BodyConsumer> Begin(
      std::shared_ptr<const HttpRequest> /*request*/, Responder respond
  ) override {
    return std::make_unique<Consumer>(std::move(respond));
  }
};

std::shared_ptr<const Router> TestRouter() {
  auto router = std::make_shared<Router>();
  router->Add({.method = "POST", .pattern = "/echo", .handler = EchoHandler()});
  router->Add({.method = "GET", .pattern = "/items/{id}", .handler = EchoHandler()});
  router->Add(
      {.method = "POST",
       .pattern = "/small",
       .handler = EchoHandler(),
       .max_body_bytes = 100,
       .max_inflated_bytes = 100}
  );
  router->Add(
      {.method = "POST",
       .pattern = "/count",
       .streaming = std::make_shared<CountingHandler>(),
       .max_body_bytes = size_t{100} << 20}
  );
  router->Add(
      {.method = "POST",
       .pattern = "/inflate",
       .handler = EchoHandler(),
       .max_inflated_bytes = 199'999}
  );
  const auto split = [](const HttpRequest&, const std::string&) {
    return HttpResponse{
        .status = 200, .headers = {{"x-evil", "a\r\nSet-Cookie: b"}, {"x-good", "c"}}, .body = "d"};
  };
  router->Add(
      {.method = "GET", .pattern = "/split", .handler = std::make_shared<FunctionHandler>(split)}
  );
  const auto large = [](const HttpRequest&, const std::string&) {
    return HttpResponse{
        .status = 200,
        .headers = {{"content-type", "application/json"}},
        .body = std::string(100'000, '1')};
  };
  router->Add(
      {.method = "GET", .pattern = "/large", .handler = std::make_shared<FunctionHandler>(large)}
  );
  return router;
}

std::string Post(const std::string& path, const std::string& body, const std::string& more = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: t\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr char kLastPost[] = "Connection: close\r\n";

TEST(FrontHttp1Test, AnswersWithDateServerAndRequestId) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(Post("/echo", "hello", "Connection: close\r\nX-Request-Id: mine-1\r\n"));
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("x-request-id: mine-1\r\n"), std::string::npos);
  EXPECT_NE(answer.find("\r\ndate: "), std::string::npos);
  EXPECT_NE(answer.find("content-length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
}

TEST(FrontHttp1Test, AnswersPipelinedRequestsInOrder) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(Post("/echo", "first") + Post("/echo", "second") + Post("/echo", "3", kLastPost));
  const std::string answers = client.ReadToEnd();
  const size_t first = answers.find("first");
  const size_t second = answers.find("second");
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
  EXPECT_TRUE(answers.ends_with("\r\n\r\n3"));
}

TEST(FrontHttp1Test, TakesARequestByteByByte) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  for (const char c : Post("/echo", "slowly", kLastPost)) {
    client.Send({&c, 1});
  }
  EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\nslowly"));
}

TEST(FrontHttp1Test, TakesChunkedBodies) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n"
  );
  EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\nabcdefg"));
}

TEST(FrontHttp1Test, SaysContinueBeforeABodyThatWaitsForIt) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nExpect: 100-continue\r\n"
      "Content-Length: 4\r\n\r\n"
  );
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("body");
  EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\nbody"));
}

TEST(FrontHttp1Test, RefusesALargeBodyInsteadOfSayingContinue) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(
      "POST /small HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n"
  );
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
  EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
}

TEST(FrontHttp1Test, RefusesAChunkedBodyWhenItGetsTooLarge) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("POST /small HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "40\r\n" + std::string(64, 'c') + "\r\n";
  client.Send(chunk + chunk);
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 413 "));
}

TEST(FrontHttp1Test, InflatesGzipAndZstd) {
  const TestFront front(TestRouter(), nullptr);
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kZstd}) {
    RawClient client(front.port());
    const std::string text(300'000, 'g');
    client.Send(Post(
        "/echo",
        Deflate(coding, text),
        "Connection: close\r\nContent-Encoding: " + std::string(NameOf(coding)) + "\r\n"
    ));
    EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\n" + text)) << NameOf(coding);
  }
}

TEST(FrontHttp1Test, StopsInflatingABombAtTheLimit) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  const std::string bomb = Deflate(ContentCoding::kGzip, std::string(200'000, '\0'));
  client.Send(Post("/inflate", bomb, "Connection: close\r\nContent-Encoding: gzip\r\n"));
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(front.Refused("http1", "body_size"), 1);
}

TEST(FrontHttp1Test, NamesBrokenAndTruncatedGzip) {
  const TestFront front(TestRouter(), nullptr);
  const std::string whole = Deflate(ContentCoding::kGzip, "some text that is compressed");
  for (const std::string& body : {std::string("no gzip"), whole.substr(0, whole.size() - 4)}) {
    RawClient client(front.port());
    client.Send(Post("/echo", body, "Content-Encoding: gzip\r\n"));
    EXPECT_TRUE(client.ReadUntil("}").starts_with("HTTP/1.1 400 "));
  }
}

TEST(FrontHttp1Test, RefusesUnknownContentEncodings) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(Post("/echo", "x", "Connection: close\r\nContent-Encoding: br\r\n"));
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 415 "));
  EXPECT_NE(answer.find("accept-encoding: gzip, zstd\r\n"), std::string::npos);
}

TEST(FrontHttp1Test, CompressesLargeAnswersWhenAsked) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(
      "GET /large HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip;q=0.5, br\r\n"
      "Connection: close\r\n\r\n"
  );
  const std::string answer = client.ReadToEnd();
  EXPECT_NE(answer.find("content-encoding: gzip\r\n"), std::string::npos);
  EXPECT_NE(answer.find("vary: accept-encoding\r\n"), std::string::npos);
  const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
  EXPECT_EQ(InflateWhole(ContentCoding::kGzip, body, 200'000).value(), std::string(100'000, '1'));
}

TEST(FrontHttp1Test, AnswersHeadWithTheLengthOfGet) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("HEAD /large HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadToEnd();
  EXPECT_NE(answer.find("content-length: 100000\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(FrontHttp1Test, SendsNoHeaderThatWouldBeReadAsMoreHeaders) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("GET /split HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadToEnd();
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(answer.find("x-good: c\r\n"), std::string::npos);
}

TEST(FrontHttp1Test, NamesTheMethodsThatAPathHas) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("DELETE /items/7 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 "));
  EXPECT_NE(answer.find("allow: GET, HEAD\r\n"), std::string::npos);
}

TEST(FrontHttp1Test, AnswersUnknownPathsWithAProblem) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("GET /nowhere HTTP/1.1\r\nHost: t\r\nX-Request-Id: r-7\r\nConnection: close\r\n\r\n");
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 "));
  EXPECT_NE(answer.find(R"("type":"not-found")"), std::string::npos);
  EXPECT_NE(answer.find(R"("request_id":"r-7")"), std::string::npos);
}

TEST(FrontHttp1Test, KeepsTheConnectionAfterARefusedBodyThatHasArrived) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(Post("/nowhere", "some body"));
  EXPECT_TRUE(client.ReadUntil("}").starts_with("HTTP/1.1 404 "));
  client.Send(Post("/echo", "still here", kLastPost));
  EXPECT_TRUE(client.ReadToEnd().ends_with("still here"));
}

TEST(FrontHttp1Test, RefusesGarbageAndMissingHost) {
  const TestFront front(TestRouter(), nullptr);
  for (const char* bad :
       {"\x16\x03\x01\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET x HTTP/1.1\r\nHost: t\r\n\r\n"}) {
    RawClient client(front.port());
    client.Send(bad);
    EXPECT_TRUE(client.ReadUntil("}").starts_with("HTTP/1.1 400 ")) << bad;
  }
}

TEST(FrontHttp1Test, RefusesBothLengthAndChunked) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n"
  );
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 400 "));
}

TEST(FrontHttp1Test, RefusesFramingsThatItDoesNotKnowAndReadsNoBodyAsARequest) {
  const TestFront front(TestRouter(), nullptr);
  for (const std::string framing :
       {"HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n",
        "HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n",
        "HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n",
        "HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked, gzip\r\n",
        "HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
        "HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1\r\nHost: t\r\nHost: u\r\nConnection: close\r\n"}) {
    SCOPED_TRACE(framing);
    RawClient client(front.port());
    client.Send("POST /echo " + framing + "\r\nDELETE /items/7 HTTP/1.1\r\nHost: t\r\n\r\n");
    const std::string answer = client.ReadToEnd();
    const bool is_refused =
        answer.starts_with("HTTP/1.1 501") || answer.starts_with("HTTP/1.1 400");
    EXPECT_TRUE(is_refused) << answer;
    EXPECT_EQ(answer.rfind("HTTP/1.1 "), 0) << "one answer: " << answer;
  }
}

TEST(FrontHttp1Test, RefusesAHeaderOverTheLimit) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(17'000, 'h') + "\r\n\r\n");
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 431 "));
  EXPECT_EQ(front.Refused("http1", "header_size"), 1);
}

TEST(FrontHttp1Test, GivesUpOnAHeaderThatDoesNotGetOn) {
  const TestFront front(TestRouter(), nullptr, {.incomplete_timeout = milliseconds(60)});
  RawClient client(front.port());
  client.Send("GET / HTTP/1.1\r\nHo");
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(front.Refused("http1", "incomplete_header"), 1);
}

TEST(FrontHttp1Test, GivesUpOnABodyThatDoesNotGetOn) {
  const TestFront front(TestRouter(), nullptr, {.incomplete_timeout = milliseconds(60)});
  RawClient client(front.port());
  client.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 408 "));
}

TEST(FrontHttp1Test, ClosesAnIdleConnection) {
  const TestFront front(TestRouter(), nullptr, {.idle_timeout = milliseconds(60)});
  RawClient client(front.port());
  client.Send(Post("/echo", "x"));
  EXPECT_NE(client.ReadUntil("x"), "");
  EXPECT_TRUE(client.IsClosedWithin(seconds(60)));
}

TEST(FrontHttp1Test, StreamsALargeBodyInPieces) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(Post("/count", std::string(size_t{30} << 20, 's'), kLastPost));
  EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\n" + std::to_string(size_t{30} << 20)));
}

TEST(FrontHttp1Test, AnswersAClientThatStopsSendingInTheMiddleOfABody) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nnot all");
  client.HalfClose();
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_NE(answer.find("the client stopped sending in the middle"), std::string::npos) << answer;
}

TEST(FrontHttp1Test, LetsAConsumerAnswerForABrokenBody) {
  const TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(
      "POST /count HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n"
  );
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answer.ends_with("after 3"));
}

TEST(FrontHttp1Test, AnswersItselfWhenTheConsumerDoesNot) {
  const TestFront front(TestRouter(), nullptr, {.incomplete_timeout = milliseconds(60)});
  RawClient client(front.port());
  client.Send("POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 408 "));
}

TEST(FrontHttp1Test, RefusesConnectionsOverTheLimit) {
  const TestFront front(TestRouter(), nullptr, {.connections = 1});
  RawClient first(front.port());
  first.Send(Post("/echo", "1"));
  EXPECT_NE(first.ReadUntil("\r\n\r\n1"), "");
  RawClient second(front.port());
  EXPECT_TRUE(second.IsClosedWithin(seconds(60)));
  EXPECT_EQ(front.Refused("tcp", "connections"), 1);
}

TEST(FrontHttp1Test, ClosesIdleConnectionsAtOnceWhenItStops) {
  TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send(Post("/echo", "x"));
  EXPECT_NE(client.ReadUntil("\r\n\r\nx"), "");
  const auto begun = std::chrono::steady_clock::now();
  front.Stop(seconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(10));
}

TEST(FrontHttp1Test, AnswersAHalfSentRequestWith503WhenTheGraceIsOver) {
  TestFront front(TestRouter(), nullptr);
  RawClient client(front.port());
  client.Send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"
  );
  EXPECT_NE(client.ReadUntil("\r\n\r\n"), "");
  front.Stop(milliseconds(10));
  EXPECT_TRUE(client.ReadToEnd().starts_with("HTTP/1.1 503 "));
}

}  // namespace
}  // namespace tidings::net
