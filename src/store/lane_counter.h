#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "event/event.h"
#include "store/lanes.h"

namespace tidings {

/// What a store is asked for about single events, which it has numbered as it likes: rarely, while
/// events are counted, and in ascending order for those that a page shows.
///
/// Errors: kDataLoss - the event is left out; kDeadlineExceeded, kCancelled - no more is asked.
class LaneRows {
 public:
  virtual ~LaneRows() = default;

  virtual absl::StatusOr<std::string> IdOf(uint64_t row) = 0;
  virtual absl::StatusOr<Event> Load(uint64_t row) = 0;
};

/// Sorts events into lanes and buckets for one LanesQuery, by what a store knows of many.
///
/// Thread safety: one thread.
/// Lifetime:      borrows query and rows.
class LaneCounter {
 public:
  LaneCounter(const LanesQuery& query, LaneRows& rows) : query_(query), rows_(rows) {}

  struct Row {
    int64_t time_ms = 0;
    uint64_t number = 0;
  };
  /// Events of one lane and one bucket.
  struct Run {
    TypeCounts counts;
    /// In the order of (OrderTime, id).
    Row first;
    Row last;
  };

  /// The number of a lane; nothing when there is no room for it, which Finish tells.
  std::optional<uint32_t> LaneOf(std::span<const std::string_view> key);
  size_t lanes() const { return lanes_.size(); }
  size_t BucketOf(int64_t time_ms) const;
  absl::Status Add(uint32_t lane, size_t bucket, const Run& run);

  /// Whether `count` more events are to be given one by one too, by AddSpan.
  bool WantsSpans(size_t count);
  void AddSpan(uint32_t lane, uint64_t row) { spans_.push_back({.row = row, .lane = lane}); }

  absl::StatusOr<LanesPage> Finish();

 private:
  /// The first or the last event of a cell.
  struct End {
    Row row;
    /// Empty until it was needed.
    std::string id;
  };
  struct Cell {
    TypeCounts counts;
    End first;
    End last;
  };
  struct LaneCells {
    std::vector<std::string> key;
    TypeCounts counts;
    std::map<size_t, Cell> cells;
  };
  struct Span {
    uint64_t row = 0;
    uint32_t lane = 0;
  };

  Cell* CellOf(LaneCells& lane, size_t bucket);
  /// Below zero where `a` stands before `b`.
  absl::StatusOr<int> Compare(End& a, End& b);
  absl::Status ReadId(End& end);
  /// The lanes of the page, in its order.
  std::vector<uint32_t> RankPage(LanesPage& page) const;
  absl::Status ReadSpans(const std::vector<uint32_t>& shown, LanesPage& page);
  absl::Status ReadCells(const std::vector<uint32_t>& shown, LanesPage& page);

  const LanesQuery& query_;
  LaneRows& rows_;
  /// By their keys, joined.
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<LaneCells> lanes_;
  size_t cells_ = 0;
  std::vector<Span> spans_;
  size_t spans_asked_ = 0;
  TypeCounts total_;
  bool is_cut_ = false;
};

}  // namespace tidings
