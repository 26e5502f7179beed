#include "query/before.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace tidings::query {
namespace {

/// `3 m 20 s`: the two greatest units.
std::string RoughDuration(int64_t ms) {
  struct Unit {
    std::string_view name;
    int64_t ms;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  for (size_t i = 0; i < kUnits.size(); ++i) {
    if (ms < kUnits[i].ms) {
      continue;
    }
    std::string text = fmt::format("{} {}", ms / kUnits[i].ms, kUnits[i].name);
    const int64_t rest = ms % kUnits[i].ms;
    // Whoever counts in seconds does not look at ms.
    if (i + 1 < kUnits.size() && kUnits[i].ms > 1000 && rest >= kUnits[i + 1].ms) {
      text += fmt::format(" {} {}", rest / kUnits[i + 1].ms, kUnits[i + 1].name);
    }
    return text;
  }
  return "0 s";
}

std::string AgoText(int64_t ms) {
  return ms == 0 ? "at that moment" : fmt::format("{} before", RoughDuration(ms));
}

}  // namespace

TimeWindow WindowOf(const BeforeQuestion& question) {
  return {.from = question.t - question.window_ms, .to = question.t + 1};
}

void BeforeRanking::CountName(const EventView& event) {
  const int64_t time_ms = OrderTime(event);
  if (time_ms >= question_.t - kRarityMs && time_ms <= question_.t) {
    ++names_.try_emplace(std::string(event.text[TextField::kName])).first->second;
  }
}

Interval BeforeRanking::IntervalAt(const EventView& event) const {
  // What is open lasts at least until t, also when t is still to come.
  return IntervalOf(event, question_.t);
}

bool BeforeRanking::IsOpenAt(const EventView& event) const {
  const Interval interval = IntervalAt(event);
  return interval.lo <= question_.t && interval.hi >= question_.t;
}

int BeforeRanking::ClassOf(const EventView& event) const {
  const bool is_change = changes_.Contains(event.text[TextField::kName]);
  const bool is_same = Holds(question_.of_service, event, question_.t);
  if (is_change) {
    return is_same ? 1 : 4;
  }
  if (IsOpenAt(event)) {
    return is_same ? 2 : 5;
  }
  return is_same && event.type == EventType::kError ? 3 : 6;
}

int64_t BeforeRanking::DistanceOf(const EventView& event) const {
  const Interval interval = IntervalAt(event);
  return question_.t -
         (interval.hi < question_.t || event.end == question_.t ? interval.hi : interval.lo);
}

std::string BeforeRanking::Why(const EventView& event) const {
  const std::string_view name = event.text[TextField::kName];
  const std::string_view service = event.text[TextField::kService];
  std::string why(name.empty() ? "an event" : name);
  if (!service.empty()) {
    why += fmt::format(" of {}", service);
  }
  if (event.type == EventType::kError) {
    why += " (Error)";
  }
  const Interval interval = IntervalAt(event);
  const std::string ago = AgoText(DistanceOf(event));
  if (event.start == event.end) {
    return why + " happened " + ago;
  }
  if (interval.hi < question_.t || event.end == question_.t) {
    return why + " ended " + ago;
  }
  return why + (event.end == 0 ? " was open and has no end yet, started " : " was open, started ") +
         ago;
}

bool BeforeRanking::Better::operator()(const Candidate& a, const Candidate& b) const {
  return std::tie(a.rank_class, a.severity, a.distance_ms, a.name_count, a.id) <
         std::tie(b.rank_class, b.severity, b.distance_ms, b.name_count, b.id);
}

void BeforeRanking::Add(const EventView& event) {
  const int rank_class = ClassOf(event);
  const bool errors_first = rank_class == 2 || rank_class == 5;
  const auto count = names_.find(event.text[TextField::kName]);
  Candidate candidate{
      .rank_class = rank_class,
      .severity = errors_first && event.type != EventType::kError ? 1 : 0,
      .distance_ms = DistanceOf(event),
      .name_count = count == names_.end() ? 0 : count->second,
      .id = std::string(event.id),
      .event = Event(event)};
  best_.insert(std::move(candidate));
  if (best_.size() > question_.limit) {
    best_.erase(std::prev(best_.end()));
  }
}

std::vector<RankedEvent> BeforeRanking::Finish() {
  std::vector<RankedEvent> ranked;
  while (!best_.empty()) {
    Candidate best = std::move(best_.extract(best_.begin()).value());
    std::string why = Why(best.event.view());
    ranked.push_back(
        {.rank_class = best.rank_class, .why = std::move(why), .event = std::move(best.event)}
    );
  }
  return ranked;
}

}  // namespace tidings::query
