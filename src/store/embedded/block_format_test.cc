#include <limits>
#include <memory>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "event/interval.h"
#include "event/testing/law.h"
#include "event/testing/report_generator.h"
#include "store/embedded/block_encoder.h"
#include "store/embedded/cold_page.h"
#include "store/embedded/duration_class.h"

namespace tidings::embedded {
namespace {

using tidings::testing::AnyOf;
using tidings::testing::Describe;
using tidings::testing::EventOf;
using tidings::testing::ReportSpec;
using tidings::testing::ValidReport;

const BlockKey kKey = {.block_class = BlockClass::kClosed, .day = 20'000, .number = 7};

std::string DescribeRow(const EventView& event) {
  return fmt::format(
      "{} received {}..{} inferred {}",
      Describe(event),
      event.received_first,
      event.received_last,
      event.inferred
  );
}

std::vector<BlockRow> RowsOf(const std::vector<Event>& events) {
  std::vector<BlockRow> rows;
  for (const Event& event : events) {
    rows.push_back({.event = &event.view(), .born = 100 + rows.size()});
  }
  SortRows(kKey.block_class, rows);
  return rows;
}

/// Every row as the decoders give it.
std::vector<std::string> ReadAll(const EncodedBlock& block) {
  std::vector<std::string> rows;
  const auto hot = HotBlock::Read(block.hot, PlaceOf(block.info.key.number, kHotPart));
  EXPECT_TRUE(hot.ok()) << hot.status();
  if (!hot.ok()) {
    return rows;
  }
  Arena arena;
  for (size_t row = 0; row < (*hot)->rows(); ++row) {
    const HotBlock::PagePlace place = (*hot)->PageOf(row);
    const auto part = static_cast<uint16_t>(place.page + 1);
    const auto page =
        ColdPage::Read(block.pages.at(place.page), PlaceOf(block.info.key.number, part));
    EXPECT_TRUE(page.ok()) << page.status();
    EventView event;
    (*hot)->Fill(row, event);
    (*page)->Fill(place.row, event, arena);
    rows.push_back(fmt::format("{} {}", (*hot)->Born(row), DescribeRow(event)));
  }
  return rows;
}

std::vector<std::string> Expected(const std::vector<BlockRow>& rows) {
  std::vector<std::string> described;
  for (const BlockRow& row : rows) {
    described.push_back(fmt::format("{} {}", row.born, DescribeRow(*row.event)));
  }
  return described;
}

RC_GTEST_PROP(BlockFormatTest, GivesEveryRowBackAsItWas, ()) {
  const auto count = *AnyOf<size_t>(1, 20);
  std::vector<Event> events;
  for (size_t i = 0; i < count; ++i) {
    const ReportSpec first =
        *ValidReport({.ids = {"a", "b", "0198f3a2-7c1e-7abc-8def-0123456789ab"}});
    ReportSpec second = *ValidReport({.ids = {first.id}});
    const Event a = EventOf(first, *AnyOf<int64_t>(1, 2'000'000'000'000));
    const Event b = EventOf(second, *AnyOf<int64_t>(1, 2'000'000'000'000));
    Arena arena;
    events.emplace_back(Join(a.view(), b.view(), arena).event);
  }
  const std::vector<BlockRow> rows = RowsOf(events);
  RC_ASSERT(ReadAll(EncodeBlock(kKey, rows)) == Expected(rows));
}

TEST(BlockFormatTest, KeepsUuidsAndOtherIdsOfOnePage) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "0198f3a2-7c1e-7abc-8def-0123456789ab", .start = 1}));
  events.push_back(EventOf({.id = "0198F3A2-7C1E-7ABC-8DEF-0123456789AB", .start = 2}));
  events.push_back(EventOf({.id = std::string("nul\0in", 6), .start = 3}));
  const std::vector<BlockRow> rows = RowsOf(events);
  EXPECT_EQ(ReadAll(EncodeBlock(kKey, rows)), Expected(rows));
}

TEST(BlockFormatTest, StoresUuidsInSixteenBytes) {
  std::vector<Event> events;
  for (int i = 0; i < 200; ++i) {
    events.push_back(EventOf({.id = fmt::format("{:08x}-7c1e-7abc-8def-0123456789ab", i * 7919)}));
  }
  const EncodedBlock block = EncodeBlock(kKey, RowsOf(events));
  ASSERT_EQ(block.pages.size(), 1);
  EXPECT_LT(block.pages[0].size(), 200 * 17 + 100);
}

TEST(BlockFormatTest, StoresValuesThatStandInTheMessageByTheirPlace) {
  const auto encode = [](bool tells_all) {
    std::vector<Event> events;
    for (int i = 0; i < 200; ++i) {
      const std::string revision = fmt::format("{}", 10'000 + i * 7919 % 90'000);
      const std::string node = fmt::format("ip-10-{}-{}", i * 31 % 250, i * 17 % 250);
      const std::string words = fmt::format("rev {} on {}, again {}", revision, node, revision);
      events.push_back(EventOf(
          {.id = fmt::format("{:08x}-7c1e-7abc-8def-0123456789ab", i * 7919),
           .message = tells_all ? words : "rev unknown",
           .parameters = {{"node", node}, {"part", "again"}, {"rev", revision}},
           .start = i + 1}
      ));
    }
    const std::vector<BlockRow> rows = RowsOf(events);
    const EncodedBlock block = EncodeBlock(kKey, rows);
    EXPECT_EQ(ReadAll(block), Expected(rows));
    return block.pages.at(0).size();
  };
  // The message tells more, and costs no more than the places in it.
  EXPECT_LT(encode(true), encode(false) + 200 * 4);
}

