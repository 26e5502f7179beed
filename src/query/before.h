#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_map.h"
#include "event/event.h"
#include "event/expression.h"
#include "event/interval.h"
#include "query/changes.h"

/// What was open at an instant and what changed before it: causes above symptoms.
namespace tidings::query {

struct BeforeQuestion {
  int64_t t = 0;
  /// How long before t something may have happened.
  int64_t window_ms = 3'600'000;
  /// Whether an event is of the service that is asked about, or of one of them when several are:
  /// asks for services only. Everything: about all services alike.
  Expression of_service;
  size_t limit = 20;
};

/// How long before t names are counted: a rare one says more.
inline constexpr int64_t kRarityMs = 86'400'000;

/// The events that the question is about overlap this.
TimeWindow WindowOf(const BeforeQuestion& question);

struct RankedEvent {
  /// 1: a change of the service that is asked about; 2: open at t, of that service; 3: its other
  /// errors; 4, 5: as 1, 2 of other services; 6: the rest.
  int rank_class = 6;
  /// A sentence.
  std::string why;
  Event event;
};

/// Ranks by class (in 2 and 5 errors first), then nearness to t, then rarity of the name, then id.
///
/// Thread safety: externally synchronised.
/// Lifetime:      borrows the names.
class BeforeRanking {
 public:
  BeforeRanking(BeforeQuestion question, const NameSet& changes)
      : question_(std::move(question)), changes_(changes) {}

  /// An event that began in the kRarityMs before t. All of them before the first Add.
  void CountName(const EventView& event);
  /// An event that overlaps WindowOf(question).
  void Add(const EventView& event);

  /// Best first, at most question.limit. The ranking is empty then.
  std::vector<RankedEvent> Finish();

 private:
  struct Candidate {
    int rank_class = 6;
    /// 0 stands before 1.
    int severity = 0;
    int64_t distance_ms = 0;
    uint64_t name_count = 0;
    std::string id;
    Event event;
  };
  struct Better {
    bool operator()(const Candidate& a, const Candidate& b) const;
  };

  Interval IntervalAt(const EventView& event) const;
  bool IsOpenAt(const EventView& event) const;
  int ClassOf(const EventView& event) const;
  /// From what happened to it last before t until t.
  int64_t DistanceOf(const EventView& event) const;
  std::string Why(const EventView& event) const;

  const BeforeQuestion question_;
  const NameSet& changes_;
  TextMap<uint64_t> names_;
  std::set<Candidate, Better> best_;
};

}  // namespace tidings::query
