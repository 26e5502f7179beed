#include "api/rest/login.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "api/rest/answer.h"
#include "base/json_document.h"
#include "base/status.h"

namespace tidings::rest {
namespace {

/// Until the browser closes, or the token is taken back.
std::string TokenCookie(const net::HttpRequest& request, std::string_view token) {
  return fmt::format(
      "{}={}; Path=/; HttpOnly; SameSite=Strict{}",
      net::kTokenCookie,
      token,
      request.is_encrypted ? "; Secure" : ""
  );
}

net::HttpResponse WithCookie(std::string cookie) {
  net::HttpResponse response;
  response.status = 204;
  response.headers.push_back({"set-cookie", std::move(cookie)});
  return response;
}

net::HttpResponse BadLogin(std::string_view detail) {
  return ProblemOf({400, "bad-login", "No token was given"}, detail);
}

/// Only such a text can be a token; everything else could add attributes to the cookie.
bool IsTokenText(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-._~+/=").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

void Login::Handle(SharedRequest request, std::string body, net::Responder respond) {
  if (request->media_type() != "application/json") {
    respond(UnsupportedMediaType(*request, "application/json", "the token is in a JSON object"));
    return;
  }
  const auto document =
      JsonDocument::Parse(std::move(body), context_->dependencies.config.max_json_depth);
  if (!document.ok()) {
    respond(BadLogin(MessageOf(document.status())));
    return;
  }
  std::string_view token;
  if ((*document)->root()["token"].get(token) || !IsTokenText(token)) {
    respond(BadLogin(R"(expected {"token":"…"}, as `tidings token create` prints it)"));
    return;
  }
  // As if it had come with the header, so that guessing costs the same here.
  net::HttpRequest with_token = *request;
  with_token.headers = {{"authorization", fmt::format("Bearer {}", token)}};
  if (const std::optional<net::Denial> denial = access_->Admit(with_token, net::Scope::kQuery)) {
    respond(denial->ToResponse());
    return;
  }
  respond(WithCookie(TokenCookie(*request, token)));
}

void Logout::Handle(SharedRequest request, std::string, net::Responder respond) {
  respond(WithCookie(TokenCookie(*request, "") + "; Max-Age=0"));
}

}  // namespace tidings::rest
