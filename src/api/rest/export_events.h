#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/export`: all events that match, oldest first, as of one snapshot, never whole in
/// memory. What cannot be read is left out; the answer is then cut off at its end instead of
/// ending in order.
///
/// Thread safety: safe.
class ExportEvents final : public net::HttpHandler {
 public:
  explicit ExportEvents(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
