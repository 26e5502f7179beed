#pragma once

#include <memory>
#include <string>

#include "api/rest/context.h"
#include "net/http.h"

/// `/api/v1/views`: the page's saved views. Reading needs the scope query, changing admin.
///
/// Thread safety of the handlers: safe. They run on the query threads: changes wait for the disk.
namespace tidings::rest {

inline constexpr const char* kViewsPattern = "/api/v1/views";
inline constexpr const char* kViewPattern = "/api/v1/views/{name}";
inline constexpr size_t kMaxViewBodyBytes = size_t{64} << 10;

class ListViews final : public RestHandler {
 public:
  using RestHandler::RestHandler;
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;
};

class GetView final : public RestHandler {
 public:
  using RestHandler::RestHandler;
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;
};

/// Makes or replaces one, from `{"query":"…"}`.
class PutView final : public RestHandler {
 public:
  using RestHandler::RestHandler;
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;
};

class DeleteView final : public RestHandler {
 public:
  using RestHandler::RestHandler;
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;
};

}  // namespace tidings::rest
