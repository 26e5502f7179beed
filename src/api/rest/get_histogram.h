#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "api/rest/answer.h"
#include "api/rest/context.h"
#include "event/filter.h"

namespace tidings::rest {

/// `GET /api/v1/histogram`, understood.
struct HistogramCall {
  static constexpr QueryKind kKind = QueryKind::kHistogram;

  Filter filter;
  int64_t now_ms = 0;
  std::optional<int64_t> step_ms;
  size_t buckets = 100;
  absl::TimeZone zone = absl::UTCTimeZone();

  static std::optional<FieldProblem> Parse(
      std::string_view url_query, int64_t now_ms, HistogramCall& out
  );
  absl::StatusOr<std::string> Answer(const RestContext& context, const Patience& patience) const;
};

}  // namespace tidings::rest
