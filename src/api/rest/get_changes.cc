#include "api/rest/get_changes.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "codec/json/event_json.h"
#include "event/interval.h"

namespace tidings::rest {
namespace {

constexpr size_t kMaxRanked = 1000;
constexpr int64_t kMaxBeforeWindowMs = 366 * int64_t{86'400'000};

std::optional<FieldProblem> ParseLevel(
    const QueryParameters& parameters, query::ChangeLevel& level
) {
  std::string text;
  if (auto problem = parameters.Single("level", text)) {
    return problem;
  }
  if (text == "all") {
    level = query::ChangeLevel::kAll;
    return std::nullopt;
  }
  if (text.empty() || text == "change") {
    return std::nullopt;
  }
  return FieldProblem{
      .field = "level",
      .detail = fmt::format("level is '{}', expected change or all", EscapeForDisplay(text, 64))};
}

/// One answer from several scans of one snapshot, with what each of them left out.
class Scans {
 public:
  Scans(const EventStore& store, int64_t now_ms, const Patience& patience)
      : store_(store), now_ms_(now_ms), patience_(patience), snapshot_(store.Hold()) {}

  absl::Status Run(const Filter& filter, ScanColumns columns, const ScanVisitor& visit) {
    const absl::StatusOr<ScanEnd> end = store_.Scan(
        {.filter = filter,
         .columns = columns,
         .now_ms = now_ms_,
         .cursor = snapshot_.cursor,
         .patience = patience_},
        visit
    );
    if (!end.ok()) {
      return end.status();
    }
    for (const Incompleteness& reason : end->incomplete) {
      const bool is_known =
          std::any_of(incomplete_.begin(), incomplete_.end(), [&reason](const auto& known) {
            return known.detail == reason.detail;
          });
      if (!is_known) {
        incomplete_.push_back(reason);
      }
    }
    return absl::OkStatus();
  }

  void Note(Incompleteness reason) { incomplete_.push_back(std::move(reason)); }
  const std::vector<Incompleteness>& incomplete() const { return incomplete_; }

