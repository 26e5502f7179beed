#include "api/rest/saved_view_calls.h"

#include <string_view>
#include <utility>

#include "api/rest/answer.h"
#include "base/json_document.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "store/saved_views.h"

namespace tidings::rest {
namespace {

std::string ViewJson(std::string_view name, std::string_view query) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("name").String(name).Key("query").String(query).EndObject();
  return body;
}

std::string NameIn(const net::HttpRequest& request) {
  return net::PathParameter(kViewPattern, request.path, "name");
}

net::HttpResponse ProblemOfView(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return ProblemOf({404, "not-found", "No such view"}, MessageOf(status));
    case absl::StatusCode::kInvalidArgument:
      return ProblemOf({400, "bad-view", "The view cannot be kept"}, MessageOf(status));
    case absl::StatusCode::kResourceExhausted:
      return ProblemOf({409, "too-many-views", "No room for another view"}, MessageOf(status));
    default:
      return ProblemOf(status);
  }
}

/// The member `query` of the body.
absl::StatusOr<std::string> ReadQuery(std::string body, size_t max_depth) {
  const auto document = JsonDocument::Parse(std::move(body), max_depth);
  if (!document.ok()) {
    return document.status();
  }
  std::string_view query;
  if ((*document)->root()["query"].get(query)) {
    return InvalidArgument(R"(expected {{"query":"…"}}, the query of the page's address)");
  }
  return std::string(query);
}

}  // namespace

void ListViews::Handle(SharedRequest, std::string, net::Responder respond) {
  respond(JsonAnswer(ViewsJson(context_->dependencies.views.All())));
}

void GetView::Handle(SharedRequest request, std::string, net::Responder respond) {
  const std::string name = NameIn(*request);
  const absl::StatusOr<std::string> query = context_->dependencies.views.Get(name);
  respond(query.ok() ? JsonAnswer(ViewJson(name, *query)) : ProblemOfView(query.status()));
}

void PutView::Handle(SharedRequest request, std::string body, net::Responder respond) {
  if (request->media_type() != "application/json") {
    respond(UnsupportedMediaType(*request, "application/json", "a view is a JSON object"));
    return;
  }
  absl::StatusOr<std::string> query =
      ReadQuery(std::move(body), context_->dependencies.config.max_json_depth);
  if (!query.ok()) {
    respond(ProblemOfView(query.status()));
    return;
  }
  RunOnExecutor(
      context_,
      respond,
      [context = context_, respond, name = NameIn(*request), query = *std::move(query)] {
        const absl::Status status = context->dependencies.views.Put(name, query);
        respond(status.ok() ? JsonAnswer(ViewJson(name, query)) : ProblemOfView(status));
      }
  );
}

void DeleteView::Handle(SharedRequest request, std::string, net::Responder respond) {
  RunOnExecutor(context_, respond, [context = context_, respond, name = NameIn(*request)] {
    const absl::Status status = context->dependencies.views.Delete(name);
    net::HttpResponse deleted;
    deleted.status = 204;
    respond(status.ok() ? std::move(deleted) : ProblemOfView(status));
  });
}

}  // namespace tidings::rest
