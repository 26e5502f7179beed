#include "store/embedded/feed_query.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>

#include <absl/container/flat_hash_set.h>

namespace tidings::embedded {
namespace {

struct BornRow {
  uint64_t born = 0;
  Block* block = nullptr;
  size_t row = 0;

  friend bool operator<(const BornRow& a, const BornRow& b) { return a.born < b.born; }
};

/// The `limit` rows of the view that were born first after a sequence.
class FirstBorn {
 public:
  FirstBorn(uint64_t after, uint64_t snapshot, size_t limit)
      : after_(after), snapshot_(snapshot), limit_(limit) {}

  /// Whether rows born from `born` on may still be among them.
  bool Wants(uint64_t born) const { return rows_.size() < limit_ || born < rows_.top().born; }

  /// Those of the block's rows for which `is_meant(row)`.
  template <typename IsMeant>
  void AddAll(Block& block, const HotBlock& hot, const IsMeant& is_meant) {
    for (size_t row = 0; row < hot.rows(); ++row) {
      const uint64_t born = hot.Born(row);
      if (born <= after_ || !is_meant(row) || !Wants(born) ||
          !block.IsVisible(row, born, snapshot_)) {
        continue;
      }
      rows_.push({.born = born, .block = &block, .row = row});
      if (rows_.size() > limit_) {
        rows_.pop();
      }
    }
  }

  /// Ascending by birth.
  std::vector<BornRow> TakeAll() {
    std::vector<BornRow> rows;
    rows.reserve(rows_.size());
    for (; !rows_.empty(); rows_.pop()) {
      rows.push_back(rows_.top());
    }
    std::reverse(rows.begin(), rows.end());
    return rows;
  }

 private:
  const uint64_t after_;
  const uint64_t snapshot_;
  const size_t limit_;
  std::priority_queue<BornRow> rows_;
};

/// Which rows of a block have one of some names, or may have had one: are withdrawn or renamed.
class NamedRows {
 public:
  NamedRows(std::span<const std::string_view> names, const HotBlock& hot) : hot_(hot) {
    for (const std::string_view text : hot.texts(kName)) {
      // What is withdrawn has no name any more.
      is_meant_.push_back(
          text.empty() || std::find(names.begin(), names.end(), text) != names.end()
      );
    }
  }

  bool IsEmpty() const {
    return !hot_.MayHaveRenamed() &&
           std::find(is_meant_.begin(), is_meant_.end(), true) == is_meant_.end();
  }
  bool operator()(size_t row) const {
    const uint32_t code = hot_.Code(kName, row);
    return (is_meant_[code] && (!hot_.texts(kName)[code].empty() || hot_.IsWithdrawn(row))) ||
           hot_.WasRenamed(row);
  }

 private:
  static constexpr auto kName = static_cast<size_t>(TextField::kName);

  const HotBlock& hot_;
  std::vector<bool> is_meant_;
};

/// The layers of each service.
class LayersByService {
 public:
  LayersByService(std::string_view service, uint64_t snapshot)
      : service_(service), snapshot_(snapshot) {}

  void AddAll(const Block& block, const HotBlock& hot) {
    constexpr auto kService = static_cast<size_t>(TextField::kService);
    constexpr auto kLayer = static_cast<size_t>(TextField::kLayer);
    const std::span<const std::string_view> services = hot.texts(kService);
    const bool names_it = std::any_of(services.begin(), services.end(), [this](auto name) {
      return IsAskedFor(name);
    });
    absl::flat_hash_set<uint64_t> seen;
    for (size_t row = 0; names_it && row < hot.rows(); ++row) {
      const uint32_t service = hot.Code(kService, row);
      const uint32_t layer = hot.Code(kLayer, row);
      if (hot.IsWithdrawn(row) || !block.IsVisible(row, hot.Born(row), snapshot_) ||
          !seen.insert(uint64_t{service} << 32 | layer).second) {
        continue;
      }
      Add(services[service], hot.texts(kLayer)[layer]);
    }
  }

