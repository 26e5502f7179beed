#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `GET /api/v1/status`: how the server is.
///
/// Thread safety: safe.
class GetStatus final : public net::HttpHandler {
 public:
  explicit GetStatus(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

/// The answer's body. Pure.
std::string WriteStatus(const ServerStatus& server, const StoreStats& store, int64_t now_ms);

}  // namespace tidings::rest
