#include "store/event_counter.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <absl/strings/string_view.h>
#include <fmt/format.h>

#include "base/status.h"
#include "event/value.h"

namespace tidings {
namespace {

/// What a value in a map costs beside its text.
constexpr size_t kBytesPerValue = 64;

Facet FacetOf(const absl::flat_hash_map<std::string, TypeCounts>& counted, size_t top) {
  Facet facet{.distinct = counted.size(), .values = {}};
  facet.values.reserve(counted.size());
  for (const auto& [value, counts] : counted) {
    facet.values.push_back({.value = value, .counts = counts});
  }
  const size_t kept = std::min(top, facet.values.size());
  const auto end = facet.values.begin() + static_cast<ptrdiff_t>(kept);
  const auto stands_before = [](const ValueCount& a, const ValueCount& b) {
    return a.counts.events != b.counts.events ? a.counts.events > b.counts.events
                                              : a.value < b.value;
  };
  std::partial_sort(facet.values.begin(), end, facet.values.end(), stands_before);
  facet.values.erase(end, facet.values.end());
  return facet;
}

TypeCounts CountsOfOne(const EventView& event) {
  return {.events = 1, .errors = event.type == EventType::kError ? 1U : 0U};
}

/// The length of all buckets but the first and the last, which may be cut off; 0 where they differ.
int64_t StepOf(const std::vector<int64_t>& edges) {
  int64_t step = 0;
  for (size_t i = 1; i < edges.size(); ++i) {
    step = std::max(step, edges[i] - edges[i - 1]);
  }
  for (size_t i = 2; i + 1 < edges.size(); ++i) {
    if (edges[i] - edges[i - 1] != step) {
      return 0;
    }
  }
  return step;
}

}  // namespace

absl::Status CheckAggregateQuery(const AggregateQuery& query) {
  for (const FilterField field : query.fields) {
    if (field == FilterField::kId || field == FilterField::kMessage) {
      return InvalidArgument("fields: {} has no facets", NameOf(field));
    }
  }
  if (query.edges.size() == 1 ||
      std::adjacent_find(query.edges.begin(), query.edges.end(), std::greater_equal<>()) !=
          query.edges.end()) {
    return InvalidArgument("edges: {} that do not ascend", query.edges.size());
  }
  const TimeWindow& window = query.filter.window;
  if (window.from > window.to) {
    return InvalidArgument("from: is {}, after to, {}", window.from, window.to);
  }
  return absl::OkStatus();
}

EventCounter::EventCounter(const AggregateQuery& query, int64_t now_ms)
    : query_(query),
      now_ms_(now_ms),
      bucket_count_(query.edges.empty() ? 0 : static_cast<int64_t>(query.edges.size()) - 1),
      step_ms_(StepOf(query.edges)),
      buckets_per_ms_(step_ms_ == 0 ? 0 : 1.0 / static_cast<double>(step_ms_)),
      fields_(query.fields.size()),
      parameters_(query.parameters.size()),
      buckets_(static_cast<size_t>(bucket_count_)),
      begins_(static_cast<size_t>(bucket_count_)),
      ends_(static_cast<size_t>(bucket_count_)),
      firsts_(SlotOf(bucket_count_, true) + 1),
      lasts_(SlotOf(bucket_count_, true) + 1) {}

void EventCounter::Add(const EventView& event) {
  const TypeCounts one = CountsOfOne(event);
  AddTotal(one);
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    AddValue(i, ShownValue(event, query_.fields[i]), one);
  }
  AddParameters(event);
  AddTimes(event);
}

void EventCounter::AddParameters(const EventView& event) {
  for (size_t i = 0; i < query_.parameters.size(); ++i) {
    if (const Parameter* const parameter = FindParameter(event, query_.parameters[i])) {
      AddTo(parameters_[i], ValueText(parameter->value), CountsOfOne(event));
    }
  }
}

void EventCounter::AddTo(Values& values, std::string_view value, const TypeCounts& counts) {
  if (!value.starts_with(query_.prefix)) {
    return;
  }
  const auto found = values.find(absl::string_view(value.data(), value.size()));
  if (found != values.end()) {
    found->second += counts;
    return;
  }
  if (is_full_ || bytes_ + value.size() + kBytesPerValue > query_.max_bytes) {
    is_full_ = true;
    return;
  }
  bytes_ += value.size() + kBytesPerValue;
  values.emplace(value, counts);
}

