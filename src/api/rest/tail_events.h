#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/tail`: what changes from now on, or since a place or time, as Server-Sent Events.
///
/// Thread safety: safe.
class TailEvents final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::rest
