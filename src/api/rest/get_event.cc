#include "api/rest/get_event.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "api/rest/query_parameters.h"
#include "base/text.h"

namespace tidings::rest {
namespace {

constexpr std::array<std::string_view, 2> kParameters{"id", "render"};

net::HttpResponse Answer(RestContext& context, std::string_view id, bool render) {
  const Clock& clock = context.dependencies.clock;
  const auto began = clock.Steady();
  const absl::StatusOr<std::optional<Event>> event = context.dependencies.store.Get(id);
  context.telemetry.Count(QueryKind::kEvent, clock.Steady() - began);
  if (!event.ok()) {
    return ProblemOf(event.status());
  }
  const std::optional<Event>& found = *event;
  if (!found) {
    return NoSuchEvent(id);
  }
  const EventView& view = found->view();
  return view.withdrawn ? WithdrawnEvent(id) : EventAnswer(view, render);
}

}  // namespace

std::optional<FieldProblem> ReadEventId(
    const net::HttpRequest& request, std::string& id, bool* render
) {
  const bool in_query = request.path == kAwkwardEventPattern;
  const std::span<const std::string_view> all(kParameters);
  QueryParameters parameters;
  const auto known =
      all.subspan(in_query ? 0 : 1, (in_query ? 1 : 0) + (render != nullptr ? 1 : 0));
  if (auto problem = QueryParameters::Parse(request.query, known, parameters)) {
    return problem;
  }
  if (render != nullptr) {
    if (auto problem = parameters.Bool("render", *render)) {
      return problem;
    }
  }
  if (in_query) {
    if (auto problem = parameters.Single("id", id)) {
      return problem;
    }
  } else {
    id = net::PathParameter(kEventPattern, request.path, "id");
  }
  if (id.empty() || !IsValidUtf8(id)) {
    return FieldProblem{
        .field = "id",
        .detail = in_query ? "no id is given: expected /api/v1/event?id=ID, percent-encoded"
                           : "the id in the path is empty or broken: expected it percent-encoded "
                             "(a '%' itself is %25), or as /api/v1/event?id=ID"};
  }
  return std::nullopt;
}

net::HttpResponse NoSuchEvent(std::string_view id) {
  return ProblemOf(
      {404, "not-found", "No such event"},
      fmt::format("no event has the id '{}'", EscapeForDisplay(id, 128))
  );
}

net::HttpResponse WithdrawnEvent(std::string_view id) {
  return ProblemOf(
      {410, "withdrawn", "The event was withdrawn"},
      fmt::format("the event '{}' was withdrawn", EscapeForDisplay(id, 128))
  );
}

void GetEvent::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond
) {
  std::string id;
  bool render = false;
  if (const auto problem = ReadEventId(*request, id, &render)) {
    respond(ProblemOf(*problem));
    return;
  }
  RunOnExecutor(context_, respond, [context = context_, respond, id = std::move(id), render] {
    respond(Answer(*context, id, render));
  });
}

}  // namespace tidings::rest
