#pragma once

#include <string>

#include <fmt/format.h>

#include "event/testing/batch_builder.h"

/// What crash_test's children commit, batch by batch: starts of its own events, and the ends of the
/// events of the batch before.
namespace tidings::embedded::testing {

inline constexpr int kCrashBatchEvents = 40;

/// The batches of kill_child, and those of them that expire: the events of batches 0 ..
/// kExpiringBatches - 1, which have all ended by then.
inline constexpr int kKillBatches = 12;
inline constexpr int kExpiringBatches = 5;

inline std::string CrashId(int batch, int i) {
  return fmt::format("crash-{}-{}", batch, i);
}

inline ReportBatch CrashBatch(int batch, int64_t now_ms) {
  tidings::testing::BatchBuilder builder(now_ms);
  for (int i = 0; i < kCrashBatchEvents; ++i) {
    builder.Add(
        {.id = CrashId(batch, i),
         .service = "shop",
         .name = "Deploy",
         .message = fmt::format("batch {} event {}", batch, i),
         .start = 1'000 + batch}
    );
    if (batch > 0) {
      builder.Add({.id = CrashId(batch - 1, i), .end = 5'000 + batch});
    }
  }
  return builder.Build();
}

/// The event after batches 0 .. `last`.
inline std::string ExpectedCrashEvent(int batch, int i, int last) {
  const std::string end = batch < last ? std::to_string(5'000 + batch + 1) : "0";
  return fmt::format(
      "{} gen=0 Normal {}..{} service=\"shop\"@{} name=\"Deploy\"@{} message=\"batch {} event "
      "{}\"@{}",
      CrashId(batch, i),
      1'000 + batch,
      end,
      1'000 + batch,
      1'000 + batch,
      batch,
      i,
      1'000 + batch
  );
}

}  // namespace tidings::embedded::testing
