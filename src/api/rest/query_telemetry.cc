#include "api/rest/query_telemetry.h"

#include <string>

namespace tidings::rest {
namespace {

prometheus::Histogram* QueryDuration(prometheus::Registry& metrics, const std::string& kind) {
  return &prometheus::BuildHistogram()
              .Name("tidings_query_duration_seconds")
              .Help("From a query's parameters to its result, by kind of query.")
              .Register(metrics)
              .Add(
                  {{"kind", kind}},
                  prometheus::Histogram::BucketBoundaries{
                      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10}
              );
}

}  // namespace

/// In the order of QueryKind.
QueryTelemetry::QueryTelemetry(prometheus::Registry& metrics)
    : durations_{
          QueryDuration(metrics, "events"),
          QueryDuration(metrics, "event"),
          QueryDuration(metrics, "histogram"),
          QueryDuration(metrics, "facets"),
          QueryDuration(metrics, "changes"),
          QueryDuration(metrics, "before"),
          QueryDuration(metrics, "lanes")},
      abandoned_(prometheus::BuildCounter()
                     .Name("tidings_abandoned_queries_total")
                     .Help("Queries that were ended early because their client had gone.")
                     .Register(metrics)
                     .Add({})) {}

void QueryTelemetry::CountFailure(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kCancelled) {
    abandoned_.Increment();
  }
}

}  // namespace tidings::rest
