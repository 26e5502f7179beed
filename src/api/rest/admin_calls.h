#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// `POST /api/v1/admin/compact`: answers when everything is compacted.
class CompactStore final : public net::HttpHandler {
 public:
  explicit CompactStore(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

/// `POST /api/v1/admin/backup`: answers when the backup is complete and synced, with its directory
/// on the server's machine.
class BackUpStore final : public net::HttpHandler {
 public:
  explicit BackUpStore(SharedContext context) : context_(std::move(context)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
