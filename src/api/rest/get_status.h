#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/status`: how the server is.
///
/// Thread safety: safe.
class GetStatus final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

/// The answer's body. Pure.
std::string WriteStatus(const ServerStatus& server, const StoreStats& store, int64_t now_ms);

}  // namespace tidings::rest
