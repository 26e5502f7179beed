#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "base/patience.h"
#include "event/filter.h"

/// Figures of many events at once: facets and histograms, as one question to a store.
namespace tidings {

/// Why an answer may lack events.
struct Incompleteness {
  enum class Reason : uint8_t { kDeadline, kDamaged, kMemory };
  Reason reason = Reason::kDeadline;
  std::string detail;
};

struct AggregateQuery {
  Filter filter;
  /// Facets: how many events have each shown value of a field. Neither ids nor messages.
  std::vector<FilterField> fields;
  /// The same for parameters, by key: of the events that have it, each value as text.
  std::vector<std::string> parameters;
  /// Of fields and parameters only values that begin with it, and of those the first `top`.
  std::string prefix;
  size_t top = std::numeric_limits<size_t>::max();
  /// A histogram: bucket i is [edges[i], edges[i + 1]), ms. Ascending; none, or at least two.
  std::vector<int64_t> edges;
  /// The instant that open events last until; the store's own now without it.
  std::optional<int64_t> now_ms;
  /// Bytes of distinct values in all; further values are left out, and that is told.
  size_t max_bytes = size_t{64} << 20;
  Patience patience;
};

/// Events, and those of them that are errors.
struct TypeCounts {
  uint64_t events = 0;
  uint64_t errors = 0;

  TypeCounts& operator+=(const TypeCounts& other) {
    events += other.events;
    errors += other.errors;
    return *this;
  }
  friend bool operator==(const TypeCounts&, const TypeCounts&) = default;
};

struct ValueCount {
  std::string value;
  TypeCounts counts;

  friend bool operator==(const ValueCount&, const ValueCount&) = default;
};

/// The values that a field, or a parameter, has.
struct Facet {
  /// Values that there are, of which `values` may be a part.
  uint64_t distinct = 0;
  /// Those of most events first, then by value.
  std::vector<ValueCount> values;

  friend bool operator==(const Facet&, const Facet&) = default;
};

/// Events whose start, or end, as an answer shows it, is in the bucket, and those whose interval
/// overlaps it.
struct BucketCounts {
  TypeCounts started;
  TypeCounts ended;
  TypeCounts active;

  friend bool operator==(const BucketCounts&, const BucketCounts&) = default;
};

struct AggregateResult {
  /// All events that match.
  TypeCounts total;
  /// Per field, and per parameter, of the query.
  std::vector<Facet> fields;
  std::vector<Facet> parameters;
  std::vector<BucketCounts> buckets;
  std::vector<Incompleteness> incomplete;
  int64_t now_ms = 0;
};

/// kInvalidArgument, saying why, for a query that means nothing.
absl::Status CheckAggregateQuery(const AggregateQuery& query);

}  // namespace tidings
