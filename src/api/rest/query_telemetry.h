#pragma once

#include <chrono>
#include <string>

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace tidings::rest {

/// How long queries take.
///
/// Thread safety: safe.
class QueryTelemetry {
 public:
  explicit QueryTelemetry(prometheus::Registry& metrics);

  void CountPage(std::chrono::duration<double> took) { page_.Observe(took.count()); }
  void CountGet(std::chrono::duration<double> took) { get_.Observe(took.count()); }

 private:
  prometheus::Histogram& page_;
  prometheus::Histogram& get_;
};

}  // namespace tidings::rest
