#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/http.h"

namespace tidings::net {

/// A handler from a function that answers at once.
class FunctionHandler final : public HttpHandler {
 public:
  using Function = std::function<HttpResponse(const HttpRequest&, const std::string& body)>;

  explicit FunctionHandler(Function function) : function_(std::move(function)) {}

  void Handle(std::shared_ptr<const HttpRequest> request, std::string body, Responder respond)
      override {
    respond(function_(*request, body));
  }

 private:
  const Function function_;
};

/// Answers with the request's body.
inline std::shared_ptr<HttpHandler> EchoHandler() {
  return std::make_shared<FunctionHandler>([](const HttpRequest&, const std::string& body) {
    return HttpResponse{.status = 200, .headers = {{"content-type", "text/plain"}}, .body = body};
  });
}

}  // namespace tidings::net
