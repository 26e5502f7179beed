#include <array>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/tail_stream.h"
#include "api/rest/testing/rest_harness.h"
#include "store/testing/forwarding_store.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::NextPiece;
using rest_testing::RestHarness;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TailEventsTest : public ::testing::Test {
 protected:
  void Report(const std::string& json) {
    ASSERT_EQ(rest_.Post(json).status, 200);
    rest_.clock.Advance(std::chrono::milliseconds(1));
  }
  net::HttpResponse Tail(const std::string& query = "", const std::string& last_event_id = "") {
    rest_testing::TestRequest request{.target = "/api/v1/tail" + query};
    request.last_event_id = last_event_id;
    return rest_.Send(request);
  }

  RestHarness rest_;
};

TEST_F(TailEventsTest, BeginsWithWhatChangesFromNowOn) {
  Report(R"({"id":"old","name":"A","start":"now"})");
  const net::HttpResponse tail = Tail();
  EXPECT_EQ(tail.status, 200);
  EXPECT_EQ(HeaderOf(tail, "content-type"), "text/event-stream");
  EXPECT_EQ(tail.body, ": here\nid: 1\n\n");
  Report(R"({"id":"new","name":"B","start":"now"})");
  const std::string text = NextPiece(*tail.stream).bytes;
  EXPECT_THAT(text, ::testing::StartsWith("id: 2\nevent: changed\ndata: {\"id\":\"new\","));
  EXPECT_THAT(text, ::testing::EndsWith("}\n\n"));
}

TEST_F(TailEventsTest, TellsAnEventAgainInItsNewState) {
  const net::HttpResponse tail = Tail();
  Report(R"({"id":"a","name":"A","start":"now"})");
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr(R"("state":"open")"));
  Report(R"({"id":"a","end":"now"})");
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr(R"("state":"closed")"));
}

TEST_F(TailEventsTest, TellsWhatDoesNotMatchAnyMoreAsGone) {
  const net::HttpResponse tail = Tail("?state=open");
  Report(R"({"id":"a","name":"A","start":"now"})");
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: changed"));
  Report(R"({"id":"other","name":"A","start":"now","end":"now"})");
  Report(R"({"id":"a","end":"now"})");
  EXPECT_EQ(NextPiece(*tail.stream).bytes, "id: 3\nevent: gone\ndata: {\"id\":\"a\"}\n\n");
}

TEST_F(TailEventsTest, TellsAsGoneWhatChangedInTheMillisecondOfItsFirstReport) {
  const net::HttpResponse tail = Tail("?q=state:open");
  ASSERT_EQ(rest_.Post(R"({"id":"a","name":"A","start":"5m"})").status, 200);
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: changed"));
  ASSERT_EQ(rest_.Post(R"({"id":"a","end":"now"})").status, 200);
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: gone"));
}

TEST_F(TailEventsTest, TellsWithdrawnEventsAsGone) {
  Report(R"({"id":"a","name":"A","start":"now"})");
  const net::HttpResponse tail = Tail();
  ASSERT_EQ(rest_.Delete("/api/v1/events/a").status, 200);
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: gone\ndata: {\"id\":\"a\"}"));
}

TEST_F(TailEventsTest, GoesOnBehindTheLastEventThatTheReaderSaw) {
  for (const char* const id : {"a", "b", "c"}) {
    Report(fmt::format(R"({{"id":"{}","name":"A","start":"now"}})", id));
  }
  const std::string text = NextPiece(*Tail("?since=0", "1").stream).bytes;
  EXPECT_THAT(text, AllOf(HasSubstr("id: 2\n"), HasSubstr("id: 3\n"), Not(HasSubstr("id: 1\n"))));
}

TEST_F(TailEventsTest, BeginsAtASequenceOrATime) {
  Report(R"({"id":"a","name":"A","start":"now"})");
  rest_.clock.Advance(std::chrono::minutes(5));
  Report(R"({"id":"b","name":"A","start":"now"})");
  Report(R"({"id":"c","name":"A","start":"now"})");
  EXPECT_THAT(NextPiece(*Tail("?since=2").stream).bytes, Not(HasSubstr("\"b\"")));
  const std::string since_time = NextPiece(*Tail("?since=1m").stream).bytes;
  EXPECT_THAT(
      since_time, AllOf(HasSubstr("\"b\""), HasSubstr("\"c\""), Not(HasSubstr("\"id\":\"a\"")))
  );
}

TEST_F(TailEventsTest, SaysWhenItsPlaceIsLost) {
  Report(R"({"id":"a","name":"A","start":"now"})");
  const net::HttpResponse tail = Tail("", "77");
  EXPECT_EQ(NextPiece(*tail.stream).bytes, "event: lag\ndata: {\"missed\":null}\n\n");
}

TEST_F(TailEventsTest, TellsASlowReaderHowManyChangesItMissed) {
  const net::HttpResponse tail = Tail();
  for (int round = 0; round < 2; ++round) {
    std::string reports = "[";
    for (int i = 0; i < 1'000; ++i) {
      reports += fmt::format(
          R"({}{{"id":"{}","name":"A","{}":"now"}})",
          i == 0 ? "" : ",",
          i,
          round == 0 ? "start" : "end"
      );
    }
    Report(reports + "]");
  }
  EXPECT_THAT(
      NextPiece(*tail.stream).bytes,
      ::testing::StartsWith("event: lag\ndata: {\"missed\":1000}\n\nid: 1001\n")
  );
}

