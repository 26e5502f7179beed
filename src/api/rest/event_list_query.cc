#include "api/rest/event_list_query.h"

#include <array>
#include <string>

#include <fmt/format.h>

#include "api/rest/filter_parameters.h"
#include "api/rest/page_cursor.h"
#include "api/rest/query_parameters.h"
#include "base/text.h"

namespace tidings::rest {
namespace {

std::optional<FieldProblem> ParseOrder(const QueryParameters& parameters, Order& order) {
  std::string text;
  if (auto problem = parameters.Single("order", text)) {
    return problem;
  }
  if (text.empty() || text == "desc") {
    order = Order::kNewestFirst;
    return std::nullopt;
  }
  if (text == "asc") {
    order = Order::kOldestFirst;
    return std::nullopt;
  }
  return FieldProblem{
      .field = "order",
      .detail = fmt::format(
          "order is '{}', expected desc (newest start first) or asc", EscapeForDisplay(text, 64)
      )};
}

std::optional<FieldProblem> ParseLimit(const QueryParameters& parameters, size_t& limit) {
  limit = kDefaultPage;
  return ParseNumberParameter(
      parameters,
      "limit",
      {.most = kMaxPage, .advice = "further events are on the page that next_cursor leads to"},
      limit
  );
}

}  // namespace

std::optional<FieldProblem> ParseEventListQuery(
    std::string_view url_query, int64_t now_ms, EventListQuery& out
) {
  constexpr std::array<std::string_view, 2> kMayChange{"limit", "render"};
  QueryParameters parameters;
  std::optional<FieldProblem> problem = QueryParameters::Parse(
      url_query, WithFilterNames({"order", "limit", "cursor", "render"}), parameters
  );
  if (problem) {
    return problem;
  }
  out.binding = CursorBinding("events", parameters, kMayChange);
  problem = ParseCursor(parameters, out.binding, out.query.cursor);
  // The page that began the chain put its own now there (see ListEvents).
  out.now_ms = out.query.cursor ? out.query.cursor->created_ms : now_ms;
  problem = problem ? problem : ParseFilters(parameters, out.now_ms, out.query.filter.where);
  problem = problem ? problem : ParseOrder(parameters, out.query.order);
  problem = problem ? problem : ParseLimit(parameters, out.query.limit);
  problem = problem ? problem : parameters.Bool("render", out.render);
  return problem
             ? problem
             : ParseWindow(parameters, out.now_ms, LastHour(out.now_ms), out.query.filter.window);
}

}  // namespace tidings::rest
