#include "store/event_store.h"

#include <algorithm>
#include <utility>

namespace tidings {

absl::StatusOr<EventPage> EventStore::QueryEach(const EventQuery& query, const EventVisitor& take)
    const {
  absl::StatusOr<EventPage> page = Query(query);
  if (page.ok()) {
    for (const Event& event : page->events) {
      take(event.view());
    }
    page->events.clear();
  }
  return page;
}

absl::StatusOr<NamedFeed> EventStore::ReadFeedOf(
    std::span<const std::string_view> names, uint64_t after, size_t limit
) const {
  const uint64_t last = LastSequence();
  absl::StatusOr<std::vector<FeedItem>> items = ReadFeed(after, limit);
  if (!items.ok()) {
    return items.status();
  }
  NamedFeed feed;
  feed.read_to = items->size() < limit ? std::max(after, last) : items->back().sequence;
  for (FeedItem& item : *items) {
    feed.read_to = std::max(feed.read_to, item.sequence);
    const std::string_view name = item.event->text[TextField::kName];
    if (item.event->withdrawn || item.event->renamed ||
        std::find(names.begin(), names.end(), name) != names.end()) {
      feed.items.push_back(std::move(item));
    }
  }
  return feed;
}

}  // namespace tidings
