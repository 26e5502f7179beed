#include "net/front.h"

#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/status.h"
#include "net/io_thread.h"
#include "net/listen_address.h"
#include "net/testing/collect_method.h"
#include "net/testing/handlers.h"
#include "net/testing/raw_client.h"

namespace tidings::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FrontTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Front>> Bind(const std::vector<Listener>& listeners) {
    return Front::Bind(listeners, {.io_threads = 1}, clock_, metrics_);
  }
  absl::StatusOr<std::unique_ptr<Front>> Start(const std::vector<Listener>& listeners) {
    auto front = Bind(listeners);
    if (front.ok()) {
      (*front)->Open(listeners);
    }
    return front;
  }
  static std::shared_ptr<const Router> RouterWith(const std::string& path) {
    auto router = std::make_shared<Router>();
    router->Add({.method = "POST", .pattern = path, .handler = EchoHandler()});
    return router;
  }
  /// Posts to a path; the answer, or "refused".
  static std::string Ask(uint16_t port, const std::string& path) {
    RawClient client(port);
    const bool connected =
        client.Send("POST " + path + " HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi");
    return connected ? client.ReadToEnd() : "refused";
  }
  static uint16_t PortOf(const std::string& address) {
    return ParseListenAddress(address).value().port();
  }

  SystemClock clock_;
  prometheus::Registry metrics_;
};

TEST_F(FrontTest, TellsTheRealPort) {
  const auto front = Start({{"http.address", "127.0.0.1:0", RouterWith("/a"), nullptr}});
  ASSERT_TRUE(front.ok());
  ASSERT_EQ((*front)->bound().size(), 1U);
  EXPECT_EQ((*front)->bound()[0].key, "http.address");
  EXPECT_NE(PortOf((*front)->bound()[0].address), 0);
}

TEST(IoThreadTest, TakesConnectionsAlsoWhenTheirSocketWasTheLastDescriptor) {
  IoThread thread(1);
  const int last = dup(STDIN_FILENO);
  ASSERT_GE(last, 0);
  close(last);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none_left{static_cast<rlim_t>(last), before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none_left), 0);
  EXPECT_NO_THROW(boost::asio::ip::tcp::socket(thread.io()));
  EXPECT_EQ(dup(STDIN_FILENO), -1) << "the control: no descriptor was left";
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(FrontTest, NamesEverythingAboutATakenPort) {
  const auto first = Start({{"http.address", "127.0.0.1:0", RouterWith("/a"), nullptr}});
  ASSERT_TRUE(first.ok());
  const std::string address = (*first)->bound()[0].address;
  const auto second = Start({{"grpc.address", address, RouterWith("/a"), nullptr}});
  ASSERT_TRUE(absl::IsUnavailable(second.status()));
  const std::string message(MessageOf(second.status()));
  EXPECT_THAT(message, HasSubstr("cannot listen on " + address + " (grpc.address)"));
  EXPECT_THAT(message, HasSubstr("process " + std::to_string(getpid())));
  EXPECT_THAT(message, HasSubstr(": stop that, or set grpc.address to another address"));
  EXPECT_THAT(message, HasSubstr("'off'"));
}

TEST_F(FrontTest, NamesAllPortsThatAreTaken) {
  const auto first = Start(
      {{"http.address", "127.0.0.1:0", RouterWith("/a"), nullptr},
       {"grpc.address", "127.0.0.1:0", RouterWith("/a"), nullptr}}
  );
  ASSERT_TRUE(first.ok());
  const std::vector<Front::Bound>& taken = (*first)->bound();
  const auto second = Start(
      {{"http.address", taken[0].address, RouterWith("/a"), nullptr},
       {"grpc.address", taken[1].address, RouterWith("/a"), nullptr}}
  );
  ASSERT_TRUE(absl::IsUnavailable(second.status()));
  for (const Front::Bound& one : taken) {
    EXPECT_THAT(
        std::string(MessageOf(second.status())),
        HasSubstr("cannot listen on " + one.address + " (" + one.key + ")")
    );
  }
}

