#include "store/embedded/store_telemetry.h"

#include <absl/time/civil_time.h>
#include <spdlog/spdlog.h>

#include "base/status.h"

namespace tidings::embedded {

StoreTelemetry::StoreTelemetry(prometheus::Registry& registry)
    : commit_seconds_(prometheus::BuildHistogram()
                          .Name("tidings_store_commit_duration_seconds")
                          .Help("Joining, writing and syncing one commit group.")
                          .Register(registry)
                          .Add(
                              {},
                              prometheus::Histogram::BucketBoundaries{
                                  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5}
                          )),
      group_reports_(prometheus::BuildHistogram()
                         .Name("tidings_commit_group_reports")
                         .Help("Reports of one commit group, which share a sync.")
                         .Register(registry)
                         .Add(
                             {},
                             prometheus::Histogram::BucketBoundaries{
                                 1, 10, 100, 500, 1000, 2000, 4000, 8000, 16000}
                         )),
      failures_(prometheus::BuildCounter()
                    .Name("tidings_store_write_failures_total")
                    .Help("Writes that failed, and attempts to open the store again that did.")
                    .Register(registry)
                    .Add({})),
      read_only_(prometheus::BuildGauge()
                     .Name("tidings_store_read_only")
                     .Help("1 while commits are refused because of the disk.")
                     .Register(registry)
                     .Add({})) {}

void StoreTelemetry::Opened(
    const std::string& directory, size_t blocks, std::chrono::milliseconds took
) const {
  spdlog::info("store: opened {} with {} blocks in {} ms", directory, blocks, took.count());
}

void StoreTelemetry::LostRows(const absl::Status& damage) const {
  spdlog::error(
      "store: {}; events of it are missing from answers, the others are not; `tidings store check` "
      "of the stopped store tells all damage",
      MessageOf(damage)
  );
}

void StoreTelemetry::FoundDamage(const absl::Status& damage) const {
  spdlog::error(
      "store: {}; it is not known yet whether events are harmed: `tidings store check` of the "
      "stopped store tells",
      MessageOf(damage)
  );
}

void StoreTelemetry::MakesRunAnew(const std::string& damage) const {
  spdlog::warn("store: {}; it is made anew from the blocks, no event is missing", damage);
}

void StoreTelemetry::EventsLeft(DropReason reason, uint64_t events, uint32_t last_day) const {
  const std::string day = absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + last_day);
  if (reason == DropReason::kAge) {
    spdlog::info(
        "store: {} events whose last change was on {} or before left: retention", events, day
    );
  } else {
    spdlog::warn(
        "store: {} events whose last change was on {} or before left, since the store holds more "
        "than store.max_bytes; `store.retention` would have kept them",
        events,
        day
    );
  }
}

void StoreTelemetry::GroupCommitted(size_t reports, std::chrono::steady_clock::duration took) {
  commit_seconds_.Observe(std::chrono::duration<double>(took).count());
  group_reports_.Observe(static_cast<double>(reports));
}

void StoreTelemetry::BecameReadOnly(const std::string& reason) {
  failures_.Increment();
  read_only_.Set(1);
  spdlog::error("store: read only, commits are refused: {}; opening it again soon", reason);
}

void StoreTelemetry::BecameWritable() {
  read_only_.Set(0);
  spdlog::info("store: opened again, commits are taken");
}

}  // namespace tidings::embedded
