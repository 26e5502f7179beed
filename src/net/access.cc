#include "net/access.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/text.h"
#include "net/grpc_wire.h"

namespace tidings::net {
namespace {

/// Wrong tokens of one address: a burst of 20, then one a second. Tokens cannot be guessed anyway;
/// this keeps the guessing cheap for us, and good tokens are never held up by it.
constexpr Rate kFailureRate{.events_per_second = 1};
constexpr double kFailureBurst = 20;

/// The value of a cookie, which HTTP/2 may send in several headers (RFC 9113 8.2.3); or empty.
std::string_view CookieOf(const HttpRequest& request, std::string_view name) {
  for (const Header& header : request.headers) {
    if (header.name != "cookie") {
      continue;
    }
    for (std::string_view rest = header.value; !rest.empty();) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
        return pair.substr(name.size() + 1);
      }
    }
  }
  return {};
}

/// Whether a browser says that a page of this server's own made the request, or it changes nothing.
bool IsFromOwnPage(const HttpRequest& request) {
  if (request.method == "GET" || request.method == "HEAD" ||
      request.header("sec-fetch-site") == "same-origin") {
    return true;
  }
  const std::string_view origin = request.header("origin");
  const size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.substr(scheme + 3) == request.header("host");
}

/// A page of another site can make a browser send a form here, and with it reports or worse. The
/// browser tells: it names the page's origin, which no other client does.
std::optional<Denial> RefuseForeignPage(const HttpRequest& request) {
  if (request.header("origin").empty() || IsFromOwnPage(request)) {
    return std::nullopt;
  }
  return Denial{
      Denial::Kind::kForbidden,
      fmt::format(
          "the page {} may change nothing here; only this server's own pages may, and clients that "
          "send 'Authorization: Bearer TOKEN'",
          EscapeForDisplay(request.header("origin"), 128)
      )};
}

struct GivenToken {
  std::string_view text;
  bool is_cookie = false;
};

/// The token of `Authorization: Bearer TOKEN`, that of SkyWalking's `authentication`, or that of
/// the page's cookie.
GivenToken TokenOf(const HttpRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  std::string_view value = request.header("authorization");
  if (value.size() > kScheme.size() && ToLowerAscii(value.substr(0, kScheme.size())) == kScheme) {
    value.remove_prefix(kScheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return {.text = value};
  }
  if (const std::string_view text = request.header("authentication"); !text.empty()) {
    return {.text = text};
  }
  return {.text = CookieOf(request, kTokenCookie), .is_cookie = true};
}

int64_t WholeSeconds(std::chrono::milliseconds wait) {
  return std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count());
}

}  // namespace

Senders::Senders(const RateConfig& config, const Clock& its_clock)
    : clock(its_clock),
      by_token({.rate = config.per_token, .seed = RandomSeed()}),
      by_address({.rate = config.per_address, .seed = RandomSeed()}),
      failures({.rate = kFailureRate, .burst_seconds = kFailureBurst, .seed = RandomSeed()}) {}

void Senders::SetRates(const RateConfig& config) {
  by_token.SetRate(config.per_token);
  by_address.SetRate(config.per_address);
}

RateAccount::RateAccount(
    std::shared_ptr<Senders> senders, std::string token_name, std::string address_key
)
    : senders_(std::move(senders)),
      token_name_(std::move(token_name)),
      address_key_(std::move(address_key)) {}

void RateAccount::Charge(uint64_t events, uint64_t bytes) {
  const auto now = senders_->clock.Steady();
  if (!token_name_.empty()) {
    senders_->by_token.Charge(token_name_, events, bytes, now);
  }
  senders_->by_address.Charge(address_key_, events, bytes, now);
}

std::chrono::milliseconds RateAccount::Wait() const {
  const auto now = senders_->clock.Steady();
  const std::chrono::milliseconds of_address = senders_->by_address.WaitOf(address_key_, now);
  return token_name_.empty() ? of_address
                             : std::max(of_address, senders_->by_token.WaitOf(token_name_, now));
}

void ChargeEvents(const HttpRequest& request, size_t count) {
  if (request.rate) {
    request.rate->ChargeEvents(count);
  }
}

Denial TooFast(std::chrono::milliseconds wait) {
  return {
      Denial::Kind::kTooFast,
      fmt::format(
          "more was sent than the rate limit of this token or address allows; go on in {} s",
          WholeSeconds(wait)
      ),
      wait};
}

std::string_view Denial::reason() const {
  switch (kind) {
    case Kind::kUnauthenticated:
      return "unauthenticated";
    case Kind::kForbidden:
      return "forbidden";
    case Kind::kTooFast:
      break;
  }
  return "rate";
}

HttpResponse Denial::ToResponse() const {
  switch (kind) {
    case Kind::kUnauthenticated: {
      HttpResponse response = Problem(401, "unauthenticated", "A token is needed", detail);
      response.headers.push_back({"www-authenticate", R"(Bearer realm="tidings")"});
      return response;
    }
    case Kind::kForbidden:
      return Problem(403, "forbidden", "Not allowed", detail);
    case Kind::kTooFast:
      break;
  }
  HttpResponse response = Problem(429, "too-fast", "Too many requests", detail);
  response.headers.push_back({"retry-after", fmt::to_string(WholeSeconds(retry_after))});
  return response;
}

