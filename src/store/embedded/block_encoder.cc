#include "store/embedded/block_encoder.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
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

/// How far ahead of its use a row is loaded: rows are large and far apart in memory.
constexpr size_t kPrefetchDistance = 4;

void Prefetch(const EventView& event) {
  constexpr size_t kLineBytes = 64;
  const char* const bytes = reinterpret_cast<const char*>(&event);
  for (size_t at = 0; at < sizeof(event); at += kLineBytes) {
    __builtin_prefetch(bytes + at);
  }
}

/// Makes a block page by page, so that what is read of a row is near for all that is made of it.
class BlockBuilder {
 public:
  BlockBuilder(const BlockKey& key, size_t rows) : hot_(rows) {
    block_.info.key = key;
    block_.info.rows = static_cast<uint32_t>(rows);
    block_.info.first_born = kNever;
    if (key.block_class != BlockClass::kFresh) {
      search_.emplace(SearchParts{.words = WordFilterBuilder(rows), .summary = {}});
    }
  }

  /// Adds the first of `rows`, as many as fill a page; gives their number.
  size_t AddPage(std::span<const BlockRow> rows) {
    const size_t count = AddCold(rows);
    rows = rows.first(count);
    for (const BlockRow& row : rows) {
      Summarise(row);
      const HotTextCodes codes = hot_.Add(row);
      if (search_) {
        search_->summary.Add(*row.event, codes);
      }
    }
    if (search_) {
      search_->words.AddPage(rows);
    }
    return count;
  }

  EncodedBlock Finish() {
    BlockInfo& info = block_.info;
    info.pages = static_cast<uint32_t>(block_.pages.size());
    info.has_open = info.counts.open != 0;
    block_.hot = hot_.Finish(page_rows_, Place(kHotPart));
    if (search_) {
      block_.words = search_->words.Finish(Place(kFirstWordPart));
      block_.summary = search_->summary.Finish(hot_.dictionaries(), Place(kSummaryPart));
      info.word_parts = static_cast<uint32_t>(block_.words.size());
    }
    info.stored_bytes = block_.hot.size() + block_.summary.size();
    for (const auto* const values : {&block_.pages, &block_.words}) {
      for (const std::string& value : *values) {
        info.stored_bytes += value.size();
      }
    }
    return std::move(block_);
  }

 private:
  /// What only compacted blocks have.
  struct SearchParts {
    WordFilterBuilder words;
    SummaryBuilder summary;
  };

  uint64_t Place(uint16_t part) const { return PlaceOf(block_.info.key.number, part); }

  size_t AddCold(std::span<const BlockRow> rows) {
    size_t count = 0;
    while (count < rows.size() && !cold_.IsFull()) {
      if (count + kPrefetchDistance < rows.size()) {
        Prefetch(*rows[count + kPrefetchDistance].event);
      }
      cold_.Add(*rows[count].event);
      ++count;
    }
    page_rows_.push_back(static_cast<uint32_t>(count));
    block_.pages.push_back(cold_.Finish(Place(static_cast<uint16_t>(page_rows_.size()))));
    return count;
  }

  void Summarise(const BlockRow& row) {
    BlockInfo& info = block_.info;
    info.first_born = std::min(info.first_born, row.born);
    info.last_born = std::max(info.last_born, row.born);
    info.counts += CountsOf(*row.event);
    const bool by_duration = info.key.block_class != BlockClass::kFresh;
    const unsigned duration_class = by_duration ? DurationClassOf(*row.event) : 0;
    const int64_t time = OrderTime(*row.event);
    if (info.segments.empty() || duration_class != duration_class_) {
      info.segments.push_back({.first_time = time});
      duration_class_ = duration_class;
    }
    Segment& segment = info.segments.back();
    ++segment.rows;
    segment.last_time = time;
    if (!row.event->withdrawn) {
      const Interval interval = IntervalOf(*row.event, std::numeric_limits<int64_t>::min());
      segment.reach_before = std::max(segment.reach_before, time - interval.lo);
      segment.reach_behind = std::max(segment.reach_behind, interval.hi - time);
    }
  }

  EncodedBlock block_;
  std::vector<uint32_t> page_rows_;
  ColdPageBuilder cold_;
  HotBlockBuilder hot_;
  std::optional<SearchParts> search_;
  /// Of the last segment.
  unsigned duration_class_ = 0;
};

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
  BlockBuilder builder(key, rows.size());
  while (!rows.empty()) {
    rows = rows.subspan(builder.AddPage(rows));
  }
  return builder.Finish();
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
  values.reserve(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    values.push_back({.key = std::move(keys[i]), .value = std::move(taken[i])});
  }
  return values;
}

}  // namespace tidings::embedded
