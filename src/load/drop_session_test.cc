#include "load/drop_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/client_session.h"

namespace tidings::load {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kRequest = "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello";

TEST(DropSessionTest, AnswersEachRequestOnceItsBodyIsThere) {
  const auto session = MakeDropSession(Protocol::kHttp);
  std::string out;
  ASSERT_TRUE(session->Take(kRequest.substr(0, kRequest.size() - 1), out).ok());
  EXPECT_THAT(out, IsEmpty());
  ASSERT_TRUE(session->Take("o", out).ok());
  const std::string one = out;
  EXPECT_TRUE(one.starts_with("HTTP/1.1 200 OK\r\n"));
  ASSERT_TRUE(session->Take(std::string(kRequest) + std::string(kRequest), out).ok());
  EXPECT_EQ(out, one + one + one);
}

TEST(DropSessionTest, TakesRequestsInSingleBytes) {
  const auto session = MakeDropSession(Protocol::kHttp);
  std::string out;
  for (const char c : kRequest) {
    ASSERT_TRUE(session->Take({&c, 1}, out).ok());
  }
  EXPECT_TRUE(out.starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(DropSessionTest, AnswersACallThatHasEnded) {
  const Shape shape{.protocol = Protocol::kGrpcBatched};
  const auto client = MakeSession(shape, {});
  const auto server = MakeDropSession(shape.protocol);
  const Payload payload{.bytes = "x", .message_ends = {1}};
  client->Begin(payload, payload.bytes, 7);
  std::string to_server;
  client->AppendFlush(to_server);

  std::string to_client;
  ASSERT_TRUE(server->Take(to_server, to_client).ok());
  std::vector<Answer> answers;
  ASSERT_TRUE(client->Take(to_client, answers).ok());

  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0].ticket, 7);
  EXPECT_THAT(answers[0].error, IsEmpty());
}

TEST(DropSessionTest, EndsAConnectionThatSpeaksSomethingElse) {
  std::string out;
  EXPECT_FALSE(MakeDropSession(Protocol::kGrpc)->Take(kRequest, out).ok());
}

}  // namespace
}  // namespace tidings::load