  std::vector<ServiceLayers> TakeAll() const {
    std::vector<ServiceLayers> all;
    all.reserve(layers_.size());
    for (const auto& [service, layers] : layers_) {
      all.push_back({.service = service, .layers = {layers.begin(), layers.end()}});
    }
    return all;
  }

 private:
  bool IsAskedFor(std::string_view service) const {
    return service_.empty() ? !service.empty() : service == service_;
  }

  void Add(std::string_view service, std::string_view layer) {
    if (!IsAskedFor(service)) {
      return;
    }
    EventView event;
    event.text[TextField::kLayer] = layer;
    layers_[std::string(service)].emplace(ShownValue(event, FilterField::kLayer));
  }

  const std::string_view service_;
  const uint64_t snapshot_;
  std::map<std::string, std::set<std::string>> layers_;
};

/// Blocks with rows born after a sequence, the first born first.
LiveSet BlocksAfter(const StoreView& view, uint64_t after) {
  LiveSet blocks;
  std::copy_if(
      view.blocks->begin(),
      view.blocks->end(),
      std::back_inserter(blocks),
      [after](const std::shared_ptr<Block>& block) { return block->info().last_born > after; }
  );
  std::sort(blocks.begin(), blocks.end(), [](const auto& a, const auto& b) {
    return a->info().first_born < b->info().first_born;
  });
  return blocks;
}

/// Calls `add_all(block, hot, first)` for the blocks that may hold some of the first rows, and
/// reads these.
template <typename AddAll>
absl::StatusOr<std::vector<FeedItem>> ReadFirst(
    const StoreView& view,
    const BlockReader& reader,
    uint64_t after,
    size_t limit,
    const AddAll& add_all
) {
  std::vector<FeedItem> items;
  if (limit == 0 || after >= view.sequence) {
    return items;
  }
  FirstBorn first(after, view.sequence, limit);
  for (const std::shared_ptr<Block>& block : BlocksAfter(view, after)) {
    if (!first.Wants(block->info().first_born)) {
      break;
    }
    const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader.Hot(*block);
    if (!hot.ok()) {
      return hot.status();
    }
    add_all(*block, **hot, first);
  }
  RowLoader loader(reader);
  for (const BornRow& row : first.TakeAll()) {
    const absl::StatusOr<EventView> event = loader.Load(*row.block, row.row);
    if (!event.ok()) {
      return event.status();
    }
    items.push_back({.sequence = row.born, .event = Event(*event)});
  }
  return items;
}

}  // namespace

absl::StatusOr<std::vector<FeedItem>> ReadFeed(
    const StoreView& view, const BlockReader& reader, uint64_t after, size_t limit
) {
  const auto add_all = [](Block& block, const HotBlock& hot, FirstBorn& first) {
    first.AddAll(block, hot, [](size_t /*row*/) { return true; });
  };
  return ReadFirst(view, reader, after, limit, add_all);
}

absl::StatusOr<NamedFeed> ReadFeedOf(
    const StoreView& view,
    const BlockReader& reader,
    std::span<const std::string_view> names,
    uint64_t after,
    size_t limit
) {
  const auto add_all = [names](Block& block, const HotBlock& hot, FirstBorn& first) {
    const NamedRows rows(names, hot);
    if (!rows.IsEmpty()) {
      first.AddAll(block, hot, rows);
    }
  };
  absl::StatusOr<std::vector<FeedItem>> items = ReadFirst(view, reader, after, limit, add_all);
  if (!items.ok()) {
    return items.status();
  }
  const bool is_all = items->size() < limit;
  const uint64_t read_to = is_all       ? std::max(after, view.sequence)
                           : limit == 0 ? after
                                        : items->back().sequence;
  return NamedFeed{.items = *std::move(items), .read_to = read_to};
}

absl::StatusOr<std::vector<ServiceLayers>> ReadServices(
    const StoreView& view, const BlockReader& reader, std::string_view service
) {
  LayersByService layers(service, view.sequence);
  for (const std::shared_ptr<Block>& block : *view.blocks) {
    const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader.Hot(*block);
    if (!hot.ok()) {
      return hot.status();
    }
    layers.AddAll(*block, **hot);
  }
  return layers.TakeAll();
}

}  // namespace tidings::embedded
