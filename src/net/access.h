#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "base/clock.h"
#include "net/config.h"
#include "net/http.h"
#include "net/rate_limiter.h"
#include "net/scope.h"
#include "net/tokens.h"

namespace tidings::net {

/// What is remembered of senders: how fast they send, and how often they guess tokens. One for all
/// listeners, so that nobody gets more by using several.
///
/// Thread safety: safe.
/// Lifetime:      the clock outlives it.
struct Senders {
  Senders(const RateConfig& config, const Clock& its_clock);

  void SetRates(const RateConfig& config);

  const Clock& clock;
  RateLimiter by_token;
  RateLimiter by_address;
  RateLimiter failures;
};

/// One sender's way to be charged for what arrives.
///
/// Thread safety: safe.
class RateAccount {
 public:
  RateAccount(std::shared_ptr<Senders> senders, std::string token_name, std::string address_key);

  void ChargeEvents(uint64_t count) { Charge(count, 0); }
  void ChargeBytes(uint64_t count) { Charge(0, count); }
  /// How long the sender must wait; 0: not at all.
  std::chrono::milliseconds Wait() const;

 private:
  void Charge(uint64_t events, uint64_t bytes);

  const std::shared_ptr<Senders> senders_;
  const std::string token_name_;
  const std::string address_key_;
};

/// The cookie that holds a browser's token. It counts as the header would, but where it could be
/// another site that makes the browser send it: what changes something must come from our own page.
inline constexpr const char* kTokenCookie = "tidings_token";

/// To be called by who has found reports in a body. gRPC messages are counted by the front.
void ChargeEvents(const HttpRequest& request, size_t count);

/// Why a request is not let in.
struct Denial {
  enum class Kind : uint8_t { kUnauthenticated, kForbidden, kTooFast };
  Kind kind = Kind::kUnauthenticated;
  std::string detail;
  std::chrono::milliseconds retry_after{};

  /// A label of metrics.
  std::string_view reason() const;
  HttpResponse ToResponse() const;
  absl::Status ToStatus() const;
};

/// That a sender owes more than it can wait for here; it must wait this long still.
Denial TooFast(std::chrono::milliseconds wait);

/// Who may do what on a listener. Asked at one place per protocol, before any body is read.
///
/// Without tokens everybody may report and read, and administer only from the server's own machine.
/// Thread safety: safe.
class Access {
 public:
  /// Without tokens and limits.
  Access() = default;
  /// Both may be null.
  Access(std::shared_ptr<const Tokens> tokens, std::shared_ptr<Senders> senders)
      : tokens_(std::move(tokens)), senders_(std::move(senders)) {}

  /// Notes in `request` what its sender may do, and for a report whom to charge; nothing when it
  /// may do what `needed` says. How long it must wait is asked of `request.rate`.
  std::optional<Denial> Admit(HttpRequest& request, Scope needed) const;

  /// Null: none are asked for.
  std::shared_ptr<const TokenTable> tokens() const {
    return tokens_ ? tokens_->current() : nullptr;
  }

 private:
  std::optional<Denial> CheckToken(HttpRequest& request, Scope needed) const;
  Denial RefuseToken(const HttpRequest& request, Scope needed, bool has_token) const;
  void SetRate(HttpRequest& request) const;

  std::shared_ptr<const Tokens> tokens_;
  std::shared_ptr<Senders> senders_;
};

/// That a call was admitted, to be asked again while it goes on: its token may be taken back.
///
/// Thread safety: one thread.
class Permission {
 public:
  Permission(
      std::shared_ptr<const Access> access, std::shared_ptr<const HttpRequest> request, Scope needed
  );

  /// Costs next to nothing while the tokens are the same ones.
  bool Holds();

 private:
  const std::shared_ptr<const Access> access_;
  const std::shared_ptr<const HttpRequest> request_;
  const Scope needed_;
  std::shared_ptr<const TokenTable> tokens_;
};

}  // namespace tidings::net
