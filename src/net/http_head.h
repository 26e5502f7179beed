#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

/// What HTTP/1.1 and HTTP/2 have in common about the head of a message.
namespace tidings::net {

struct Target {
  std::string_view path;
  std::string_view query;
};

/// A request target in origin-form, absolute-form or `*` (RFC 9112 3.2). Nothing when it is none.
std::optional<Target> ParseTarget(std::string_view target);

/// Whether a client's X-Request-Id may be taken over: short, and harmless in headers and logs.
bool IsSaneRequestId(std::string_view id);

/// Makes ids that are unique over threads and restarts for all that matters.
///
/// Thread safety: one thread.
class RequestIdSource {
 public:
  explicit RequestIdSource(uint64_t seed) : seed_(seed) {}
  std::string Next();

 private:
  uint64_t seed_;
  uint64_t count_ = 0;
};

/// The value of the `Date` header (RFC 9110 5.6.7), formatted once per second.
///
/// Thread safety: one thread.
class HttpDate {
 public:
  const std::string& At(int64_t now_ms);

 private:
  int64_t second_ = -1;
  std::string text_;
};

/// The problem that a failed body or a refused request is answered with: 413 for
/// kResourceExhausted, 408 for kDeadlineExceeded, 503 with Retry-After for kUnavailable, else 400.
HttpResponse ProblemOf(const absl::Status& status);

/// Compresses the body in place when it is worth it, and says so in the headers.
void CompressBody(HttpResponse& response, std::string_view accept_encoding);

/// What keeps browsers from taking an answer for something else, as far as the handler did not say
/// it: nosniff, and for what a browser may show also no frames, nothing from elsewhere, no
/// referrer; over TLS, that it be TLS from now on.
void AddSecurityHeaders(HttpResponse& response, std::string_view method, bool is_encrypted);

/// What every answer carries besides the handler's own headers.
constexpr std::string_view kServerName = "tidings";

}  // namespace tidings::net
