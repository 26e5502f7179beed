#include "store/embedded/block_encoder.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "event/interval.h"
#include "store/embedded/block_summary.h"
#include "store/embedded/cold_page.h"
#include "store/embedded/duration_class.h"
#include "store/embedded/word_filter.h"

namespace tidings::embedded {
namespace {

/// A row with the keys that mostly decide, beside it.
struct SortEntry {
  unsigned duration_class = 0;
  int64_t time = 0;
  BlockRow row;
};

bool StandsBefore(const SortEntry& a, const SortEntry& b) {
  if (a.duration_class != b.duration_class) {
    return a.duration_class < b.duration_class;
  }
  if (a.time != b.time) {
    return a.time < b.time;
  }
  return std::tie(a.row.event->id, a.row.born) < std::tie(b.row.event->id, b.row.born);
}

/// How many of the rows, from the first on, belong to one segment.
size_t RowsOfSegment(BlockClass block_class, std::span<const BlockRow> rows) {
  if (block_class == BlockClass::kFresh) {
    return rows.size();
  }
  const unsigned duration_class = DurationClassOf(*rows.front().event);
  const auto end = std::find_if(rows.begin(), rows.end(), [duration_class](const BlockRow& row) {
    return DurationClassOf(*row.event) != duration_class;
  });
  return static_cast<size_t>(end - rows.begin());
}

Segment SummariseSegment(std::span<const BlockRow> rows) {
  Segment segment = {
      .rows = static_cast<uint32_t>(rows.size()),
      .first_time = OrderTime(*rows.front().event),
      .last_time = OrderTime(*rows.back().event)};
  for (const BlockRow& row : rows) {
    if (row.event->withdrawn) {
      continue;
    }
    const int64_t time = OrderTime(*row.event);
    const Interval interval = IntervalOf(*row.event, std::numeric_limits<int64_t>::min());
    segment.reach_before = std::max(segment.reach_before, time - interval.lo);
    segment.reach_behind = std::max(segment.reach_behind, interval.hi - time);
  }
  return segment;
}

BlockInfo Summarise(const BlockKey& key, std::span<const BlockRow> rows) {
  BlockInfo info;
  info.key = key;
  info.rows = static_cast<uint32_t>(rows.size());
  info.first_born = kNever;
  for (const BlockRow& row : rows) {
    info.first_born = std::min(info.first_born, row.born);
    info.last_born = std::max(info.last_born, row.born);
    info.counts += CountsOf(*row.event);
  }
  info.has_open = info.counts.open != 0;
  while (!rows.empty()) {
    const size_t count = RowsOfSegment(key.block_class, rows);
    info.segments.push_back(SummariseSegment(rows.first(count)));
    rows = rows.subspan(count);
  }
  return info;
}

void AddSummaries(
    std::span<const BlockRow> rows, std::span<const uint32_t> page_rows, EncodedBlock& block
) {
  const uint64_t number = block.info.key.number;
  block.words = EncodeWordFilters(rows, page_rows, PlaceOf(number, kFirstWordPart));
  block.summary = EncodeSummary(rows, PlaceOf(number, kSummaryPart));
  block.info.word_parts = static_cast<uint32_t>(block.words.size());
  for (const std::string& words : block.words) {
    block.info.stored_bytes += words.size();
  }
  block.info.stored_bytes += block.summary.size();
}

}  // namespace

void SortRows(BlockClass block_class, std::vector<BlockRow>& rows) {
  const bool by_duration = block_class != BlockClass::kFresh;
  std::vector<SortEntry> entries;
  entries.reserve(rows.size());
  for (const BlockRow& row : rows) {
    entries.push_back(
        {.duration_class = by_duration ? DurationClassOf(*row.event) : 0,
         .time = OrderTime(*row.event),
         .row = row}
    );
  }
  if (std::is_sorted(entries.begin(), entries.end(), StandsBefore)) {
    return;
  }
  std::sort(entries.begin(), entries.end(), StandsBefore);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i] = entries[i].row;
  }
}

EncodedBlock EncodeBlock(const BlockKey& key, std::span<const BlockRow> rows) {
  EncodedBlock block;
  block.info = Summarise(key, rows);
  std::vector<uint32_t> page_rows;
  ColdPageBuilder builder;
  const auto finish_page = [&] {
    const auto part = static_cast<uint16_t>(block.pages.size() + 1);
    page_rows.push_back(static_cast<uint32_t>(builder.rows()));
    block.pages.push_back(builder.Finish(PlaceOf(key.number, part)));
    block.info.stored_bytes += block.pages.back().size();
  };
  for (const BlockRow& row : rows) {
    builder.Add(*row.event);
    if (builder.IsFull()) {
      finish_page();
    }
  }
  if (builder.rows() != 0) {
    finish_page();
  }
  block.info.pages = static_cast<uint32_t>(block.pages.size());
  block.hot = EncodeHot(rows, page_rows, PlaceOf(key.number, kHotPart));
  block.info.stored_bytes += block.hot.size();
  if (key.block_class != BlockClass::kFresh) {
    AddSummaries(rows, page_rows, block);
  }
  return block;
}

std::vector<std::string> DataKeysOf(const BlockInfo& info) {
  std::vector<std::string> keys;
  for (uint32_t part = 0; part <= info.pages; ++part) {
    keys.push_back(DataKey(info.key, static_cast<uint16_t>(part)));
  }
  for (uint32_t part = 0; part < info.word_parts; ++part) {
    keys.push_back(DataKey(info.key, static_cast<uint16_t>(kFirstWordPart + part)));
  }
  if (info.word_parts != 0) {
    keys.push_back(DataKey(info.key, kSummaryPart));
  }
  return keys;
}

std::vector<KeyAndValue> TakeValues(EncodedBlock& block) {
  std::vector<std::string> taken;
  taken.push_back(std::move(block.hot));
  std::move(block.pages.begin(), block.pages.end(), std::back_inserter(taken));
  std::move(block.words.begin(), block.words.end(), std::back_inserter(taken));
  if (block.info.word_parts != 0) {
    taken.push_back(std::move(block.summary));
  }
  block.pages.clear();
  block.words.clear();
  std::vector<KeyAndValue> values;
  std::vector<std::string> keys = DataKeysOf(block.info);
  for (size_t i = 0; i < keys.size(); ++i) {
    values.push_back({.key = std::move(keys[i]), .value = std::move(taken[i])});
  }
  return values;
}

}  // namespace tidings::embedded
