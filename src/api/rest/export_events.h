#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/export`: all events that match, oldest first, as of one snapshot, never whole in
/// memory. What cannot be read is left out; the answer is then cut off at its end instead of
/// ending in order.
///
/// Thread safety: safe.
class ExportEvents final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::rest
