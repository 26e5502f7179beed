#include "store/embedded/block_encoder.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "event/interval.h"
#include "store/embedded/cold_page.h"

namespace tidings::embedded {
namespace {

/// A row with the key that mostly decides, beside it.
struct SortEntry {
  int64_t time = 0;
  BlockRow row;
};

bool IsBefore(const SortEntry& a, const SortEntry& b) {
  if (a.time != b.time) {
    return a.time < b.time;
  }
  return std::tie(a.row.event->id, a.row.born) < std::tie(b.row.event->id, b.row.born);
}

/// The bounds that the record of the block tells.
BlockInfo Summarise(const BlockKey& key, std::span<const BlockRow> rows) {
  BlockInfo info;
  info.key = key;
  info.rows = static_cast<uint32_t>(rows.size());
  info.first_time = OrderTime(*rows.front().event);
  info.last_time = OrderTime(*rows.back().event);
  info.least_lo = std::numeric_limits<int64_t>::max();
  info.greatest_hi = std::numeric_limits<int64_t>::min();
  info.first_born = kNever;
  for (const BlockRow& row : rows) {
    info.first_born = std::min(info.first_born, row.born);
    info.last_born = std::max(info.last_born, row.born);
    info.counts += CountsOf(*row.event);
    if (row.event->withdrawn) {
      continue;
    }
    const Interval interval = IntervalOf(*row.event, std::numeric_limits<int64_t>::min());
    info.least_lo = std::min(info.least_lo, interval.lo);
    info.greatest_hi = std::max(info.greatest_hi, interval.hi);
  }
  info.has_open = info.counts.open != 0;
  return info;
}

}  // namespace

void SortRows(std::vector<BlockRow>& rows) {
  std::vector<SortEntry> entries;
  entries.reserve(rows.size());
  for (const BlockRow& row : rows) {
    entries.push_back({.time = OrderTime(*row.event), .row = row});
  }
  if (std::is_sorted(entries.begin(), entries.end(), IsBefore)) {
    return;
  }
  std::sort(entries.begin(), entries.end(), IsBefore);
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
  return block;
}

}  // namespace tidings::embedded
