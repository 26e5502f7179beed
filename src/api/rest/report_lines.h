#pragma once

#include <memory>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `POST /api/v1/events` with NDJSON: one report a line, committed as the lines arrive and never
/// whole in memory.
///
/// Thread safety: safe.
class ReportLines final : public net::StreamingHttpHandler {
 public:
  explicit ReportLines(SharedContext context) : context_(std::move(context)) {}

  std::unique_ptr<net::BodyConsumer> Begin(
      std::shared_ptr<const net::HttpRequest> request, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