 private:
  const EventStore& store_;
  const int64_t now_ms_;
  const Patience& patience_;
  const HeldSnapshot snapshot_;
  std::vector<Incompleteness> incomplete_;
};

/// Narrows the filter to those of the names that occur: names are wanted whatever their case, which
/// no condition can say.
absl::Status NarrowToNames(Scans& scans, const query::LastChanges& last, Filter& filter) {
  std::set<std::string, std::less<>> names;
  absl::Status status = scans.Run(filter, ScanColumns::kHot, [&](const EventView& event) {
    const std::string_view name = event.text[TextField::kName];
    if (!names.contains(name) && last.Wants(name)) {
      names.emplace(name);
    }
    return true;
  });
  filter.where.Require(OneOf(FilterField::kName, {names.begin(), names.end()}));
  return status;
}

absl::Status CountErrors(
    Scans& scans, const std::vector<Event>& changes, int64_t to_ms, query::ErrorsSince& errors
) {
  std::vector<std::string> services;
  for (const Event& change : changes) {
    services.emplace_back(change->text[TextField::kService]);
    errors.Watch(services.back(), OrderTime(change.view()));
  }
  if (services.empty()) {
    return absl::OkStatus();
  }
  Filter filter;
  filter.where = OneOf(FilterField::kType, {std::string(NameOf(EventType::kError))});
  filter.where = AllOf({std::move(filter.where), OneOf(FilterField::kService, services)});
  filter.window = {.from = *errors.earliest_ms(), .to = to_ms};
  return scans.Run(filter, ScanColumns::kHot, [&errors](const EventView& event) {
    errors.Add(event);
    return true;
  });
}

void WriteChange(
    JsonWriter& json, const Event& change, int64_t now_ms, const query::ErrorsSince& errors
) {
  const EventView& event = change.view();
  const std::string_view service = event.text[TextField::kService];
  json.BeginObject().Key("service").String(service).Key("event");
  json::WriteEvent(json, event);
  json.Key("version");
  if (const std::optional<std::string> version = query::VersionOf(event)) {
    json.String(*version);
  } else {
    json.Null();
  }
  json.Key("ago").Int(now_ms - OrderTime(event));
  json.Key("errors_since").Uint(errors.CountOf(service)).EndObject();
}

}  // namespace

std::optional<FieldProblem> ChangesCall::Parse(
    std::string_view url_query, int64_t now_ms, ChangesCall& out
) {
  QueryParameters parameters;
  std::optional<FieldProblem> problem =
      QueryParameters::Parse(url_query, WithFilterNames({"level"}), parameters);
  out.now_ms = now_ms;
  problem = problem ? problem : ParseFilters(parameters, now_ms, out.filter.where);
  problem = problem ? problem : ParseWindow(parameters, now_ms, AllTime(), out.filter.window);
  return problem ? problem : ParseLevel(parameters, out.level);
}

absl::StatusOr<std::string> ChangesCall::Answer(
    const RestContext& context, const Patience& patience
) const {
  Scans scans(context.dependencies.store, now_ms, patience);
  query::LastChanges last(context.change_names, context.lifecycle_names, level);
  Filter named = filter;
  absl::Status status = NarrowToNames(scans, last, named);
  if (status.ok()) {
    status = scans.Run(named, ScanColumns::kWhole, [&last](const EventView& event) {
      last.Add(event);
      return true;
    });
  }
  if (last.IsCut()) {
    scans.Note(
        {.reason = Incompleteness::Reason::kMemory,
         .detail = fmt::format("there are more than {} services", query::LastChanges::kMaxServices)}
    );
  }
  const std::vector<Event> changes = last.Finish();
  query::ErrorsSince errors;
  if (status.ok()) {
    status = CountErrors(scans, changes, filter.window.to, errors);
  }
  if (!status.ok()) {
    return status;
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("changes").BeginArray();
  for (const Event& change : changes) {
    WriteChange(json, change, now_ms, errors);
  }
  json.EndArray();
  WriteIncomplete(json, scans.incomplete());
  json.EndObject();
  return body;
}

std::optional<FieldProblem> BeforeCall::Parse(
    std::string_view url_query, int64_t now_ms, BeforeCall& out
) {
  std::vector<std::string_view> known = FilterNames();
  known.insert(known.end(), {"t", "window", "limit"});
  QueryParameters parameters;
  std::optional<FieldProblem> problem = QueryParameters::Parse(url_query, known, parameters);
  // The service is what the question is about: it ranks events, and leaves none out.
  const QueryParameters services = parameters.Take("service");
  problem = problem ? problem : ParseFilters(services, now_ms, out.question.of_service);
  problem = problem ? problem : ParseFilters(parameters, now_ms, out.where);
  out.question.t = now_ms;
  problem = problem ? problem : ParseTimeParameter(parameters, "t", now_ms, out.question.t);
  std::optional<int64_t> window_ms;
  problem = problem ? problem : ParseDurationParameter(parameters, "window", window_ms);
  out.question.window_ms = window_ms.value_or(out.question.window_ms);
  if (!problem && out.question.window_ms > kMaxBeforeWindowMs) {
    problem = FieldProblem{.field = "window", .detail = "window: expected at most 366d"};
  }
  return problem
             ? problem
             : ParseNumberParameter(parameters, "limit", {.most = kMaxRanked}, out.question.limit);
}

absl::StatusOr<std::string> BeforeCall::Answer(const RestContext& context, const Patience& patience)
    const {
  Scans scans(context.dependencies.store, question.t, patience);
  query::BeforeRanking ranking(question, context.change_names);
  const Filter of_names{
      .where = {}, .window = {.from = question.t - query::kRarityMs, .to = question.t + 1}};
  absl::Status status = scans.Run(of_names, ScanColumns::kHot, [&](const EventView& event) {
    ranking.CountName(event);
    return true;
  });
  if (status.ok()) {
    const Filter of_events{.where = where, .window = query::WindowOf(question)};
    status = scans.Run(of_events, ScanColumns::kWhole, [&](const EventView& event) {
      ranking.Add(event);
      return true;
    });
  }
  if (!status.ok()) {
    return status;
  }
  const std::vector<query::RankedEvent> ranked = ranking.Finish();
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("t").Int(question.t).Key("ranked").BeginArray();
  for (size_t i = 0; i < ranked.size(); ++i) {
    json.BeginObject().Key("rank").Uint(i + 1).Key("class").Int(ranked[i].rank_class);
    json.Key("why").String(ranked[i].why).Key("event");
    json::WriteEvent(json, ranked[i].event.view());
    json.EndObject();
  }
  json.EndArray();
  WriteIncomplete(json, scans.incomplete());
  json.EndObject();
  return body;
}

}  // namespace tidings::rest
