#pragma once

#include <string>
#include <vector>

#include "event/event.h"
#include "event/report.h"
#include "event/testing/batch_builder.h"

/// What a codec made of some bytes, as tests compare it.
namespace tidings::testing {

/// The report with bytes of its own.
ReportSpec SpecOf(const Report& report, const ReportBatch& batch);

/// What an event says of its subject, as a report would say it: no receipts.
ReportSpec SpecOf(const EventView& event);

/// One line per report (`#index` and Describe), then one per rejection (`#index field: error`).
std::vector<std::string> Lines(const ReportBatch& batch);

}  // namespace tidings::testing
