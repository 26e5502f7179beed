#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "event/event.h"
#include "event/interval.h"
#include "store/aggregate.h"

namespace tidings {

/// Counts events for one AggregateQuery: whole ones, or by what a store knows of many.
///
/// Thread safety: one thread.
/// Lifetime:      borrows the query.
class EventCounter {
 public:
  EventCounter(const AggregateQuery& query, int64_t now_ms);

  /// Everything about an event that matches.
  void Add(const EventView& event);

  /// Or piece by piece: each piece once for every event.
  void AddTotal(const TypeCounts& counts) { total_ += counts; }
  /// `field` is a place in the query's fields.
  void AddValue(size_t field, std::string_view shown, const TypeCounts& counts) {
    AddTo(fields_[field], shown, counts);
  }
  /// Needs start, end, what is inferred, and the type.
  void AddTimes(const EventView& event);
  void AddParameters(const EventView& event);
  /// As AddTimes, of an event with start and end, the end not before the start. Only where
  /// HasBuckets().
  void AddSpan(int64_t start, int64_t end, bool is_error) {
    const int64_t first = BucketNear(start, near_start_);
    const int64_t last = end == start ? first : BucketNear(end, near_end_);
    ++firsts_[SlotOf(first, is_error)];
    ++lasts_[SlotOf(last, is_error)];
  }
  bool HasBuckets() const { return bucket_count_ != 0; }

  AggregateResult Finish();

 private:
  using Values = absl::flat_hash_map<std::string, TypeCounts>;

  void AddTo(Values& values, std::string_view value, const TypeCounts& counts);
  /// A bucket with its edges; at first one that holds nothing.
  struct Bucket {
    int64_t from = 0;
    int64_t to = 0;
    int64_t place = 0;
  };
  /// The bucket of an instant; -1 before the first, the number of buckets behind the last.
  /// Neighbours mostly stand in the same bucket: `near` is the one that was found last.
  int64_t BucketNear(int64_t time, Bucket& near) const {
    if (time >= near.from && time < near.to) {
      return near.place;
    }
    const int64_t place = FindBucket(time);
    if (place >= 0 && place < bucket_count_) {
      const auto at = static_cast<size_t>(place);
      near = {.from = query_.edges[at], .to = query_.edges[at + 1], .place = place};
    }
    return place;
  }
  int64_t FindBucket(int64_t time) const;
  /// In firsts_ and lasts_.
  static size_t SlotOf(int64_t bucket, bool is_error) {
    return static_cast<size_t>(2 * (bucket + 1) + (is_error ? 1 : 0));
  }
  static TypeCounts CountsAt(const std::vector<uint64_t>& slots, int64_t bucket) {
    const uint64_t errors = slots[SlotOf(bucket, true)];
    return {.events = slots[SlotOf(bucket, false)] + errors, .errors = errors};
  }
  void AddInstant(TypeCounts BucketCounts::*what, int64_t bucket, const TypeCounts& counts);
  /// From the first bucket to the last, both included.
  void AddInterval(int64_t first, int64_t last, const TypeCounts& counts);

  const AggregateQuery& query_;
  const int64_t now_ms_;
  const int64_t bucket_count_;
  /// Of all buckets but the first and the last; 0 where they differ in length.
  const int64_t step_ms_;
  const double buckets_per_ms_;
  TypeCounts total_;
  std::vector<Values> fields_;
  std::vector<Values> parameters_;
  std::vector<BucketCounts> buckets_;
  /// Intervals that begin in a bucket, and that ended before it.
  std::vector<TypeCounts> begins_;
  std::vector<TypeCounts> ends_;
  /// Of AddSpan, from the bucket before the first to the one behind the last: events that start,
  /// and that end there, those of type Normal and the errors one after the other.
  std::vector<uint64_t> firsts_;
  std::vector<uint64_t> lasts_;
  Bucket near_start_;
  Bucket near_end_;
  size_t bytes_ = 0;
  bool is_full_ = false;
};

}  // namespace tidings
