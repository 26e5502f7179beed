#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/rest/answer.h"
#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

inline constexpr std::string_view kEventPattern = "/api/v1/events/{id}";
inline constexpr std::string_view kAwkwardEventPattern = "/api/v1/event";

/// The id that a request names: in its path, or as `?id=` on `/event`. Also reads `render` where
/// it is allowed (`render` not null).
std::optional<FieldProblem> ReadEventId(
    const net::HttpRequest& request, std::string& id, bool* render
);

net::HttpResponse NoSuchEvent(std::string_view id);
net::HttpResponse WithdrawnEvent(std::string_view id);

/// `GET /api/v1/events/{id}` and `GET /api/v1/event?id=`: one event.
///
/// Thread safety: safe.
class GetEvent final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::rest
