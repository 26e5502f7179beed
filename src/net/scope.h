#pragma once

#include <cstdint>
#include <string_view>

namespace tidings::net {

/// What a request needs, and a token gives. No scope contains another.
enum class Scope : uint8_t {
  kOpen,    ///< for everybody: health
  kIngest,  ///< to report
  kQuery,   ///< to read
  kAdmin,   ///< to correct, withdraw and run the server
};

/// A set of scopes.
class Scopes {
 public:
  constexpr Scopes() = default;

  constexpr void Add(Scope scope) { bits_ |= BitOf(scope); }
  constexpr bool Has(Scope scope) const {
    return scope == Scope::kOpen || (bits_ & BitOf(scope)) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }

 private:
  static constexpr unsigned BitOf(Scope scope) { return 1U << static_cast<unsigned>(scope); }
  unsigned bits_ = 0;
};

constexpr std::string_view NameOf(Scope scope) {
  switch (scope) {
    case Scope::kIngest:
      return "ingest";
    case Scope::kQuery:
      return "query";
    case Scope::kAdmin:
      return "admin";
    case Scope::kOpen:
      break;
  }
  return "none";
}

}  // namespace tidings::net
