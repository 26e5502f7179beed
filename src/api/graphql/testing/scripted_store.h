#pragma once

#include <string_view>
#include <vector>

#include "store/event_store.h"

namespace tidings::graphql::testing {

/// A store without events that answers as a test tells it to.
///
/// Thread safety: one thread.
class ScriptedStore final : public EventStore {
 public:
  /// What every query fails with, unless it is OK.
  absl::Status failure;
  /// Why pages lack events.
  std::vector<Incompleteness> incomplete;
  /// What was asked last.
  mutable EventQuery last_query;

  void Commit(ReportBatch, CommitDone done) override { done(CommitResult()); }
  absl::StatusOr<std::optional<Event>> Get(std::string_view) const override {
    return std::optional<Event>();
  }
  absl::StatusOr<EventPage> Query(const EventQuery& query) const override {
    last_query = query;
    if (!failure.ok()) {
      return failure;
    }
    EventPage page;
    page.incomplete = incomplete;
    return page;
  }
  absl::StatusOr<ScanEnd> Scan(const ScanQuery&, const ScanVisitor&) const override {
    return ScanEnd();
  }
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery&) const override {
    return AggregateResult();
  }
  absl::StatusOr<LanesPage> Lanes(const LanesQuery&) const override { return LanesPage(); }
  HeldSnapshot Hold() const override { return {}; }
  uint64_t LastSequence() const override { return 0; }
  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t, size_t) const override {
    return std::vector<FeedItem>();
  }
  absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view) const override {
    if (!failure.ok()) {
      return failure;
    }
    return std::vector<ServiceLayers>();
  }
  StoreStats Stats() const override { return {}; }
  void Stop() override {}
};

}  // namespace tidings::graphql::testing
