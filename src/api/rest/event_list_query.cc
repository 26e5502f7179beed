#include "api/rest/event_list_query.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "store/cursor_token.h"

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

/// The same for the same parameters in whatever order they were written.
uint64_t BindingOf(const QueryParameters& parameters) {
  constexpr std::array<std::string_view, 3> kMayChange{"cursor", "limit", "render"};
  std::vector<std::pair<std::string_view, std::string_view>> bound;
  for (const QueryParameters::Entry& entry : parameters.entries()) {
    const bool is_default = entry.name == "order" && entry.value == "desc";
    if (!is_default &&
        std::find(kMayChange.begin(), kMayChange.end(), entry.name) == kMayChange.end()) {
      bound.emplace_back(entry.name, entry.value);
    }
  }
  std::sort(bound.begin(), bound.end());
  std::string text;
  JsonWriter json(text);
  json.BeginArray();
  for (const auto& [name, value] : bound) {
    json.String(name).String(value);
  }
  json.EndArray();
  return Xxh3Low(text);
}

std::optional<FieldProblem> ReadCursor(const QueryParameters& parameters, EventListQuery& out) {
  std::string token;
  if (auto problem = parameters.Single("cursor", token)) {
    return problem;
  }
  if (token.empty()) {
    return std::nullopt;
  }
  absl::StatusOr<Cursor> cursor = DecodeCursor(token, out.binding);
  if (!cursor.ok()) {
    return FieldProblem{
        .field = "cursor",
        .detail = std::string(MessageOf(cursor.status())),
        .type = "bad-cursor",
        .title = "The cursor does not belong here"};
  }
  // The page that began the chain put its own now there (see ListEvents).
  out.now_ms = cursor->created_ms;
  out.query.cursor = *std::move(cursor);
  return std::nullopt;
}

}  // namespace

std::optional<FieldProblem> ParseEventListQuery(
    std::string_view url_query, int64_t now_ms, EventListQuery& out
) {
  QueryParameters parameters;
  std::optional<FieldProblem> problem = QueryParameters::Parse(
      url_query, WithFilterNames({"order", "limit", "cursor", "render"}), parameters
  );
  if (problem) {
    return problem;
  }
  out.binding = BindingOf(parameters);
  out.now_ms = now_ms;
  problem = ReadCursor(parameters, out);
  problem = problem ? problem : ParseFilters(parameters, out.now_ms, out.query.filter.where);
  problem = problem ? problem : ParseOrder(parameters, out.query.order);
  problem = problem ? problem : ParseLimit(parameters, out.query.limit);
  problem = problem ? problem : parameters.Bool("render", out.render);
  return problem
             ? problem
             : ParseWindow(parameters, out.now_ms, LastHour(out.now_ms), out.query.filter.window);
}

}  // namespace tidings::rest
