#include "api/rest/tail_events.h"

#include <charconv>
#include <optional>
#include <vector>

#include <absl/status/statusor.h>
#include <fmt/format.h>

#include "api/rest/answer.h"
#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "api/rest/tail_stream.h"
#include "base/text.h"
#include "base/time_text.h"

namespace tidings::rest {
namespace {

/// A `since` that is a whole number below is a sequence; above, ms since the epoch.
bool IsSequence(uint64_t number) {
  return number == 0 || LooksLikeSeconds(static_cast<int64_t>(number));
}

/// Receipts and commits are in the same order but for what waited in between.
constexpr int64_t kCommitSlackMs = 10'000;

std::optional<uint64_t> ReadWhole(std::string_view text) {
  uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

/// Where a reader begins.
struct Since {
  std::optional<uint64_t> sequence;
  std::optional<int64_t> time_ms;
};

std::optional<FieldProblem> ParseSince(
    const net::HttpRequest& request, const QueryParameters& parameters, int64_t now_ms, Since& since
) {
  // A browser resends the id of the last event that it saw; it wins over where reading once began.
  if (const std::string_view last_id = request.header("last-event-id"); !last_id.empty()) {
    since.sequence = ReadWhole(last_id);
    if (since.sequence) {
      return std::nullopt;
    }
    return FieldProblem{
        .field = "Last-Event-ID",
        .detail = fmt::format(
            "Last-Event-ID is '{}', expected the id of an event of the tail, a whole number",
            EscapeForDisplay(last_id, 64)
        )};
  }
  std::string text;
  if (auto problem = parameters.Single("since", text); problem || text.empty()) {
    return problem;
  }
  if (const auto number = ReadWhole(text); number && IsSequence(*number)) {
    since.sequence = number;
    return std::nullopt;
  }
  int64_t time_ms = 0;
  auto problem = ParseTimeParameter(parameters, "since", now_ms, time_ms);
  since.time_ms = time_ms;
  return problem;
}

/// The greatest sequence whose event, and all before, changed last before `time_ms`, but for the
/// slack.
absl::StatusOr<uint64_t> PlaceBefore(const EventStore& store, int64_t time_ms) {
  uint64_t low = 0;
  uint64_t high = store.LastSequence();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const absl::StatusOr<std::vector<FeedItem>> next = store.ReadFeed(middle, 1);
    if (!next.ok()) {
      return next.status();
    }
    const bool is_early =
        !next->empty() && next->front().event->received_last < time_ms - kCommitSlackMs;
    if (is_early) {
      low = next->front().sequence;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::Status FindPlace(const EventStore& store, const Since& since, TailQuestion& question) {
  const uint64_t last = store.LastSequence();
  question.after = since.sequence.value_or(last);
  if (question.after > last) {
    // Of another store, or of one that was restored from a backup.
    question.after = last;
    question.has_lost_place = true;
  }
  if (!since.time_ms) {
    return absl::OkStatus();
  }
  const absl::StatusOr<uint64_t> place = PlaceBefore(store, *since.time_ms);
  if (!place.ok()) {
    return place.status();
  }
  question.after = *place;
  question.not_before_ms = *since.time_ms;
  return absl::OkStatus();
}

std::optional<FieldProblem> ParseTail(
    const net::HttpRequest& request, int64_t now_ms, TailQuestion& question, Since& since
) {
  std::vector<std::string_view> known = FilterNames();
  known.insert(known.end(), {"since", "render"});
  QueryParameters parameters;
  std::optional<FieldProblem> problem = QueryParameters::Parse(request.query, known, parameters);
  problem = problem ? problem : ParseFilters(parameters, now_ms, question.where);
  problem = problem ? problem : parameters.Bool("render", question.render);
  return problem ? problem : ParseSince(request, parameters, now_ms, since);
}

net::HttpResponse Begin(
    const SharedContext& context,
    const SharedRequest& request,
    TailQuestion question,
    const Since& since
) {
  if (absl::Status status = FindPlace(context->dependencies.store, since, question); !status.ok()) {
    return ProblemOf(status);
  }
  net::HttpResponse response;
  response.headers.push_back({"content-type", "text/event-stream"});
  response.headers.push_back({"cache-control", "no-store"});
  // The place, also for a reader that sees no event; and the head leaves at once.
  TailWriter::WriteComment(question.after, response.body);
  response.stream = std::make_shared<TailStream>(
      context,
      std::move(question),
      net::Permission(context->dependencies.access, request, net::Scope::kQuery)
  );
  return response;
}

}  // namespace

void TailEvents::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond
) {
  TailQuestion question;
  Since since;
  const int64_t now_ms = context_->dependencies.clock.NowMs();
  if (const auto problem = ParseTail(*request, now_ms, question, since)) {
    respond(ProblemOf(*problem));
    return;
  }
  RunOnExecutor(
      context_,
      respond,
      [context = context_, request, respond, question = std::move(question), since] {
        respond(Begin(context, request, question, since));
      }
  );
}

}  // namespace tidings::rest
