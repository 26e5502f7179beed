#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "net/scope.h"

namespace tidings::net {

/// SHA-256 of a token. Tokens have 256 random bits, so that nothing slower is needed: there is no
/// dictionary to try, and every request pays for it.
using TokenHash = std::array<unsigned char, 32>;

TokenHash HashToken(std::string_view token);

/// A new token: `tdg_` and 256 random bits. Empty when the machine gives no randomness.
std::string MakeToken();

/// The line of a tokens file for one token: `NAME SCOPE,SCOPE sha256:HEX`.
std::string FormatTokenLine(std::string_view name, Scopes scopes, const TokenHash& hash);

/// Whether a token may be called that: 1 to 64 of letters, digits, `.`, `_`, `-`.
bool IsTokenName(std::string_view name);
std::optional<Scope> ParseScope(std::string_view name);

/// The tokens that are accepted, read from a file of lines as FormatTokenLine writes them; empty
/// lines and those that begin with `#` count for nothing.
///
/// Thread safety: safe; immutable.
/// Errors:        Parse: kInvalidArgument, `line N: ...`. Load: kFailedPrecondition, which names
///                the configuration key and the file.
class TokenTable {
 public:
  struct Token {
    std::string name;
    Scopes scopes;
    TokenHash hash{};
  };

  static absl::StatusOr<TokenTable> Parse(std::string_view text);
  static absl::StatusOr<TokenTable> Load(const std::string& path);

  /// Takes the same time whichever token it is, or none. Null: not known.
  const Token* Find(std::string_view token) const;
  const std::vector<Token>& tokens() const { return tokens_; }

 private:
  absl::Status Take(std::string_view line);

  std::vector<Token> tokens_;
};

}  // namespace tidings::net
