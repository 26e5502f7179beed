#include "store/embedded/compaction_plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace tidings::embedded {
namespace {

/// A compacted block below this is merged again.
constexpr size_t kSmallRows = kPackedRows / 2;
/// So many blocks of a size (factors of 4) are merged, though they do not fill a block.
/// Below it rows of a steady stream would be rewritten twice; far above, queries would look at too
/// many blocks.
constexpr size_t kBlocksPerTier = 64;
/// So many fresh rows are merged when nothing more comes: until then each query reads them one by
/// one.
constexpr size_t kQuietRows = 4096;
constexpr size_t kTiers = 10;
/// Fewer droppable rows are not worth a rewrite.
constexpr size_t kLeastDroppable = 64;

using Group = std::vector<size_t>;
using Candidates = std::span<const CompactionCandidate>;

size_t LiveRows(const CompactionCandidate& block) {
  return block.info.rows - block.droppable;
}

bool IsFresh(const CompactionCandidate& block) {
  return block.info.key.block_class == BlockClass::kFresh;
}

bool IsSmall(const CompactionCandidate& block) {
  return IsFresh(block) ||
         (LiveRows(block) < kSmallRows && block.info.stored_bytes < kPackedBytes / 2);
}

size_t TierOf(const CompactionCandidate& block) {
  return std::min<size_t>(std::bit_width(LiveRows(block)) / 2, kTiers - 1);
}

/// The first blocks of `group` that fill a packed block; all when they do not.
Group FirstThatFill(Candidates blocks, const Group& group) {
  Group first;
  size_t rows = 0;
  uint64_t bytes = 0;
  for (const size_t at : group) {
    first.push_back(at);
    rows += LiveRows(blocks[at]);
    bytes += blocks[at].info.stored_bytes;
    if (rows >= kPackedRows || bytes >= kPackedBytes) {
      break;
    }
  }
  return first;
}

/// Small blocks worth merging, of one class and day.
Group MergeSmall(
    Candidates blocks, const Group& small, bool is_past, const CompactionDemand& demand
) {
  size_t rows = 0;
  uint64_t bytes = 0;
  std::array<size_t, kTiers> tiers{};
  for (const size_t at : small) {
    rows += LiveRows(blocks[at]);
    bytes += blocks[at].info.stored_bytes;
    ++tiers[TierOf(blocks[at])];
  }
  if (rows >= kPackedRows || bytes >= kPackedBytes) {
    return FirstThatFill(blocks, small);
  }
  const bool has_fresh =
      std::any_of(small.begin(), small.end(), [blocks](size_t at) { return IsFresh(blocks[at]); });
  const bool is_worth_it = demand.is_quiet && has_fresh && rows >= kQuietRows;
  if (is_worth_it || (is_past && (small.size() >= 2 || has_fresh))) {
    return small;
  }
  const auto full =
      std::find_if(tiers.rbegin(), tiers.rend(), [](size_t n) { return n >= kBlocksPerTier; });
  if (full == tiers.rend()) {
    return {};
  }
  const auto tier = static_cast<size_t>(tiers.rend() - full) - 1;
  Group merged;
  std::copy_if(small.begin(), small.end(), std::back_inserter(merged), [&](size_t at) {
    return TierOf(blocks[at]) <= tier;
  });
  return merged;
}

/// Blocks that are half dead, or dead in part where everything is wanted.
Group DropDead(Candidates blocks, const Group& group, bool everything) {
  Group dead;
  std::copy_if(group.begin(), group.end(), std::back_inserter(dead), [&](size_t at) {
    const CompactionCandidate& block = blocks[at];
    const bool is_half_dead = block.droppable * 2 >= block.info.rows &&
                              (block.droppable >= kLeastDroppable || LiveRows(block) == 0);
    return is_half_dead || (everything && block.droppable != 0);
  });
  return FirstThatFill(blocks, dead);
}

uint64_t StoredBytes(Candidates blocks, const Group& group) {
  uint64_t bytes = 0;
  for (const size_t at : group) {
    bytes += blocks[at].info.stored_bytes;
  }
  return bytes;
}

size_t WaitingRows(Candidates blocks) {
  size_t rows = 0;
  for (const CompactionCandidate& block : blocks) {
    rows += IsFresh(block) && !block.is_excluded ? LiveRows(block) : 0;
  }
  return rows;
}

Group PlanGroup(Candidates blocks, const Group& group, const CompactionDemand& demand) {
  Group small;
  std::copy_if(group.begin(), group.end(), std::back_inserter(small), [blocks](size_t at) {
    return IsSmall(blocks[at]);
  });
  const bool is_past = demand.everything || blocks[group.front()].info.key.day < demand.today;
  Group merged = small.empty() ? Group() : MergeSmall(blocks, small, is_past, demand);
  return merged.empty() ? DropDead(blocks, group, demand.everything) : merged;
}

}  // namespace

std::vector<size_t> PlanCompaction(
    std::span<const CompactionCandidate> blocks, const CompactionDemand& demand
) {
  std::map<std::tuple<BlockClass, uint32_t, std::string>, Group> groups;
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (!blocks[i].is_excluded) {
      const BlockInfo& info = blocks[i].info;
      groups[{info.key.block_class, info.key.day, info.layer}].push_back(i);
    }
  }
  Group best;
  for (auto& [key, group] : groups) {
    std::sort(group.begin(), group.end(), [blocks](size_t a, size_t b) {
      return blocks[a].info.key.number < blocks[b].info.key.number;
    });
    Group planned = PlanGroup(blocks, group, demand);
    if (planned.size() > best.size()) {
      best = std::move(planned);
    }
  }
  return best;
}

std::vector<std::vector<size_t>> PlanRewrites(
    std::vector<CompactionCandidate> blocks, const CompactionDemand& demand
) {
  Group first = PlanCompaction(blocks, demand);
  if (first.empty()) {
    return {};
  }
  if (WaitingRows(blocks) <= demand.most_waiting_rows) {
    return {std::move(first)};
  }
  for (const size_t at : first) {
    blocks[at].is_excluded = true;
  }
  Group second = PlanCompaction(blocks, demand);
  if (second.empty() || StoredBytes(blocks, first) + StoredBytes(blocks, second) > kPackedBytes) {
    return {std::move(first)};
  }
  return {std::move(first), std::move(second)};
}

}  // namespace tidings::embedded
