#include "api/rest/answer.h"

#include <utility>

#include <absl/strings/cord.h>

#include "base/status.h"
#include "base/text.h"
#include "codec/json/event_json.h"

namespace tidings::rest {
namespace {

constexpr const char* kFieldPayload = "tidings/field";

std::string_view NameOf(Incompleteness::Reason reason) {
  switch (reason) {
    case Incompleteness::Reason::kDeadline:
      return "deadline";
    case Incompleteness::Reason::kDamaged:
      return "damaged";
    case Incompleteness::Reason::kMemory:
      return "memory";
  }
  return "damaged";
}

}  // namespace

void WriteIncomplete(JsonWriter& json, const std::vector<Incompleteness>& incomplete) {
  json.Key("complete").Bool(incomplete.empty()).Key("incomplete").BeginArray();
  for (const Incompleteness& reason : incomplete) {
    json.BeginObject().Key("reason").String(NameOf(reason.reason));
    json.Key("detail").String(reason.detail).EndObject();
  }
  json.EndArray();
}

net::HttpResponse JsonAnswer(std::string body) {
  net::HttpResponse response;
  response.headers.push_back({"content-type", "application/json"});
  response.body = std::move(body);
  return response;
}

net::HttpResponse EventAnswer(const EventView& event, bool render) {
  std::string body;
  JsonWriter json(body);
  json::WriteEvent(json, event, {.render = render});
  return JsonAnswer(std::move(body));
}

net::HttpResponse ProblemOf(
    const ProblemKind& kind, std::string_view detail, const std::function<void(JsonWriter&)>& write
) {
  std::string members;
  JsonWriter json(members);
  json.BeginObject();
  if (write) {
    write(json);
  }
  json.EndObject();
  const std::string_view without_braces(members.data() + 1, members.size() - 2);
  net::HttpResponse response =
      net::Problem(kind.status, kind.type, kind.title, detail, without_braces);
  if (kind.status == 503) {
    response.headers.push_back({"retry-after", "1"});
  }
  return response;
}

net::HttpResponse ProblemOf(const FieldProblem& problem) {
  return ProblemOf(
      {.status = 400, .type = problem.type, .title = problem.title},
      problem.detail,
      [&problem](JsonWriter& json) {
        json.Key("field").String(problem.field);
        if (problem.position) {
          json.Key("position").Uint(*problem.position);
        }
      }
  );
}

ProblemKind KindOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      if (IsDiskFull(status)) {
        return {503, "disk-full", "The disk is full, come back later"};
      }
      return {503, "unavailable", "Come back later"};
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
      return {503, "unavailable", "Come back later"};
    case absl::StatusCode::kResourceExhausted:
      return {507, "store-full", "The store takes no more events"};
    case absl::StatusCode::kFailedPrecondition:
      return {410, "cursor-gone", "The cursor is no longer alive"};
    case absl::StatusCode::kInvalidArgument:
      return {400, "bad-parameter", "The query means nothing"};
    case absl::StatusCode::kDataLoss:
      return {500, "damaged", "What was asked for is damaged"};
    default:
      return {500, "internal", "The server failed"};
  }
}

absl::Status AboutField(absl::Status status, std::string_view field) {
  status.SetPayload(kFieldPayload, absl::Cord(std::string(field)));
  return status;
}

net::HttpResponse ProblemOf(const absl::Status& status) {
  return ProblemOf(KindOf(status), MessageOf(status), [&status](JsonWriter& json) {
    if (const auto field = status.GetPayload(kFieldPayload)) {
      json.Key("field").String(std::string(*field));
    }
  });
}

net::HttpResponse UnsupportedMediaType(
    const net::HttpRequest& request, std::string_view expected, std::string_view explanation
) {
  const std::string_view given = request.header("content-type");
  const std::string told = given.empty()
                               ? "the request has no Content-Type"
                               : fmt::format("Content-Type is '{}'", EscapeForDisplay(given, 100));
  return ProblemOf(
      {415, "unsupported-media-type", "Content-Type not supported"},
      fmt::format("{}; add -H 'content-type: {}'{}", told, expected, explanation)
  );
}

}  // namespace tidings::rest