TEST_F(FrontTest, DoesNotLookForAHolderOfAnAddressThatNoInterfaceHas) {
  // TEST-NET-1 is nobody's.
  const auto front = Start({{"http.address", "192.0.2.1:0", RouterWith("/a"), nullptr}});
  ASSERT_TRUE(absl::IsUnavailable(front.status()));
  const std::string message(MessageOf(front.status()));
  EXPECT_THAT(message, HasSubstr("No interface of this machine has that address"));
  EXPECT_THAT(message, Not(HasSubstr("stop")));
}

TEST_F(FrontTest, DoesWithoutAListenerThatIsOff) {
  const auto front = Start(
      {{"http.address", "127.0.0.1:0", RouterWith("/a"), nullptr},
       {"grpc.address", "off", nullptr, std::make_shared<GrpcServices>()}}
  );
  ASSERT_TRUE(front.ok());
  EXPECT_EQ((*front)->bound().size(), 1U);
}

TEST_F(FrontTest, NamesTheKeyOfABrokenAddress) {
  const auto front = Start({{"http.address", "here:99999", RouterWith("/a"), nullptr}});
  ASSERT_TRUE(absl::IsInvalidArgument(front.status()));
  EXPECT_THAT(std::string(MessageOf(front.status())), HasSubstr("http.address: 'here:99999'"));
}

TEST_F(FrontTest, ServesListenersWithTheSameAddressOnOneSocket) {
  std::string address;
  {
    const auto probe = Start({{"x", "127.0.0.1:0", RouterWith("/a"), nullptr}});
    address = (*probe)->bound()[0].address;
  }
  const auto front = Start(
      {{"http.address", address, RouterWith("/a"), nullptr},
       {"otlp.http_address", address, RouterWith("/b"), nullptr}}
  );
  ASSERT_TRUE(front.ok()) << front.status();
  EXPECT_EQ((*front)->bound().size(), 2U);
  for (const char* path : {"/a", "/b"}) {
    RawClient client(PortOf(address));
    client.Send("POST " + std::string(path) + " HTTP/1.0\r\nContent-Length: 4\r\n\r\nboth");
    EXPECT_TRUE(client.ReadToEnd().ends_with("both"));
  }
}

