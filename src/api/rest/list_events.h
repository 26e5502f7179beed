#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/events`: a page of the events that match.
///
/// Thread safety: safe.
class ListEvents final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::rest
