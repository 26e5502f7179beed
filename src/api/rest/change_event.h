#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `PUT /api/v1/events/{id}`: replaces an event whole, as its next generation.
///
/// Thread safety: safe.
class CorrectEvent final : public net::HttpHandler {
 public:
  explicit CorrectEvent(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

/// `DELETE /api/v1/events/{id}`: takes an event out of every answer, as its next generation.
///
/// Thread safety: safe.
class WithdrawEvent final : public net::HttpHandler {
 public:
  explicit WithdrawEvent(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
