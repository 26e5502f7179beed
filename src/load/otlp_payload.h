#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "load/dataset.h"

namespace tidings::load {

/// One `ExportLogsServiceRequest` of some events: a log record each, grouped by resource, as SDKs
/// and Collectors send them.
struct OtlpRequest {
  std::string bytes;
  /// Where in `bytes` the id of each event stands, in the order of the events.
  std::vector<uint32_t> ids;
};

OtlpRequest ToOtlpProtobuf(std::span<const DatasetEvent> events);
OtlpRequest ToOtlpJson(std::span<const DatasetEvent> events);

}  // namespace tidings::load
