#include "store/embedded/lanes_scan.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include <absl/container/flat_hash_map.h>

#include "base/status.h"

namespace tidings::embedded {
namespace {

// The codes of a row's texts fit into one number.
static_assert(std::has_single_bit(kMaxBlockRows));
static_assert(kMaxLaneFields * std::countr_zero(kMaxBlockRows) < 64);

constexpr uint32_t kNoLane = std::numeric_limits<uint32_t>::max();

/// The lanes of a block's rows, by the codes of their texts: each combination is looked up once.
class CodedLanes {
 public:
  CodedLanes(const LanesQuery& query, const HotBlock& hot, LaneCounter& counter)
      : hot_(hot), counter_(counter) {
    uint64_t combinations = 1;
    for (const FacetField& field : query.group) {
      const FilterField text = *std::get_if<FilterField>(&field);
      const auto column = static_cast<size_t>(*HotTextOf(text));
      columns_.push_back({.field = text, .column = column, .texts = hot.texts(column).size()});
      combinations *= hot.texts(column).size();
    }
    if (combinations <= kMaxTable) {
      table_.assign(combinations, kNotLookedUp);
    }
  }

  uint32_t LaneOf(size_t row) {
    uint64_t code = 0;
    for (const Column& column : columns_) {
      code = code * column.texts + hot_.Code(column.column, row);
    }
    uint32_t& lane =
        table_.empty() ? large_.try_emplace(code, kNotLookedUp).first->second : table_[code];
    if (lane == kNotLookedUp) {
      lane = LookUp(row);
    }
    return lane;
  }

 private:
  static constexpr uint64_t kMaxTable = uint64_t{1} << 16;
  static constexpr uint32_t kNotLookedUp = kNoLane - 1;

  struct Column {
    FilterField field = FilterField::kService;
    size_t column = 0;
    uint64_t texts = 0;
  };

  uint32_t LookUp(size_t row) {
    EventView event;
    hot_.Fill(row, event);
    std::vector<std::string_view> key;
    key.reserve(columns_.size());
    for (const Column& column : columns_) {
      key.push_back(ShownValue(event, column.field));
    }
    return counter_.LaneOf(key).value_or(kNoLane);
  }

