#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `POST /api/v1/events` with a JSON body: one report, or an array.
///
/// Thread safety: safe.
class ReportEvents final : public net::HttpHandler {
 public:
  explicit ReportEvents(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
