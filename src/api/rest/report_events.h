#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `POST /api/v1/events` with a JSON body: one report, or an array.
///
/// Thread safety: safe.
class ReportEvents final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::rest
