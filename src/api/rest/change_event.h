#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `PUT /api/v1/events/{id}`: replaces an event whole, as its next generation.
///
/// Thread safety: safe.
class CorrectEvent final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

/// `DELETE /api/v1/events/{id}`: takes an event out of every answer, as its next generation.
///
/// Thread safety: safe.
class WithdrawEvent final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::rest
