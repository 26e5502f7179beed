#include "load/http1_message.h"

#include <gtest/gtest.h>

namespace tidings::load {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\ndate: now\r\nContent-Length: 3\r\n\r\nabcdef";

TEST(Http1MessageTest, ReadsTheFirstOfSome) {
  const auto message = ReadHttp1Message(kAnswer);
  ASSERT_TRUE(message.ok() && *message);
  EXPECT_EQ((*message)->start_line, "HTTP/1.1 200 OK");
  EXPECT_EQ((*message)->body, "abc");
  EXPECT_EQ((*message)->bytes, kAnswer.size() - 3);
}

TEST(Http1MessageTest, WaitsForTheWholeMessage) {
  for (size_t size = 0; size < kAnswer.size() - 3; ++size) {
    const auto message = ReadHttp1Message(kAnswer.substr(0, size));
    ASSERT_TRUE(message.ok());
    EXPECT_FALSE(*message) << size;
  }
}

TEST(Http1MessageTest, RefusesAHeadWithoutLength) {
  EXPECT_FALSE(ReadHttp1Message("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").ok());
}

TEST(Http1MessageTest, RefusesALengthThatIsNoNumber) {
  const auto message = ReadHttp1Message("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n");
  EXPECT_EQ(message.status().message(), "Content-Length is ' x', expected a number");
}

TEST(Http1MessageTest, RefusesEndlessBytesThatAreNoHead) {
  EXPECT_FALSE(ReadHttp1Message(std::string(70'000, 'x')).ok());
}

}  // namespace
}  // namespace tidings::load
