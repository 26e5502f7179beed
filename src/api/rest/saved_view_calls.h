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

class ListViews final : public net::HttpHandler {
 public:
  explicit ListViews(SharedContext context) : context_(std::move(context)) {}
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;

 private:
  const SharedContext context_;
};

class GetView final : public net::HttpHandler {
 public:
  explicit GetView(SharedContext context) : context_(std::move(context)) {}
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;

 private:
  const SharedContext context_;
};

/// Makes or replaces one, from `{"query":"…"}`.
class PutView final : public net::HttpHandler {
 public:
  explicit PutView(SharedContext context) : context_(std::move(context)) {}
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;

 private:
  const SharedContext context_;
};

class DeleteView final : public net::HttpHandler {
 public:
  explicit DeleteView(SharedContext context) : context_(std::move(context)) {}
  void Handle(SharedRequest request, std::string body, net::Responder respond) override;

 private:
  const SharedContext context_;
};

}  // namespace tidings::rest