TEST(BlockFormatTest, CutsPagesByRowsAndByBytes) {
  std::vector<Event> events;
  for (int i = 0; i < 600; ++i) {
    const std::string message(i < 300 ? 10 : 10'000, 'm');
    events.push_back(EventOf({.id = fmt::format("{}", i), .message = message, .start = i + 1}));
  }
  const std::vector<BlockRow> rows = RowsOf(events);
  const EncodedBlock block = EncodeBlock(kKey, rows);
  EXPECT_GT(block.pages.size(), 600 / kPageRows + 1);
  EXPECT_EQ(block.info.pages, block.pages.size());
  EXPECT_EQ(ReadAll(block), Expected(rows));
}

TEST(BlockFormatTest, SummarisesCountsAndBirths) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "a", .start = 50, .end = 90}));
  events.push_back(EventOf({.id = "b", .start = 60}));
  events.push_back(EventOf({.id = "c", .end = 70}));
  events.push_back(EventOf({.id = "d", .generation = 1, .withdrawn = true}));
  const BlockInfo info = EncodeBlock(kKey, RowsOf(events)).info;
  EXPECT_EQ(info.rows, 4);
  EXPECT_EQ(info.counts, (EventCounts{.events = 3, .open = 1}));
  EXPECT_TRUE(info.has_open);
  EXPECT_EQ(info.first_born, 100);
  EXPECT_EQ(info.last_born, 103);
}

TEST(BlockFormatTest, PutsRowsOfADurationClassTogether) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "short", .start = 50, .end = 60}));
  events.push_back(EventOf({.id = "instant", .start = 90, .end = 90}));
  events.push_back(EventOf({.id = "longer", .start = 10, .end = 1'010}));
  const Event start = EventOf({.id = "turned", .start = 55});
  const Event earlier_end = EventOf({.id = "turned", .end = 45});
  Arena arena;
  events.emplace_back(Join(start.view(), earlier_end.view(), arena).event);
  const BlockInfo info = EncodeBlock(kKey, RowsOf(events)).info;
  const Segment instants = {.rows = 1, .first_time = 90, .last_time = 90};
  const Segment shorts = {
      .rows = 2, .first_time = 50, .last_time = 55, .reach_before = 10, .reach_behind = 10};
  const Segment longs = {.rows = 1, .first_time = 10, .last_time = 10, .reach_behind = 1'000};
  EXPECT_THAT(info.segments, ::testing::ElementsAre(instants, shorts, longs));
}

TEST(BlockFormatTest, PutsAllRowsOfAFreshBlockTogether) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "a", .start = 50, .end = 60}));
  events.push_back(EventOf({.id = "b", .start = 55, .end = 90'000}));
  const BlockInfo info = EncodeBlock({.number = 7}, RowsOf(events)).info;
  EXPECT_THAT(info.segments, ::testing::SizeIs(1));
}

TEST(BlockFormatTest, LooksAsFarBackAsTheLongestRowOfASegmentReaches) {
  const Segment segment = {
      .rows = 9, .first_time = 100, .last_time = 200, .reach_before = 5, .reach_behind = 50};
  EXPECT_TRUE(MayOverlap(segment, false, {.from = 250, .to = 260}));
  EXPECT_FALSE(MayOverlap(segment, false, {.from = 251, .to = 260}));
  EXPECT_TRUE(MayOverlap(segment, false, {.from = 10, .to = 95}));
  EXPECT_FALSE(MayOverlap(segment, false, {.from = 10, .to = 94}));
  EXPECT_TRUE(MayOverlap(segment, false, TimeWindow()));
  EXPECT_TRUE(MayOverlap(segment, true, {.from = 251, .to = 260}));
  EXPECT_FALSE(MayOverlap(segment, true, {.from = 10, .to = 94}));
}

TEST(DurationClassTest, GrowsBySixteens) {
  const auto of = [](int64_t duration) {
    return DurationClassOf(EventOf({.id = "a", .start = 1'000, .end = 1'000 + duration}).view());
  };
  EXPECT_EQ(of(0), 0);
  EXPECT_EQ(of(1), 1);
  EXPECT_EQ(of(16), 1);
  EXPECT_EQ(of(17), 2);
  EXPECT_EQ(of(256), 2);
  EXPECT_EQ(of(257), 3);
  EXPECT_EQ(of(int64_t{1} << 24), kFirstLongClass - 1);
  EXPECT_EQ(of((int64_t{1} << 24) + 1), kFirstLongClass);
}

TEST(BlockFormatTest, GivesRecordsBackAsTheyWere) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "a", .start = 50, .end = 90}));
  BlockInfo info = EncodeBlock(kKey, RowsOf(events)).info;
  info.hidden = 999;
  info.layer = "K8S";
  const absl::StatusOr<BlockInfo> again = DecodeBlockInfo(EncodeBlockInfo(info), 7);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, info);
  EXPECT_EQ(DecodeBlockInfo(EncodeBlockInfo(info), 8).status().code(), absl::StatusCode::kDataLoss);
}

