#include "net/http_client.h"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/testing/test_front.h"

namespace tidings::net {
namespace {

/// A body that ends before its end.
class BrokenBody final : public BodyStream {
 public:
  void Pull(Give give) override { give({.bytes = {}, .is_broken = true}); }
};

/// Answers with what it was asked; leaves the path /silent without an answer, and breaks /broken
/// off.
class Echo final : public HttpHandler {
 public:
  void Handle(std::shared_ptr<const HttpRequest> request, std::string body, Responder respond)
      override {
    if (request->path == "/silent") {
      kept_ = std::move(respond);
      return;
    }
    if (request->path == "/broken") {
      respond({.body = "begun", .stream = std::make_shared<BrokenBody>()});
      return;
    }
    respond(
        {.status = 202,
         .headers = {{"x-echo", std::string(request->header("x-said"))}},
         .body = fmt::format("{} {}?{} {}", request->method, request->path, request->query, body)}
    );
  }

 private:
  Responder kept_;
};

class HttpClientTest : public ::testing::Test {
 protected:
  HttpClientTest() {
    const auto echo = std::make_shared<Echo>();
    const auto router = std::make_shared<Router>();
    for (const char* method : {"GET", "POST", "DELETE"}) {
      router->Add({.method = method, .pattern = "/*", .handler = echo});
    }
    front_ = std::make_unique<TestFront>(router, nullptr);
  }

  absl::StatusOr<ClientResponse> Send(ClientRequest request, const std::string& path) {
    request.url = "http://" + front_->address() + path;
    return client_->Send(request);
  }

  std::unique_ptr<TestFront> front_;
  const std::unique_ptr<HttpClient> client_ = HttpClient::Create({}).value();
};

TEST_F(HttpClientTest, GivesStatusHeadersAndBody) {
  const auto response = Send({.headers = {{"x-said", "hello"}}}, "/a%2Fb?c=d");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 202);
  EXPECT_EQ(response->header("x-echo"), "hello");
  EXPECT_EQ(response->header("x-none"), "");
  EXPECT_EQ(response->body, "GET /a%2Fb?c=d ");
}

TEST_F(HttpClientTest, SendsTheBodyAlsoAnEmptyAndALargeOne) {
  const std::string large(100'000, 'x');
  for (const std::string& body : {std::string(), std::string("{}"), large}) {
    const auto response = Send({.method = "POST", .body = body}, "/");
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "POST /? " + body);
  }
}

TEST_F(HttpClientTest, DoesNotCarryAMethodOrBodyIntoTheNextRequest) {
  ASSERT_TRUE(Send({.method = "POST", .body = "{}"}, "/").ok());
  EXPECT_EQ(Send({.method = "DELETE"}, "/x")->body, "DELETE /x? ");
  EXPECT_EQ(Send({}, "/y")->body, "GET /y? ");
}

TEST_F(HttpClientTest, NoListenerIsUnavailable) {
  const std::string address = front_->address();
  front_.reset();
  const auto response = client_->Send({.url = "http://" + address + "/"});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpClientTest, AnswerThatIsBrokenOffIsAborted) {
  std::string taken;
  const auto response = Send(
      {.on_body =
           [&taken](std::string_view bytes) {
             taken += bytes;
             return true;
           }},
      "/broken"
  );
  EXPECT_EQ(response.status().code(), absl::StatusCode::kAborted) << response.status();
  EXPECT_EQ(taken, "begun");
}

TEST_F(HttpClientTest, NoAnswerInTimeIsDeadlineExceeded) {
  const auto response = Send({.timeout = std::chrono::milliseconds(50)}, "/silent");
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(HttpClientTest, RefusesOtherSchemesAndBrokenUrls) {
  for (const char* url : {"file:///etc/passwd", "http://", "gopher://x"}) {
    EXPECT_EQ(client_->Send({.url = url}).status().code(), absl::StatusCode::kInvalidArgument)
        << url;
  }
}

}  // namespace
}  // namespace tidings::net
