#pragma once

#include <memory>
#include <string>
#include <utility>

#include "api/rest/context.h"
#include "net/access.h"
#include "net/http.h"

/// Browsers cannot add a header to what they fetch by themselves, so the page keeps its token in a
/// cookie that no script can read (see net::kTokenCookie).
///
/// Thread safety of the handlers: safe.
namespace tidings::rest {

inline constexpr size_t kMaxLoginBytes = 4096;

/// `POST /api/v1/login` with `{"token":"…"}`: 204 and the cookie, or the 401 of a wrong token.
class Login final : public RestHandler {
 public:
  Login(SharedContext context, std::shared_ptr<const net::Access> access)
      : RestHandler(std::move(context)), access_(std::move(access)) {}
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;

 private:
  const std::shared_ptr<const net::Access> access_;
};

/// `POST /api/v1/logout`: 204, and the cookie is gone.
class Logout final : public net::HttpHandler {
 public:
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;
};

}  // namespace tidings::rest
