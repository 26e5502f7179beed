#include "query/lanes.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "event/interval.h"
#include "event/value.h"

namespace tidings::query {
namespace {

std::string ValueOf(const EventView& event, const FacetField& field) {
  if (const auto* const text = std::get_if<FilterField>(&field)) {
    return std::string(ShownValue(event, *text));
  }
  const Parameter* const parameter = FindParameter(event, *std::get_if<std::string>(&field));
  return parameter == nullptr ? std::string() : std::string(ValueText(parameter->value));
}

/// Different for different keys: each value with its length before it.
std::string Joined(const std::vector<std::string>& key) {
  std::string joined;
  for (const std::string& value : key) {
    joined += std::to_string(value.size());
    joined += ':';
    joined += value;
  }
  return joined;
}

void Count(const EventView& event, LaneCell& cell) {
  const int64_t time_ms = OrderTime(event);
  const std::tuple place(time_ms, event.id);
  if (cell.events == 0 || place < std::tuple(cell.first_ms, std::string_view(cell.first_id))) {
    cell.first_ms = time_ms;
    cell.first_id = event.id;
  }
  if (cell.events == 0 || place > std::tuple(cell.last_ms, std::string_view(cell.last_id))) {
    cell.last_ms = time_ms;
    cell.last_id = event.id;
  }
  ++cell.events;
  cell.errors += event.type == EventType::kError ? 1 : 0;
}

bool IsEarlier(const Event& a, const Event& b) {
  return std::tuple(OrderTime(a.view()), a.view().id) <
         std::tuple(OrderTime(b.view()), b.view().id);
}

}  // namespace

LanesBuilder::LanesBuilder(std::vector<FacetField> group, const Buckets& buckets)
    : group_(std::move(group)), buckets_(buckets) {}

void LanesBuilder::Add(const EventView& event) {
  Lane* const lane = LaneOf(event);
  if (lane == nullptr) {
    is_cut_ = true;
    return;
  }
  const size_t bucket = BucketOf(OrderTime(event));
  auto cell = lane->cells.find(bucket);
  if (cell == lane->cells.end()) {
    if (cells_ == kMaxLaneCells) {
      is_cut_ = true;
      return;
    }
    ++cells_;
    cell = lane->cells.try_emplace(bucket).first;
  }
  Count(event, cell->second);
  const uint64_t error = event.type == EventType::kError ? 1 : 0;
  ++lane->events;
  lane->errors += error;
  ++events_;
  errors_ += error;
  if (events_ <= kMaxLaneSpans) {
    lane->spans.emplace_back(event);
  } else if (events_ == kMaxLaneSpans + 1) {
    DropSpans();
  }
}

Lane* LanesBuilder::LaneOf(const EventView& event) {
  std::vector<std::string> key;
  key.reserve(group_.size());
  for (const FacetField& field : group_) {
    key.push_back(ValueOf(event, field));
  }
  std::string joined = Joined(key);
  auto found = lanes_.find(joined);
  if (found == lanes_.end()) {
    if (lanes_.size() == kMaxLanes) {
      return nullptr;
    }
    found = lanes_.try_emplace(std::move(joined)).first;
    found->second.key = std::move(key);
  }
  return &found->second;
}

size_t LanesBuilder::BucketOf(int64_t time_ms) const {
  const auto first_above = std::upper_bound(buckets_.edges.begin(), buckets_.edges.end(), time_ms);
  const auto edges_below = static_cast<size_t>(first_above - buckets_.edges.begin());
  return std::min(edges_below == 0 ? 0 : edges_below - 1, buckets_.count() - 1);
}

void LanesBuilder::DropSpans() {
  for (auto& [key, lane] : lanes_) {
    std::vector<Event>().swap(lane.spans);
  }
}

Lanes LanesBuilder::Finish() && {
  Lanes result{
      .lanes = {},
      .events = events_,
      .errors = errors_,
      .is_dense = events_ > kMaxLaneSpans,
      .is_cut = is_cut_};
  result.lanes.reserve(lanes_.size());
  for (auto& [key, lane] : lanes_) {
    std::sort(lane.spans.begin(), lane.spans.end(), IsEarlier);
    result.lanes.push_back(std::move(lane));
  }
  std::sort(result.lanes.begin(), result.lanes.end(), [](const Lane& a, const Lane& b) {
    return std::tie(b.errors, b.events, a.key) < std::tie(a.errors, a.events, b.key);
  });
  return result;
}

}  // namespace tidings::query