  const HotBlock& hot_;
  LaneCounter& counter_;
  std::vector<Column> columns_;
  /// By code, while there are few; else in `large_`.
  std::vector<uint32_t> table_;
  absl::flat_hash_map<uint64_t, uint32_t> large_;
};

}  // namespace

LanesScan::LanesScan(
    const LanesQuery& query, const BlockReader& reader, const Clock& clock, const StoreView& view
)
    : query_(query),
      reader_(reader),
      view_(view),
      selection_(
          query.filter, reader, clock, view, {.now_ms = query.now_ms, .patience = query.patience}
      ),
      has_parameters_(std::any_of(
          query.group.begin(),
          query.group.end(),
          [](const FacetField& field) { return std::holds_alternative<std::string>(field); }
      )),
      counter_(query, *this) {}

absl::StatusOr<LanesPage> LanesScan::Run() {
  const absl::StatusOr<std::vector<Incompleteness>> incomplete =
      selection_.ForEachBlock([this](const RowSelection::MeantBlock& meant) {
        return CountBlock(meant);
      });
  if (!incomplete.ok()) {
    return incomplete.status();
  }
  absl::StatusOr<LanesPage> page = counter_.Finish();
  if (page.ok()) {
    page->incomplete.insert(page->incomplete.begin(), incomplete->begin(), incomplete->end());
  }
  return page;
}

absl::Status LanesScan::CountBlock(const RowSelection::MeantBlock& meant) {
  for (const size_t segment : selection_.SegmentsOf(*meant.block)) {
    absl::Status status = selection_.Select(meant, segment, selected_);
    status.Update(FindLanes(*meant.block));
    status.Update(CountSelected(meant.place * kMaxBlockRows));
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status LanesScan::FindLanes(Block& block) {
  lane_of_selected_.clear();
  if (selected_.rows.empty()) {
    return absl::OkStatus();
  }
  if (has_parameters_) {
    return FindLanesByParameters(block);
  }
  CodedLanes lanes(query_, *selected_.hot, counter_);
  for (const uint32_t row : selected_.rows) {
    lane_of_selected_.push_back(lanes.LaneOf(row));
  }
  return absl::OkStatus();
}

absl::Status LanesScan::FindLanesByParameters(Block& block) {
  RowLoader loader(reader_);
  std::vector<std::string> values(query_.group.size());
  std::vector<std::string_view> key(query_.group.size());
  for (const uint32_t row : selected_.rows) {
    const absl::StatusOr<EventView> event = loader.Load(block, row);
    if (!event.ok()) {
      return event.status();
    }
    for (size_t i = 0; i < values.size(); ++i) {
      key[i] = values[i] = ValueOf(*event, query_.group[i]);
    }
    lane_of_selected_.push_back(counter_.LaneOf(key).value_or(kNoLane));
  }
  return absl::OkStatus();
}

absl::Status LanesScan::CountSelected(uint64_t first_number) {
  const size_t count = lane_of_selected_.size();
  const bool wants_spans = counter_.WantsSpans(count);
  runs_.resize(counter_.lanes());
  absl::Status status;
  size_t bucket = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t row = selected_.rows[i];
    const uint32_t lane = lane_of_selected_[i];
    if (lane == kNoLane) {
      continue;
    }
    const LaneCounter::Row place = {
        .time_ms = selected_.hot->Time(row), .number = first_number + row};
    // Rows ascend by time, so that the bucket is mostly that of the row before.
    if (place.time_ms < query_.edges[bucket] || place.time_ms >= query_.edges[bucket + 1]) {
      bucket = counter_.BucketOf(place.time_ms);
    }
    status.Update(CountRow(lane, bucket, place, selected_.hot->Flags(row)));
    if (wants_spans) {
      counter_.AddSpan(lane, place.number);
    }
  }
  for (const uint32_t lane : std::exchange(open_, {})) {
    status.Update(Close(lane));
  }
  return status;
}

absl::Status LanesScan::CountRow(
    uint32_t lane, size_t bucket, const LaneCounter::Row& place, int64_t flags
) {
  OpenRun& open = runs_[lane];
  absl::Status status;
  if (open.run.counts.events == 0) {
    open_.push_back(lane);
  } else if (open.bucket != bucket) {
    status = Close(lane);
  }
  if (open.run.counts.events == 0) {
    open.bucket = bucket;
    open.run.first = place;
  }
  open.run.last = place;
  ++open.run.counts.events;
  open.run.counts.errors += (flags & kIsError) != 0 ? 1 : 0;
  return status;
}

absl::Status LanesScan::Close(uint32_t lane) {
  OpenRun& open = runs_[lane];
  return counter_.Add(lane, open.bucket, std::exchange(open.run, {}));
}

absl::StatusOr<std::string> LanesScan::IdOf(uint64_t row) {
  const size_t block = row / kMaxBlockRows;
  Block& source = *(*view_.blocks)[block];
  if (ids_.hot == nullptr || ids_.block != block) {
    absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader_.Hot(source);
    if (!hot.ok()) {
      return hot.status();
    }
    ids_ = {.hot = *std::move(hot), .block = block, .page = 0, .ids = nullptr};
  }
  const HotBlock::PagePlace place = ids_.hot->PageOf(row % kMaxBlockRows);
  if (ids_.ids == nullptr || ids_.page != place.page) {
    if (absl::Status status = selection_.CheckPatience(); !status.ok()) {
      return status;
    }
    absl::StatusOr<std::shared_ptr<const PageIds>> ids = reader_.Ids(source, place.page);
    if (!ids.ok()) {
      return ids.status();
    }
    ids_.page = place.page;
    ids_.ids = *std::move(ids);
  }
  if (place.row >= ids_.ids->rows()) {
    return DataLoss("block {}, page {}: has no row {}", source.number(), place.page, place.row);
  }
  PageIds::Room room;
  return std::string(ids_.ids->Id(place.row, room));
}

absl::StatusOr<Event> LanesScan::Load(uint64_t row) {
  RowLoader loader(reader_);
  const absl::StatusOr<EventView> event =
      loader.Load(*(*view_.blocks)[row / kMaxBlockRows], row % kMaxBlockRows);
  if (!event.ok()) {
    return event.status();
  }
  return Event(*event);
}

}  // namespace tidings::embedded
