#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "net/http.h"
#include "pipeline/report_sink.h"
#include "receiver/skywalking_http/config.h"

namespace tidings::skywalking_http {

/// `POST /v3/events`: a JSON array of events, or one event, in SkyWalking's form.
///
/// 200 `{}` when all are stored; 400 `{"accepted":n,"rejected":[{"index","field","error"}]}` when
/// some broke a rule, the others are stored; 400 problem when the body is no such JSON, nothing is
/// stored; 413 for too many events; 503 with Retry-After when the store takes nothing at present.
///
/// Thread safety: safe. Lifetime: must not outlive the sink and the clock.
class EventsHandler final : public net::HttpHandler {
 public:
  EventsHandler(Config config, ReportSink& sink, const Clock& clock)
      : config_(config), sink_(sink), clock_(clock) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const Config config_;
  ReportSink& sink_;
  const Clock& clock_;
};

}  // namespace tidings::skywalking_http
