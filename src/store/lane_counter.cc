#include "store/lane_counter.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include <absl/strings/string_view.h>
#include <fmt/format.h>

#include "base/status.h"
#include "event/interval.h"

namespace tidings {
namespace {

bool StandsInEveryEvent(FilterField field) {
  return field == FilterField::kLayer || field == FilterField::kService ||
         field == FilterField::kInstance || field == FilterField::kEndpoint ||
         field == FilterField::kName;
}

/// Different for different keys: each value with its length before it.
std::string Joined(std::span<const std::string_view> key) {
  std::string joined;
  for (const std::string_view value : key) {
    joined += fmt::format("{}:{}", value.size(), value);
  }
  return joined;
}

bool IsEarlier(const Event& a, const Event& b) {
  return std::tuple(OrderTime(a.view()), a->id) < std::tuple(OrderTime(b.view()), b->id);
}

/// The answer goes on without what is damaged, and tells it, each thing once.
absl::Status WithoutDamage(const absl::Status& status, std::vector<Incompleteness>& incomplete) {
  if (status.code() != absl::StatusCode::kDataLoss) {
    return status;
  }
  const std::string_view detail = MessageOf(status);
  if (incomplete.empty() || incomplete.back().detail != detail) {
    incomplete.push_back({.reason = Incompleteness::Reason::kDamaged, .detail = std::string(detail)}
    );
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLanesQuery(const LanesQuery& query) {
  if (query.group.size() > kMaxLaneFields) {
    return InvalidArgument("group: {} fields, at most {}", query.group.size(), kMaxLaneFields);
  }
  for (const FacetField& field : query.group) {
    const auto* const text = std::get_if<FilterField>(&field);
    if (text != nullptr && !StandsInEveryEvent(*text)) {
      return InvalidArgument("group: {} makes no lanes", NameOf(field));
    }
  }
  if (query.edges.size() < 2 ||
      std::adjacent_find(query.edges.begin(), query.edges.end(), std::greater_equal<>()) !=
          query.edges.end()) {
    return InvalidArgument(
        "edges: {} that do not ascend, expected two or more", query.edges.size()
    );
  }
  const TimeWindow& window = query.filter.window;
  if (window.from > window.to) {
    return InvalidArgument("from: is {}, after to, {}", window.from, window.to);
  }
  return absl::OkStatus();
}

std::optional<uint32_t> LaneCounter::LaneOf(std::span<const std::string_view> key) {
  std::string joined = Joined(key);
  const auto found = numbers_.find(joined);
  if (found != numbers_.end()) {
    return found->second;
  }
  if (lanes_.size() == query_.max_lanes) {
    is_cut_ = true;
    return std::nullopt;
  }
  const auto number = static_cast<uint32_t>(lanes_.size());
  numbers_.emplace(std::move(joined), number);
  lanes_.push_back({.key = {key.begin(), key.end()}, .counts = {}, .cells = {}});
  return number;
}

size_t LaneCounter::BucketOf(int64_t time_ms) const {
  const std::vector<int64_t>& edges = query_.edges;
  const auto first_above = std::upper_bound(edges.begin(), edges.end(), time_ms);
  const auto edges_below = static_cast<size_t>(first_above - edges.begin());
  return std::min(edges_below == 0 ? 0 : edges_below - 1, edges.size() - 2);
}

LaneCounter::Cell* LaneCounter::CellOf(LaneCells& lane, size_t bucket) {
  const auto found = lane.cells.find(bucket);
  if (found != lane.cells.end()) {
    return &found->second;
  }
  if (cells_ == query_.max_cells) {
    is_cut_ = true;
    return nullptr;
  }
  ++cells_;
  return &lane.cells[bucket];
}

absl::Status LaneCounter::Add(uint32_t lane, size_t bucket, const Run& run) {
  Cell* const cell = CellOf(lanes_[lane], bucket);
  if (cell == nullptr) {
    return absl::OkStatus();
  }
  const bool is_first_run = cell->counts.events == 0;
  cell->counts += run.counts;
  lanes_[lane].counts += run.counts;
  total_ += run.counts;
  End first{.row = run.first, .id = {}};
  End last{.row = run.last, .id = {}};
  if (is_first_run) {
    cell->first = std::move(first);
    cell->last = std::move(last);
    return absl::OkStatus();
  }
  const absl::StatusOr<int> at_front = Compare(first, cell->first);
  const absl::StatusOr<int> at_back = Compare(last, cell->last);
  if (!at_front.ok() || !at_back.ok()) {
    return at_front.ok() ? at_back.status() : at_front.status();
  }
  if (*at_front < 0) {
    cell->first = std::move(first);
  }
  if (*at_back > 0) {
    cell->last = std::move(last);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> LaneCounter::Compare(End& a, End& b) {
  if (a.row.time_ms != b.row.time_ms) {
    return a.row.time_ms < b.row.time_ms ? -1 : 1;
  }
  for (End* const end : {&a, &b}) {
    if (absl::Status status = ReadId(*end); !status.ok()) {
      return status;
    }
  }
  return a.id.compare(b.id);
}

absl::Status LaneCounter::ReadId(End& end) {
  if (!end.id.empty()) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> id = rows_.IdOf(end.row.number);
  if (!id.ok()) {
    return id.status();
  }
  end.id = *std::move(id);
  return absl::OkStatus();
}

bool LaneCounter::WantsSpans(size_t count) {
  spans_asked_ += count;
  if (spans_asked_ <= query_.max_spans) {
    return true;
  }
  std::vector<Span>().swap(spans_);
  return false;
}

absl::StatusOr<LanesPage> LaneCounter::Finish() {
  LanesPage page{
      .lanes = {},
      .distinct = lanes_.size(),
      .total = total_,
      .is_dense = spans_asked_ > query_.max_spans,
      .next = std::nullopt,
      .incomplete = {}};
  const std::vector<uint32_t> shown = RankPage(page);
  const absl::Status status = page.is_dense ? ReadCells(shown, page) : ReadSpans(shown, page);
  if (status.code() == absl::StatusCode::kDeadlineExceeded) {
    page.incomplete.push_back(
        {.reason = Incompleteness::Reason::kDeadline, .detail = std::string(MessageOf(status))}
    );
  } else if (!status.ok()) {
    return status;
  }
  if (is_cut_) {
    page.incomplete.push_back(
        {.reason = Incompleteness::Reason::kMemory,
         .detail = fmt::format(
             "there are more than {} lanes or {} cells, of which some are not counted",
             query_.max_lanes,
             query_.max_cells
         )}
    );
  }
  return page;
}

std::vector<uint32_t> LaneCounter::RankPage(LanesPage& page) const {
  std::vector<uint32_t> ranked(lanes_.size());
  for (uint32_t lane = 0; lane < ranked.size(); ++lane) {
    ranked[lane] = lane;
  }
  const auto begin = std::min(
      query_.cursor ? static_cast<size_t>(query_.cursor->position_time) : 0, ranked.size()
  );
  const size_t end = begin + std::min(query_.limit, ranked.size() - begin);
  std::partial_sort(
      ranked.begin(),
      ranked.begin() + static_cast<ptrdiff_t>(end),
      ranked.end(),
      [this](uint32_t one, uint32_t other) {
        const LaneCells& a = lanes_[one];
        const LaneCells& b = lanes_[other];
        return std::tie(b.counts.errors, b.counts.events, a.key) <
               std::tie(a.counts.errors, a.counts.events, b.key);
      }
  );
  if (end < ranked.size()) {
    page.next.emplace().position_time = static_cast<int64_t>(end);
  }
  ranked.resize(end);
  ranked.erase(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(begin));
  for (const uint32_t lane : ranked) {
    page.lanes.push_back(
        {.key = lanes_[lane].key, .counts = lanes_[lane].counts, .spans = {}, .cells = {}}
    );
  }
  return ranked;
}

absl::Status LaneCounter::ReadSpans(const std::vector<uint32_t>& shown, LanesPage& page) {
  std::vector<Lane*> lane_of(lanes_.size());
  for (size_t i = 0; i < shown.size(); ++i) {
    lane_of[shown[i]] = &page.lanes[i];
  }
  std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
    return a.row < b.row;
  });
  absl::Status status;
  for (auto span = spans_.begin(); span != spans_.end() && status.ok(); ++span) {
    Lane* const lane = lane_of[span->lane];
    if (lane == nullptr) {
      continue;
    }
    absl::StatusOr<Event> event = rows_.Load(span->row);
    if (event.ok()) {
      lane->spans.push_back(*std::move(event));
    } else {
      status = WithoutDamage(event.status(), page.incomplete);
    }
  }
  for (Lane& lane : page.lanes) {
    std::sort(lane.spans.begin(), lane.spans.end(), IsEarlier);
  }
  return status;
}

absl::Status LaneCounter::ReadCells(const std::vector<uint32_t>& shown, LanesPage& page) {
  std::vector<End*> ends;
  for (const uint32_t lane : shown) {
    for (auto& [bucket, cell] : lanes_[lane].cells) {
      ends.push_back(&cell.first);
      ends.push_back(&cell.last);
    }
  }
  std::sort(ends.begin(), ends.end(), [](const End* a, const End* b) {
    return a->row.number < b->row.number;
  });
  absl::Status status;
  for (auto end = ends.begin(); end != ends.end() && status.ok(); ++end) {
    status = WithoutDamage(ReadId(**end), page.incomplete);
  }
  for (size_t i = 0; i < shown.size(); ++i) {
    for (auto& [bucket, cell] : lanes_[shown[i]].cells) {
      page.lanes[i].cells.push_back(
          {.bucket = bucket,
           .counts = cell.counts,
           .first_id = std::move(cell.first.id),
           .last_id = std::move(cell.last.id)}
      );
    }
  }
  return status;
}

}  // namespace tidings
