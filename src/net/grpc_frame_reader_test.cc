#include "net/grpc_frame_reader.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

/// Room of a certain size.
class BoundedRoom final : public MessageRoom {
 public:
  explicit BoundedRoom(size_t room) : room_(room) {}
  bool TryReserve(size_t bytes, size_t /*held*/) override {
    if (bytes > room_) {
      return false;
    }
    room_ -= bytes;
    return true;
  }
  void GiveBack(size_t bytes) override { room_ += bytes; }
  size_t room() const { return room_; }

 private:
  size_t room_;
};

class GrpcFrameReaderTest : public testing::Test {
 protected:
  absl::Status Feed(const std::string& bytes) {
    rest_ = std::make_shared<std::string>(rest_view_);
    *rest_ += bytes;
    std::string_view view = *rest_;
    absl::Status status = reader_.Feed(view, rest_, messages_);
    rest_view_ = std::string(view);
    return status;
  }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const GrpcMessage& message : messages_) {
      texts.emplace_back(message.bytes);
    }
    return texts;
  }

  BoundedRoom room_{100'000};
  GrpcFrameReader reader_{{.max_message_bytes = 50'000, .coding = ContentCoding::kGzip}, room_};
  std::vector<GrpcMessage> messages_;
  std::shared_ptr<std::string> rest_;
  std::string rest_view_;
};

std::string Framed(const std::string& message, char flag = 0) {
  std::string framed = FrameGrpcMessage(message);
  framed[0] = flag;
  return framed;
}

TEST_F(GrpcFrameReaderTest, ViewsMessagesThatLieWholeInTheBuffer) {
  EXPECT_TRUE(Feed(Framed("one") + Framed("") + Framed("two")).ok());
  EXPECT_EQ(Texts(), (std::vector<std::string>{"one", "", "two"}));
  EXPECT_EQ(messages_[0].bytes.data(), rest_->data() + kGrpcPrefixBytes);
  EXPECT_EQ(messages_[2].index, 2U);
  EXPECT_FALSE(reader_.mid_message());
}

TEST_F(GrpcFrameReaderTest, AssemblesMessagesFromSingleBytes) {
  for (const char c : Framed("one") + Framed("two")) {
    EXPECT_TRUE(Feed(std::string(1, c)).ok());
  }
  EXPECT_EQ(Texts(), (std::vector<std::string>{"one", "two"}));
}

TEST_F(GrpcFrameReaderTest, ReservesExactlyWhatItHandsOut) {
  EXPECT_TRUE(Feed(Framed("12345") + Framed(Deflate(ContentCoding::kGzip, "1234567890"), 1)).ok());
  EXPECT_EQ(room_.room(), 100'000U - 15);
}

TEST_F(GrpcFrameReaderTest, GivesBackWhatAnUnfinishedMessageHadReserved) {
  {
    GrpcFrameReader reader({.max_message_bytes = 1000}, room_);
    const std::string begun = Framed("never whole").substr(0, 8);
    std::string_view view = begun;
    EXPECT_TRUE(reader.Feed(view, nullptr, messages_).ok());
    EXPECT_EQ(room_.room(), 100'000U - 11);
  }
  EXPECT_EQ(room_.room(), 100'000U);
}

TEST_F(GrpcFrameReaderTest, WaitsForRoomAndGoesOn) {
  room_.TryReserve(100'000, 0);
  EXPECT_TRUE(Feed(Framed("wait") + Framed("too")).ok());
  EXPECT_EQ(reader_.needs_room(), 4U);
  EXPECT_TRUE(messages_.empty());
  room_.GiveBack(100);
  EXPECT_TRUE(Feed("").ok());
  EXPECT_EQ(Texts(), (std::vector<std::string>{"wait", "too"}));
}

TEST_F(GrpcFrameReaderTest, RefusesAMessageOverTheLimitByItsPrefix) {
  const std::string prefix = FrameGrpcMessage(std::string(50'001, 'x')).substr(0, 5);
  EXPECT_TRUE(absl::IsResourceExhausted(Feed(prefix)));
  EXPECT_EQ(room_.room(), 100'000U);
}

TEST_F(GrpcFrameReaderTest, RefusesUnknownFlags) {
  EXPECT_TRUE(absl::IsInvalidArgument(Feed(Framed("x", 2))));
}

TEST_F(GrpcFrameReaderTest, InflatesWhatRepeatsItselfMoreThanExpected) {
  const std::string text(40'000, 'r');
  EXPECT_TRUE(Feed(Framed(Deflate(ContentCoding::kGzip, text), 1)).ok());
  EXPECT_EQ(Texts(), std::vector<std::string>{text});
  EXPECT_EQ(room_.room(), 60'000U);
}

TEST_F(GrpcFrameReaderTest, WaitsForMoreRoomToInflate) {
  const std::string text(40'000, 'r');
  room_.TryReserve(60'000, 0);
  EXPECT_TRUE(Feed(Framed(Deflate(ContentCoding::kGzip, text), 1)).ok());
  EXPECT_GT(reader_.needs_room(), 0U);
  room_.GiveBack(60'000);
  EXPECT_TRUE(Feed("").ok());
  EXPECT_EQ(Texts(), std::vector<std::string>{text});
}

TEST_F(GrpcFrameReaderTest, RefusesWhatInflatesOverTheLimit) {
  const std::string bomb = Deflate(ContentCoding::kGzip, std::string(50'001, 'r'));
  EXPECT_TRUE(absl::IsResourceExhausted(Feed(Framed(bomb, 1))));
}

TEST_F(GrpcFrameReaderTest, MayAllowMoreInflatedThanOnTheWire) {
  GrpcFrameReader reader(
      {.max_message_bytes = 1000, .max_inflated_bytes = 40'000, .coding = ContentCoding::kGzip},
      room_
  );
  const auto feed = [&](const std::string& framed) {
    std::string_view view = framed;
    return reader.Feed(view, nullptr, messages_);
  };
  const std::string text(40'000, 'r');
  EXPECT_TRUE(feed(Framed(Deflate(ContentCoding::kGzip, text), 1)).ok());
  EXPECT_EQ(Texts(), std::vector<std::string>{text});
  EXPECT_TRUE(absl::IsResourceExhausted(feed(Framed(Deflate(ContentCoding::kGzip, text + "r"), 1)))
  );
}

TEST_F(GrpcFrameReaderTest, NamesAMessageThatDoesNotInflate) {
  const absl::Status status = Feed(Framed("ok") + Framed("no gzip", 1));
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_NE(status.message().find("message #1"), absl::string_view::npos);
  EXPECT_EQ(Texts(), std::vector<std::string>{"ok"});
}

}  // namespace
}  // namespace tidings::net