TEST_F(TailEventsTest, EndsWhenTheServerStops) {
  const net::HttpResponse tail = Tail();
  tail.stream->BeginDrain();
  EXPECT_TRUE(NextPiece(*tail.stream).is_last);
}

TEST_F(TailEventsTest, RefusesWhatMeansNothingHere) {
  EXPECT_THAT(Tail("?from=1h").body, HasSubstr("'from' is no parameter of this call"));
  EXPECT_THAT(Tail("?since=soon").body, HasSubstr("since: 'soon' is no time"));
  EXPECT_THAT(Tail("", "x").body, HasSubstr("Last-Event-ID is 'x'"));
  EXPECT_EQ(Tail("?q=(").status, 400);
}

/// Counts what is read of the feed.
class CountingStore final : public store_testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t after, size_t limit) const override {
    ++reads;
    return ForwardingStore::ReadFeed(after, limit);
  }

  mutable int reads = 0;
};

class SharedTailTest : public ::testing::Test {
 protected:
  void Report(int first, int count) {
    std::string reports = "[";
    for (int i = first; i < first + count; ++i) {
      reports += fmt::format(
          R"({}{{"id":"{}","name":"{}","start":"now"}})",
          i == first ? "" : ",",
          i,
          i % 2 == 0 ? "Even" : "Odd"
      );
    }
    ASSERT_EQ(rest_.Post(reports + "]").status, 200);
  }
  std::shared_ptr<net::BodyStream> Tail(const std::string& query) {
    return rest_.Get("/api/v1/tail" + query).stream;
  }

  // Nothing is asked of the borrowed store before it exists.
  rest_testing::RestHarness rest_{nullptr, {}, nullptr, &store_};
  CountingStore store_{rest_.store};
};

/// The sequences that a reader was told, in their order.
std::vector<int> Told(const std::string& text) {
  std::vector<int> told;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("id: ")) {
      told.push_back(std::stoi(line.substr(4)));
    }
  }
  return told;
}

TEST_F(SharedTailTest, ReadsTheFeedOnceForAllWhoFollowIt) {
  constexpr int kRounds = 5;
  std::vector<std::shared_ptr<net::BodyStream>> readers;
  for (int i = 0; i < 100; ++i) {
    readers.push_back(Tail(i % 2 == 0 ? "" : "?name=Even"));
  }
  for (int round = 0; round < kRounds; ++round) {
    Report(10 * round, 10);
    for (size_t i = 0; i < readers.size(); ++i) {
      EXPECT_EQ(Told(NextPiece(*readers[i]).bytes).size(), i % 2 == 0 ? 10 : 5);
    }
  }
  EXPECT_EQ(store_.reads, kRounds);
}

TEST_F(SharedTailTest, MissesAndDoublesNothingWhateverReadersAreWhere) {
  std::mt19937 random(7);
  constexpr int kEvents = 3'000;
  constexpr size_t kReaders = 12;
  std::vector<std::shared_ptr<net::BodyStream>> readers;
  std::array<std::vector<int>, kReaders> told;
  std::vector<int> all;
  for (int committed = 0; committed < kEvents;) {
    const int count = static_cast<int>(random() % 40) + 1;
    Report(committed, count);
    committed += count;
    while (static_cast<int>(all.size()) < committed) {
      all.push_back(static_cast<int>(all.size()) + 1);
    }
    // Some come later, each from the feed's beginning; some look often, and some seldom.
    if (readers.size() < kReaders && random() % 3 == 0) {
      readers.push_back(Tail("?since=0"));
    }
    for (size_t i = 0; i < readers.size(); ++i) {
      const bool is_behind = told[i].size() < all.size();
      if (is_behind && random() % (i + 1) == 0) {
        const std::vector<int> more = Told(NextPiece(*readers[i]).bytes);
        told[i].insert(told[i].end(), more.begin(), more.end());
      }
    }
  }
  for (size_t i = 0; i < kReaders; ++i) {
    while (told[i].size() < all.size()) {
      const std::vector<int> more = Told(NextPiece(*readers[i]).bytes);
      ASSERT_FALSE(more.empty());
      told[i].insert(told[i].end(), more.begin(), more.end());
    }
    EXPECT_EQ(told[i], all) << "reader " << i;
  }
}

TEST_F(SharedTailTest, TellsAPieceThatAnotherReadInItsReadersOwnForm) {
  const auto plain = Tail("");
  const auto rendered = Tail("?render=true");
  Report(0, 1);
  EXPECT_THAT(NextPiece(*plain).bytes, Not(HasSubstr("\"text\":")));
  EXPECT_THAT(NextPiece(*rendered).bytes, HasSubstr("\"text\":"));
  EXPECT_EQ(store_.reads, 1);
}

TEST(TailWriterTest, WritesASignOfLifeWithThePlace) {
  std::string out;
  TailWriter::WriteComment(7, out);
  EXPECT_EQ(out, ": here\nid: 7\n\n");
}

}  // namespace
}  // namespace tidings::rest
