#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/rest/answer.h"
#include "store/event_store.h"

namespace tidings::rest {

/// `GET /api/v1/events`, understood.
struct EventListQuery {
  EventQuery query;
  /// What a cursor of this chain is bound to: filters, from, to and order as they were written.
  uint64_t binding = 0;
  /// What relative times mean on every page of the chain.
  int64_t now_ms = 0;
  bool render = false;
};

inline constexpr size_t kDefaultPage = 100;
inline constexpr size_t kMaxPage = 10'000;

/// Fills `out` from the query part of a URL. Pure.
std::optional<FieldProblem> ParseEventListQuery(
    std::string_view url_query, int64_t now_ms, EventListQuery& out
);

}  // namespace tidings::rest
