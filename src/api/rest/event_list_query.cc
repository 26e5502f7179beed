#include "api/rest/event_list_query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "api/rest/filter_value.h"
#include "api/rest/query_parameters.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"
#include "store/cursor_token.h"

namespace tidings::rest {
namespace {

constexpr std::array<std::string_view, 18> kKnownParameters{
    "service",
    "instance",
    "endpoint",
    "layer",
    "name",
    "type",
    "state",
    "id",
    "from",
    "to",
    "order",
    "limit",
    "cursor",
    "render",
    "q",
    "min_duration",
    "max_duration",
    "derived"};
constexpr std::array<std::string_view, 4> kNotYet{"q", "min_duration", "max_duration", "derived"};
constexpr int64_t kDefaultWindowMs = 3'600'000;

/// The parameters that are taken once, as they were written.
struct Words {
  std::string from;
  std::string to;
  std::string order;
  std::string limit;
  std::string cursor;
};

std::optional<FieldProblem> RefuseWhatIsNotBuilt(const QueryParameters& parameters) {
  for (const QueryParameters::Entry& entry : parameters.entries()) {
    if (std::find(kNotYet.begin(), kNotYet.end(), entry.name) != kNotYet.end()) {
      return FieldProblem{
          .field = entry.name,
          .detail = fmt::format(
              "'{}' is not yet built; filter by exact values of service, instance, endpoint, "
              "layer, name, type, state and id, and by from and to",
              entry.name
          ),
          .type = "not-yet",
          .title = "Not yet built"};
    }
  }
  return std::nullopt;
}

std::optional<FieldProblem> ParseFilters(const QueryParameters& parameters, Filter& filter) {
  for (const QueryParameters::Entry& entry : parameters.entries()) {
    const std::optional<FilterField> field = FilterFieldFromName(entry.name);
    if (!field) {
      continue;
    }
    FilterValue value;
    if (auto problem = ParseFilterValue(*field, entry.value, value)) {
      return problem;
    }
    FieldCondition& condition = filter.On(*field);
    (value.excluded ? condition.none_of : condition.any_of).push_back(std::move(value.value));
  }
  return std::nullopt;
}

std::optional<FieldProblem> ReadWords(const QueryParameters& parameters, Words& words) {
  const std::pair<std::string_view, std::string*> wanted[] = {
      {"from", &words.from},
      {"to", &words.to},
      {"order", &words.order},
      {"limit", &words.limit},
      {"cursor", &words.cursor}};
  for (const auto& [name, word] : wanted) {
    if (auto problem = parameters.Single(name, *word)) {
      return problem;
    }
  }
  return std::nullopt;
}

std::optional<FieldProblem> ParseOrder(const std::string& text, Order& order) {
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

std::optional<FieldProblem> ParseLimit(const std::string& text, size_t& limit) {
  if (text.empty()) {
    limit = kDefaultPage;
    return std::nullopt;
  }
  const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (is_number && limit >= 1 && limit <= kMaxPage) {
    return std::nullopt;
  }
  return FieldProblem{
      .field = "limit",
      .detail = fmt::format(
          "limit is '{}', expected 1..{}; further events are on the page that next_cursor leads to",
          EscapeForDisplay(text, 64),
          kMaxPage
      )};
}

bool IsInteger(std::string_view text) {
  return text.find_first_not_of("0123456789", text.substr(0, 1) == "-" ? 1 : 0) ==
         std::string_view::npos;
}

std::optional<FieldProblem> ParseBound(
    std::string_view field, const std::string& text, int64_t now_ms, int64_t& bound
) {
  const absl::StatusOr<int64_t> time = ParseTime(text, now_ms);
  if (!time.ok()) {
    return FieldProblem{
        .field = std::string(field),
        .detail = fmt::format("{}: {}", field, MessageOf(time.status()))};
  }
  bound = *time;
  if (!IsInteger(text)) {
    return std::nullopt;
  }
  if (LooksLikeSeconds(*time)) {
    return FieldProblem{
        .field = std::string(field),
        .detail = fmt::format(
            "{} is {}: seconds? ms are wanted ({}000, or {} if that is meant)",
            field,
            *time,
            *time,
            FormatTimeUtc(*time)
        )};
  }
  if (*time < 0) {
    return FieldProblem{
        .field = std::string(field),
        .detail = fmt::format(
            "{} is '{}': expected a unit of ms s m h d w for a time ago, as -15m", field, text
        )};
  }
  return std::nullopt;
}

std::optional<FieldProblem> ParseWindow(const Words& words, int64_t now_ms, TimeWindow& window) {
  window.from = now_ms - kDefaultWindowMs;
  if (!words.from.empty()) {
    if (auto problem = ParseBound("from", words.from, now_ms, window.from)) {
      return problem;
    }
  }
  if (words.to.empty()) {
    return std::nullopt;
  }
  if (auto problem = ParseBound("to", words.to, now_ms, window.to)) {
    return problem;
  }
  if (window.from <= window.to) {
    return std::nullopt;
  }
  return FieldProblem{
      .field = words.from.empty() ? "to" : "from",
      .detail = words.from.empty()
                    ? fmt::format(
                          "to is {}, before from, which is an hour ago when it is not given ({}): "
                          "give from too, 0 for the beginning",
                          FormatTimeUtc(window.to),
                          FormatTimeUtc(window.from)
                      )
                    : fmt::format(
                          "from is {}, after to, {}; expected from <= to",
                          FormatTimeUtc(window.from),
                          FormatTimeUtc(window.to)
                      )};
}

void BindValues(std::vector<std::string> values, JsonWriter& json) {
  std::sort(values.begin(), values.end());
  json.BeginArray();
  for (const std::string& value : values) {
    json.String(value);
  }
  json.EndArray();
}

/// The same for the same filters in whatever order they were written.
uint64_t BindingOf(const Filter& filter, const Words& words) {
  std::vector<const FieldCondition*> conditions;
  conditions.reserve(filter.conditions.size());
  for (const FieldCondition& condition : filter.conditions) {
    conditions.push_back(&condition);
  }
  std::sort(conditions.begin(), conditions.end(), [](const auto* a, const auto* b) {
    return a->field < b->field;
  });
  std::string text;
  JsonWriter json(text);
  json.BeginArray();
  for (const FieldCondition* condition : conditions) {
    json.String(NameOf(condition->field));
    BindValues(condition->any_of, json);
    BindValues(condition->none_of, json);
  }
  json.String(words.from).String(words.to).String(words.order == "asc" ? "asc" : "desc");
  json.EndArray();
  return Xxh3Low(text);
}

/// Everything but the cursor and the window, which depends on it.
std::optional<FieldProblem> ReadParameters(
    std::string_view url_query, Words& words, EventListQuery& out
) {
  QueryParameters parameters;
  std::optional<FieldProblem> problem =
      QueryParameters::Parse(url_query, kKnownParameters, parameters);
  problem = problem ? problem : RefuseWhatIsNotBuilt(parameters);
  problem = problem ? problem : ParseFilters(parameters, out.query.filter);
  problem = problem ? problem : ReadWords(parameters, words);
  problem = problem ? problem : ParseOrder(words.order, out.query.order);
  problem = problem ? problem : ParseLimit(words.limit, out.query.limit);
  return problem ? problem : parameters.Bool("render", out.render);
}

std::optional<FieldProblem> ReadCursor(const std::string& token, EventListQuery& out) {
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
  Words words;
  if (auto problem = ReadParameters(url_query, words, out)) {
    return problem;
  }
  out.binding = BindingOf(out.query.filter, words);
  out.now_ms = now_ms;
  if (!words.cursor.empty()) {
    if (auto problem = ReadCursor(words.cursor, out)) {
      return problem;
    }
  }
  return ParseWindow(words, out.now_ms, out.query.filter.window);
}

}  // namespace tidings::rest
