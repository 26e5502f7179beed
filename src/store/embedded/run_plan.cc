#include "store/embedded/run_plan.h"

#include <algorithm>
#include <bit>
#include <map>

#include "store/embedded/compaction_plan.h"

namespace tidings::embedded {
namespace {

/// Each merge makes a run about as many times larger: a probe asks few runs, an entry is rewritten
/// few times.
constexpr unsigned kFanInBits = 3;
constexpr size_t kFanIn = size_t{1} << kFanInBits;

unsigned LevelOf(const RunFigures& run) {
  const uint64_t blocks = run.entries / (kPackedRows / 2);
  return static_cast<unsigned>(std::bit_width(blocks)) / kFanInBits;
}

}  // namespace

std::vector<size_t> PlanRunMerge(std::span<const RunFigures> runs) {
  std::map<unsigned, std::vector<size_t>> levels;
  for (size_t at = 0; at < runs.size(); ++at) {
    if (runs[at].dead_entries * 2 > runs[at].entries) {
      return {at};
    }
    levels[LevelOf(runs[at])].push_back(at);
  }
  for (auto& [level, places] : levels) {
    if (places.size() < kFanIn) {
      continue;
    }
    std::sort(places.begin(), places.end(), [runs](size_t a, size_t b) {
      return runs[a].number < runs[b].number;
    });
    places.resize(kFanIn);
    return places;
  }
  return {};
}

}  // namespace tidings::embedded