TEST(BlockFormatTest, ReadsRecordsOfVersion1AsOneSegmentThatReachesAsFarAsAnyRow) {
  std::string record = BeginSealed();
  ByteWriter writer(record);
  writer.U8(static_cast<uint8_t>(BlockClass::kClosed));
  for (const uint64_t number : {19'000, 10, 1}) {  // day, rows, pages
    writer.Varint(number);
  }
  for (const int64_t time : {500, 900, 450, 2'000}) {  // first, last, least lo, greatest hi
    writer.Signed(time);
  }
  writer.U8(0);
  writer.Signed(9);
  writer.Signed(0);
  for (const uint64_t number : {11, 20, 4'096, 999}) {  // born, bytes, hidden
    writer.Varint(number);
  }
  Seal(record, ValueKind::kBlockInfoV1, 7);
  const absl::StatusOr<BlockInfo> info = DecodeBlockInfo(record, 7);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->word_parts, 0U);
  EXPECT_EQ(info->hidden, 999U);
  EXPECT_EQ(
      info->segments,
      std::vector<Segment>(
          {{.rows = 10,
            .first_time = 500,
            .last_time = 900,
            .reach_before = 450,
            .reach_behind = 1'500}}
      )
  );
  EXPECT_EQ(DecodeBlockInfo(EncodeBlockInfo(*info), 7).value_or(BlockInfo()), *info);
}

TEST(BlockFormatTest, FindsOutEveryFlippedByte) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "a", .name = "Deploy", .message = "to 7", .start = 50}));
  const EncodedBlock block = EncodeBlock(kKey, RowsOf(events));
  for (size_t at = 0; at < block.hot.size(); ++at) {
    std::string hot = block.hot;
    hot[at] = static_cast<char>(hot[at] ^ 1);
    EXPECT_EQ(HotBlock::Read(hot, PlaceOf(7, 0)).status().code(), absl::StatusCode::kDataLoss);
  }
  for (size_t at = 0; at < block.pages[0].size(); ++at) {
    std::string page = block.pages[0];
    page[at] = static_cast<char>(page[at] ^ 1);
    EXPECT_EQ(ColdPage::Read(page, PlaceOf(7, 1)).status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(PageIds::Read(page, PlaceOf(7, 1)).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(BlockFormatTest, RefusesAValueThatStandsUnderAnothersKey) {
  std::vector<Event> events;
  events.push_back(EventOf({.id = "a", .start = 50}));
  const EncodedBlock block = EncodeBlock(kKey, RowsOf(events));
  EXPECT_TRUE(ColdPage::Read(block.pages[0], PlaceOf(7, 1)).ok());
  EXPECT_FALSE(ColdPage::Read(block.pages[0], PlaceOf(7, 2)).ok());
  EXPECT_FALSE(ColdPage::Read(block.pages[0], PlaceOf(8, 1)).ok());
  EXPECT_FALSE(HotBlock::Read(block.hot, PlaceOf(8, 0)).ok());
}

RC_GTEST_PROP(BitColumnTest, GivesEveryNumberBack, ()) {
  const auto bits = *AnyOf<int>(0, 64);
  const auto raw = *rc::gen::nonEmpty(rc::gen::container<std::vector<uint64_t>>(
      rc::gen::resize(rc::kNominalSize * 10, rc::gen::arbitrary<uint64_t>())
  ));
  const auto base = *rc::gen::arbitrary<int64_t>();
  std::vector<int64_t> values;
  for (const uint64_t value : raw) {
    const uint64_t cut = bits == 0 ? 0 : value >> (64 - bits);
    values.push_back(static_cast<int64_t>(static_cast<uint64_t>(base) + cut));
  }
  std::string bytes;
  AppendBitColumn(bytes, values);
  bytes.append(kColumnPadding, '\0');
  ByteReader reader(bytes);
  BitColumn column;
  RC_ASSERT(column.Read(reader, values.size()));
  for (size_t i = 0; i < values.size(); ++i) {
    RC_ASSERT(column[i] == values[i]);
  }
}

TEST(BitColumnTest, TakesTheWholeRangeOfIntegers) {
  const std::vector<int64_t> values = {
      std::numeric_limits<int64_t>::min(), 0, -1, std::numeric_limits<int64_t>::max()};
  std::string bytes;
  AppendBitColumn(bytes, values);
  bytes.append(kColumnPadding, '\0');
  ByteReader reader(bytes);
  BitColumn column;
  ASSERT_TRUE(column.Read(reader, values.size()));
  EXPECT_THAT(
      (std::vector<int64_t>{column[0], column[1], column[2], column[3]}),
      ::testing::ElementsAreArray(values)
  );
}

}  // namespace
}  // namespace tidings::embedded