absl::Status Denial::ToStatus() const {
  switch (kind) {
    case Kind::kUnauthenticated:
      return MakeStatus(absl::StatusCode::kUnauthenticated, "{}", detail);
    case Kind::kForbidden:
      return MakeStatus(absl::StatusCode::kPermissionDenied, "{}", detail);
    case Kind::kTooFast:
      break;
  }
  // Without a RetryInfo, OTLP's clients drop what they get this code for.
  return WithRetryDelay(
      ResourceExhausted("{}", detail), std::chrono::ceil<std::chrono::seconds>(retry_after)
  );
}

std::optional<Denial> Access::Admit(HttpRequest& request, Scope needed) const {
  request.scopes = {};
  if (tokens_) {
    if (auto denial = CheckToken(request, needed)) {
      return denial;
    }
  } else {
    if (auto denial = RefuseForeignPage(request)) {
      return denial;
    }
    request.scopes.Add(Scope::kIngest);
    request.scopes.Add(Scope::kQuery);
    if (request.remote_is_loopback) {
      request.scopes.Add(Scope::kAdmin);
    }
    if (!request.scopes.Has(needed)) {
      return Denial{
          Denial::Kind::kForbidden,
          fmt::format(
              "corrections, withdrawals and all else that needs the scope admin must come from the "
              "server's own machine (loopback) as long as there are no tokens; this request comes "
              "from {}",
              EscapeForDisplay(request.remote_address, 64)
          )};
    }
  }
  if (needed == Scope::kIngest) {
    SetRate(request);
  }
  return std::nullopt;
}

std::optional<Denial> Access::CheckToken(HttpRequest& request, Scope needed) const {
  const GivenToken token = TokenOf(request);
  if (token.text.empty()) {
    return needed == Scope::kOpen ? std::nullopt
                                  : std::optional(RefuseToken(request, needed, false));
  }
  const std::shared_ptr<const TokenTable> table = tokens_->current();
  const TokenTable::Token* const found = table->Find(token.text);
  if (found == nullptr) {
    return needed == Scope::kOpen ? std::nullopt
                                  : std::optional(RefuseToken(request, needed, true));
  }
  if (token.is_cookie && needed != Scope::kOpen && !IsFromOwnPage(request)) {
    return Denial{
        Denial::Kind::kForbidden,
        "a token in a cookie counts only for requests of this server's own page; send it as "
        "'Authorization: Bearer TOKEN'"};
  }
  request.scopes = found->scopes;
  request.token_name = found->name;
  if (request.scopes.Has(needed)) {
    return std::nullopt;
  }
  return Denial{
      Denial::Kind::kForbidden,
      fmt::format(
          "this needs the scope {}, which the token '{}' does not have", NameOf(needed), found->name
      )};
}

Denial Access::RefuseToken(const HttpRequest& request, Scope needed, bool has_token) const {
  if (has_token && senders_) {
    const auto now = senders_->clock.Steady();
    const std::string_view key = RateKeyOf(request.remote_address);
    const std::chrono::milliseconds wait = senders_->failures.WaitOf(key, now);
    if (wait.count() > 0) {
      return {
          Denial::Kind::kTooFast,
          fmt::format(
              "the token is not known, and there were too many such attempts from {}; the next one "
              "is looked at in {} s",
              EscapeForDisplay(request.remote_address, 64),
              WholeSeconds(wait)
          ),
          wait};
    }
    senders_->failures.Charge(key, 1, 0, now);
  }
  return {
      Denial::Kind::kUnauthenticated,
      fmt::format(
          "{}; expected 'Authorization: Bearer TOKEN' (or the header 'authentication: TOKEN' of "
          "SkyWalking's clients) with a token that has the scope {}",
          has_token ? "the token is not known" : "there is no token",
          NameOf(needed)
      )};
}

void Access::SetRate(HttpRequest& request) const {
  if (senders_ && (senders_->by_token.is_limited() || senders_->by_address.is_limited())) {
    request.rate = std::make_shared<RateAccount>(
        senders_, request.token_name, std::string(RateKeyOf(request.remote_address))
    );
  }
}

Permission::Permission(
    std::shared_ptr<const Access> access, std::shared_ptr<const HttpRequest> request, Scope needed
)
    : access_(std::move(access)),
      request_(std::move(request)),
      needed_(needed),
      tokens_(access_->tokens()) {}

bool Permission::Holds() {
  auto tokens = access_->tokens();
  if (tokens == tokens_) {
    return true;
  }
  const TokenTable::Token* const found = tokens->Find(TokenOf(*request_).text);
  if (needed_ != Scope::kOpen && (found == nullptr || !found->scopes.Has(needed_))) {
    return false;
  }
  tokens_ = std::move(tokens);
  return true;
}

}  // namespace tidings::net
