#include "cli/sse_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::cli {
namespace {

using ::testing::ElementsAre;

class SseReaderTest : public ::testing::Test {
 protected:
  std::vector<std::string> messages_;
  SseReader reader_{[this](const SseMessage& message) {
    messages_.push_back(message.event + "|" + message.data);
  }};
};

TEST_F(SseReaderTest, TakesMessagesInWhateverPieces) {
  for (const char byte :
       std::string("id: 7\nevent: changed\ndata: {\"a\":1}\n\nevent:gone\ndata:x\n\n")) {
    reader_.Add({&byte, 1});
  }
  EXPECT_THAT(messages_, ElementsAre("changed|{\"a\":1}", "gone|x"));
  EXPECT_EQ(reader_.last_id(), "7");
}

TEST_F(SseReaderTest, TakesIdsOfCommentsAndJoinsLines) {
  reader_.Add(": here\r\nid: 9\r\n\r\ndata: a\r\ndata: b\r\n\r\n");
  EXPECT_THAT(messages_, ElementsAre("|a\nb"));
  EXPECT_EQ(reader_.last_id(), "9");
}

TEST_F(SseReaderTest, ForgetsHalfAMessage) {
  reader_.Add("id: 1\ndata: a\n\nid: 2\ndata: b\n");
  reader_.Reset();
  reader_.Add("data: c\n\n");
  EXPECT_THAT(messages_, ElementsAre("|a", "|c"));
  EXPECT_EQ(reader_.last_id(), "1");
}

}  // namespace
}  // namespace tidings::cli