TEST_F(FrontTest, BindsTheSamePortAgainAtOnce) {
  auto first = Start({{"x", "127.0.0.1:0", RouterWith("/a"), nullptr}});
  const std::string address = (*first)->bound()[0].address;
  RawClient client(PortOf(address));
  client.Send("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_NE(client.ReadUntil("\r\n\r\nx"), "");
  (*first)->Stop(std::chrono::milliseconds(0));
  first = Start({{"x", address, RouterWith("/a"), nullptr}});
  EXPECT_TRUE(first.ok()) << first.status();
}

TEST_F(FrontTest, StopsTwiceWithoutHarm) {
  const auto front = Start({{"x", "127.0.0.1:0", RouterWith("/a"), nullptr}});
  (*front)->Stop(std::chrono::milliseconds(0));
  (*front)->Stop(std::chrono::milliseconds(0));
}

TEST_F(FrontTest, AnswersWhatIsServedBeforeItIsOpenAndLetsTheOthersWait) {
  std::vector<Listener> listeners = {
      {.key = "x", .address = "127.0.0.1:0", .while_closed = RouterWith("/health")},
      {.key = "y", .address = "127.0.0.1:0"}};
  const auto front = Bind(listeners);
  ASSERT_TRUE(front.ok()) << front.status();
  const uint16_t port = PortOf((*front)->bound()[0].address);
  RawClient silent(port);
  RawClient waiting(PortOf((*front)->bound()[1].address));
  ASSERT_TRUE(waiting.Send("POST /a HTTP/1.0\r\nContent-Length: 4\r\n\r\nboth"));
  EXPECT_THAT(Ask(port, "/health"), AllOf(HasSubstr(" 200 OK"), HasSubstr("connection: close")));
  EXPECT_THAT(Ask(port, "/a"), AllOf(HasSubstr(" 503 "), HasSubstr("the server is starting")));
  for (Listener& listener : listeners) {
    listener.router = RouterWith("/a");
  }
  (*front)->Open(listeners);
  EXPECT_EQ(silent.ReadToEnd(), "") << "its next connection is served";
  EXPECT_TRUE(waiting.ReadToEnd().ends_with("both"));
  RawClient after(port);
  after.Send("POST /a HTTP/1.0\r\nContent-Length: 4\r\n\r\nboth");
  EXPECT_TRUE(after.ReadToEnd().ends_with("both"));
}

TEST_F(FrontTest, StopsBeforeItIsOpen) {
  const auto front = Bind(
      {{.key = "x", .address = "127.0.0.1:0", .while_closed = RouterWith("/health")},
       {.key = "y", .address = "127.0.0.1:0"}}
  );
  ASSERT_TRUE(front.ok()) << front.status();
  RawClient silent(PortOf((*front)->bound()[0].address));
  (*front)->Stop(std::chrono::milliseconds(0));
  EXPECT_EQ(silent.ReadToEnd(), "");
  for (const Front::Bound& bound : (*front)->bound()) {
    EXPECT_FALSE(RawClient(PortOf(bound.address)).Send("x"));
  }
}

TEST_F(FrontTest, AnswersWhatIsServedWhileItStopsAndNothingElse) {
  const auto front = Start(
      {{.key = "x",
        .address = "127.0.0.1:0",
        .router = RouterWith("/a"),
        .while_closed = RouterWith("/health")},
       {.key = "y", .address = "127.0.0.1:0", .router = RouterWith("/a")}}
  );
  const uint16_t port = PortOf((*front)->bound()[0].address);
  const uint16_t closed_port = PortOf((*front)->bound()[1].address);
  RawClient held(port);
  held.Send("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_THAT(held.ReadUntil("\r\n\r\n"), HasSubstr(" 100 "));
  const RawClient silent(port);
  std::jthread stop([&front] { (*front)->Stop(std::chrono::seconds(60)); });
  while (RawClient(closed_port).Send("x")) {
  }
  EXPECT_THAT(Ask(port, "/health"), AllOf(HasSubstr(" 200 OK"), HasSubstr("connection: close")));
  EXPECT_THAT(Ask(port, "/a"), AllOf(HasSubstr(" 503 "), HasSubstr("the server stops")));
  const RawClient silent_too(port);
  EXPECT_TRUE(held.Send("done"));
  EXPECT_TRUE(held.ReadToEnd().ends_with("done"));
  stop.join();
  EXPECT_EQ(Ask(port, "/health"), "refused");
}

TEST(ListenAddressTest, TakesV4V6AndLocalhost) {
  EXPECT_EQ(FormatEndpoint(ParseListenAddress("0.0.0.0:80").value()), "0.0.0.0:80");
  EXPECT_EQ(FormatEndpoint(ParseListenAddress("[::1]:80").value()), "[::1]:80");
  EXPECT_EQ(FormatEndpoint(ParseListenAddress("localhost:0").value()), "127.0.0.1:0");
}

TEST(ListenAddressTest, RefusesWhatIsNone) {
  for (const char* bad :
       {"",
        "80",
        ":80",
        "::1:80",
        "1.2.3.4",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "1.2.3.4:80x",
        "example.org:80",
        "[1.2.3.4]:80"}) {
    EXPECT_FALSE(ParseListenAddress(bad).ok()) << bad;
  }
}

/// Keeps its responder for longer than the front lives.
class KeepingHandler final : public HttpHandler {
 public:
  void Handle(std::shared_ptr<const HttpRequest>, std::string, Responder respond) override {
    kept_ = std::move(respond);
    has_.count_down();
  }
  void AnswerLate() {
    has_.wait();
    kept_({.status = 200, .headers = {}, .body = "too late"});
  }
  void Wait() { has_.wait(); }

 private:
  std::latch has_{1};
  Responder kept_;
};

TEST_F(FrontTest, IgnoresAnAnswerAfterItHasGone) {
  const auto handler = std::make_shared<KeepingHandler>();
  {
    auto router = std::make_shared<Router>();
    router->Add({.method = "POST", .pattern = "/keep", .handler = handler});
    const auto front = Start({{"x", "127.0.0.1:0", router, nullptr}});
    RawClient client(PortOf((*front)->bound()[0].address));
    client.Send("POST /keep HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx");
    handler->Wait();
  }
  handler->AnswerLate();
}

}  // namespace
}  // namespace tidings::net
