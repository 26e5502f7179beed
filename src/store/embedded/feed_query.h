#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "store/embedded/block_reader.h"
#include "store/embedded/store_state.h"
#include "store/event_store.h"

/// Reads that look at every live row of some blocks. They block on the disk.
namespace tidings::embedded {

/// As EventStore::ReadFeed.
absl::StatusOr<std::vector<FeedItem>> ReadFeed(
    const StoreView& view, const BlockReader& reader, uint64_t after, size_t limit
);

/// As EventStore::ReadFeedOf. A block that has none of the names, and nothing withdrawn
/// or renamed, costs a look at its dictionary.
absl::StatusOr<NamedFeed> ReadFeedOf(
    const StoreView& view,
    const BlockReader& reader,
    std::span<const std::string_view> names,
    uint64_t after,
    size_t limit
);

/// As EventStore::Services.
absl::StatusOr<std::vector<ServiceLayers>> ReadServices(
    const StoreView& view, const BlockReader& reader, std::string_view service
);

}  // namespace tidings::embedded
