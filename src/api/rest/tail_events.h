#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/tail`: what changes from now on, or since a place or time, as Server-Sent Events.
///
/// Thread safety: safe.
class TailEvents final : public net::HttpHandler {
 public:
  explicit TailEvents(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
