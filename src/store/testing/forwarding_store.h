#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "store/event_store.h"

namespace tidings::store_testing {

/// Hands every call on to another store: for tests that watch a few of them.
///
/// Thread safety: as the other store.
/// Lifetime:      borrows the other store.
class ForwardingStore : public EventStore {
 public:
  explicit ForwardingStore(EventStore& store) : store_(store) {}

  void Commit(ReportBatch batch, CommitDone done) override {
    store_.Commit(std::move(batch), std::move(done));
  }
  absl::StatusOr<std::optional<Event>> Get(std::string_view id) const override {
    return store_.Get(id);
  }
  absl::StatusOr<EventPage> Query(const EventQuery& query) const override {
    return store_.Query(query);
  }
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery& query) const override {
    return store_.Aggregate(query);
  }
  absl::StatusOr<LanesPage> Lanes(const LanesQuery& query) const override {
    return store_.Lanes(query);
  }
  absl::StatusOr<ScanEnd> Scan(const ScanQuery& query, const ScanVisitor& visit) const override {
    return store_.Scan(query, visit);
  }
  HeldSnapshot Hold() const override { return store_.Hold(); }
  uint64_t LastSequence() const override { return store_.LastSequence(); }
  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t after, size_t limit) const override {
    return store_.ReadFeed(after, limit);
  }
  absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view service) const override {
    return store_.Services(service);
  }
  StoreStats Stats() const override { return store_.Stats(); }
  void Stop() override { store_.Stop(); }

 private:
  EventStore& store_;
};

}  // namespace tidings::store_testing