int64_t EventCounter::FindBucket(int64_t time) const {
  const std::vector<int64_t>& edges = query_.edges;
  if (time < edges.front()) {
    return -1;
  }
  if (time >= edges.back()) {
    return bucket_count_;
  }
  if (step_ms_ == 0) {
    return std::upper_bound(edges.begin(), edges.end(), time) - edges.begin() - 1;
  }
  // Where the first bucket would begin if nothing of it were cut off.
  const int64_t origin = edges[1] - step_ms_;
  // Exact but for rounding, by one at most.
  auto bucket = static_cast<int64_t>(static_cast<double>(time - origin) * buckets_per_ms_);
  bucket = std::min(bucket, bucket_count_ - 1);
  bucket -= time < edges[static_cast<size_t>(bucket)] ? 1 : 0;
  bucket += time >= edges[static_cast<size_t>(bucket) + 1] ? 1 : 0;
  return bucket;
}

void EventCounter::AddInstant(
    TypeCounts BucketCounts::*what, int64_t bucket, const TypeCounts& counts
) {
  if (bucket >= 0 && bucket < bucket_count_) {
    buckets_[static_cast<size_t>(bucket)].*what += counts;
  }
}

void EventCounter::AddInterval(int64_t first, int64_t last, const TypeCounts& counts) {
  first = std::max<int64_t>(first, 0);
  if (last < 0 || first >= bucket_count_) {
    return;
  }
  begins_[static_cast<size_t>(first)] += counts;
  if (last + 1 < bucket_count_) {
    ends_[static_cast<size_t>(last) + 1] += counts;
  }
}

void EventCounter::AddTimes(const EventView& event) {
  if (bucket_count_ == 0) {
    return;
  }
  if (event.start != 0 && event.end >= event.start) {
    AddSpan(event.start, event.end, event.type == EventType::kError);
    return;
  }
  const TypeCounts one = CountsOfOne(event);
  const bool is_inferred = IsTimeInferred(event);
  const Interval interval = IntervalOf(event, now_ms_);
  const int64_t first = BucketNear(interval.lo, near_start_);
  const int64_t last = BucketNear(interval.hi, near_end_);
  AddInterval(first, last, one);
  // Turned round where the event ends before it starts.
  const bool is_turned = IsContradictory(event);
  if (event.start != 0 || is_inferred) {
    AddInstant(&BucketCounts::started, is_turned ? last : first, one);
  }
  if (event.end != 0 || is_inferred) {
    AddInstant(&BucketCounts::ended, is_turned ? first : last, one);
  }
}

AggregateResult EventCounter::Finish() {
  AggregateResult result;
  result.total = total_;
  result.now_ms = now_ms_;
  for (const Values& values : fields_) {
    result.fields.push_back(FacetOf(values, query_.top));
  }
  for (const Values& values : parameters_) {
    result.parameters.push_back(FacetOf(values, query_.top));
  }
  // Those that started before the first bucket are active in it, unless they ended before it too.
  TypeCounts active = CountsAt(firsts_, -1);
  for (int64_t i = 0; i < bucket_count_; ++i) {
    const auto at = static_cast<size_t>(i);
    const TypeCounts started = CountsAt(firsts_, i);
    const TypeCounts ended_before = CountsAt(lasts_, i - 1);
    active.events += begins_[at].events + started.events - ends_[at].events - ended_before.events;
    active.errors += begins_[at].errors + started.errors - ends_[at].errors - ended_before.errors;
    buckets_[at].started += started;
    buckets_[at].ended += CountsAt(lasts_, i);
    buckets_[at].active = active;
  }
  result.buckets = std::move(buckets_);
  if (is_full_) {
    result.incomplete.push_back(
        {.reason = Incompleteness::Reason::kMemory,
         .detail = fmt::format("more distinct values than {} bytes hold", query_.max_bytes)}
    );
  }
  return result;
}

}  // namespace tidings
