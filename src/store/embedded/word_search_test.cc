#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/embedded/block_pruner.h"
#include "store/embedded/testing/store_fixture.h"

/// Words in compacted blocks: found wherever they stand, and few pages are looked at for them.
namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WordSearchTest : public testing::StoreTest {
 protected:
  /// Enough rows for a filter of several parts and for many pages; some with a rare word.
  void Fill() {
    Open();
    std::vector<testing::ReportSpec> reports;
    for (int i = 0; i < 5'000; ++i) {
      const bool is_rare = i == 7 || i == 2'600 || i == 4'999;
      reports.push_back(
          {.id = fmt::format("event-{:04}", i),
           .message = fmt::format("moved {} rows{}", i * 31, is_rare ? ", then Quokkaflare" : ""),
           .start = 1'000 + i,
           .end = 1'000 + i + (i % 3) * 100}
      );
    }
    Commit(reports);
    Compact();
  }

  std::vector<std::string> Find(const std::string& word, Order order) {
    EventQuery query = {.order = order, .limit = 100, .wants_cursor = false};
    query.filter.where = ConditionOf(WordsCondition{.words = {{.text = word}}});
    return testing::Ids(Page(query).events);
  }
};

TEST_F(WordSearchTest, FindsARareWordInBothOrders) {
  Fill();
  EXPECT_THAT(
      Find("quokkaflare", Order::kOldestFirst),
      ElementsAre("event-0007", "event-2600", "event-4999")
  );
  EXPECT_THAT(
      Find("quokkaflare", Order::kNewestFirst),
      ElementsAre("event-4999", "event-2600", "event-0007")
  );
  EXPECT_THAT(Find("nowhere", Order::kNewestFirst), IsEmpty());
  EXPECT_EQ(Find("moved", Order::kNewestFirst).size(), 100);
}

TEST_F(WordSearchTest, FindsWhatOneOfTwoConditionsMeans) {
  Fill();
  EventQuery query = {.order = Order::kOldestFirst, .limit = 100, .wants_cursor = false};
  query.filter.where = AnyOf(
      {ConditionOf(WordsCondition{.words = {{.text = "quokkaflare"}}}),
       OneOf(FilterField::kId, {"event-0100"})}
  );
  EXPECT_THAT(
      testing::Ids(Page(query).events),
      ElementsAre("event-0007", "event-0100", "event-2600", "event-4999")
  );
}

TEST(WordFilterTest, KnowsTheWordsOfEachPageAndFewOthers) {
  std::vector<Event> events;
  std::vector<BlockRow> rows;
  for (int i = 0; i < 500; ++i) {
    events.push_back(testing::EventOf({.id = "x", .message = fmt::format("w{}", i), .start = 1}));
  }
  for (const Event& event : events) {
    rows.push_back({.event = &event.view()});
  }
  WordFilterBuilder builder(rows.size());
  builder.AddPage(std::span(rows).first(250));
  builder.AddPage(std::span(rows).subspan(250));
  const std::vector<std::string> values = builder.Finish(70);
  ASSERT_EQ(values.size(), 1);
  const auto filter = WordFilter::Read(values[0], 70);
  ASSERT_TRUE(filter.ok()) << filter.status();
  int in_vain = 0;
  for (int i = 0; i < 500; ++i) {
    const uint64_t hash = HashOfWord(fmt::format("w{}", i));
    const size_t page = i < 250 ? 0 : 1;
    EXPECT_TRUE((*filter)->MayContain(hash));
    EXPECT_TRUE((*filter)->MayContain(hash, page));
    in_vain += (*filter)->MayContain(hash, 1 - page) ? 1 : 0;
  }
  EXPECT_LT(in_vain, 15);
  EXPECT_EQ(WordFilter::Read(values[0], 71).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace tidings::embedded
