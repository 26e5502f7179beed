#pragma once

#include <string>

#include <fmt/format.h>

#include "event/testing/batch_builder.h"

/// What crash_test's child commits, batch by batch: starts of its own events, and the ends of the
/// events of the batch before.
namespace tidings::embedded::testing {

inline constexpr int kCrashBatchEvents = 40;

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

}  // namespace tidings::embedded::testing
