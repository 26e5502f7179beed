#include "net/token_table.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <absl/strings/escaping.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include "base/status.h"
#include "base/text.h"

namespace tidings::net {
namespace {

constexpr std::string_view kTokenPrefix = "tdg_";
constexpr size_t kTokenBytes = 32;
constexpr std::string_view kHashPrefix = "sha256:";
/// Each is compared at every request.
constexpr size_t kMostTokens = 1000;
constexpr size_t kMostFileBytes = size_t{1} << 20;
constexpr std::array kScopes{Scope::kIngest, Scope::kQuery, Scope::kAdmin};

/// The next word of a line; empty at its end.
std::string_view TakeWord(std::string_view& line) {
  constexpr std::string_view kBlank = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

absl::StatusOr<Scopes> ParseScopes(std::string_view list) {
  Scopes scopes;
  while (true) {
    const std::string_view name = list.substr(0, list.find(','));
    const auto scope = ParseScope(name);
    if (!scope) {
      return InvalidArgument(
          "scope '{}' is not known; expected ingest, query or admin, with commas between",
          EscapeForDisplay(name, 64)
      );
    }
    scopes.Add(*scope);
    if (name.size() == list.size()) {
      return scopes;
    }
    list.remove_prefix(name.size() + 1);
  }
}

absl::StatusOr<TokenHash> ParseHash(std::string_view text) {
  TokenHash hash{};
  const std::string_view hex =
      text.starts_with(kHashPrefix) ? text.substr(kHashPrefix.size()) : std::string_view();
  const bool is_hex = std::all_of(hex.begin(), hex.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (hex.size() != 2 * hash.size() || !is_hex) {
    // The text is not shown: it may be a token that was put here by mistake.
    return InvalidArgument("the third word is no hash; expected sha256: and 64 hex digits");
  }
  const std::string bytes = absl::HexStringToBytes({hex.data(), hex.size()});
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

}  // namespace

TokenHash HashToken(std::string_view token) {
  TokenHash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash.data());
  return hash;
}

std::string MakeToken() {
  std::string bytes(kTokenBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), kTokenBytes) != 1) {
    return {};
  }
  return std::string(kTokenPrefix) + Base64UrlEncode(bytes);
}

std::string FormatTokenLine(std::string_view name, Scopes scopes, const TokenHash& hash) {
  std::string list;
  for (const Scope scope : kScopes) {
    if (scopes.Has(scope)) {
      list += list.empty() ? "" : ",";
      list += NameOf(scope);
    }
  }
  std::string line = fmt::format("{} {} {}", name, list, kHashPrefix);
  for (const unsigned char byte : hash) {
    fmt::format_to(std::back_inserter(line), "{:02x}", byte);
  }
  return line;
}

bool IsTokenName(std::string_view name) {
  constexpr size_t kMostBytes = 64;
  constexpr std::string_view kAlso = "._-";
  return !name.empty() && name.size() <= kMostBytes &&
         std::all_of(name.begin(), name.end(), [kAlso](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kAlso.find(c) != std::string_view::npos;
         });
}

std::optional<Scope> ParseScope(std::string_view name) {
  const auto found = std::find_if(kScopes.begin(), kScopes.end(), [name](Scope scope) {
    return NameOf(scope) == name;
  });
  return found == kScopes.end() ? std::nullopt : std::optional(*found);
}

absl::StatusOr<TokenTable> TokenTable::Parse(std::string_view text) {
  TokenTable table;
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (const absl::Status taken = table.Take(line); !taken.ok()) {
      return InvalidArgument("line {}: {}", number, MessageOf(taken));
    }
  }
  return table;
}

absl::Status TokenTable::Take(std::string_view line) {
  const std::string_view name = TakeWord(line);
  if (name.empty() || name.front() == '#') {
    return absl::OkStatus();
  }
  if (!IsTokenName(name)) {
    return InvalidArgument(
        "the first word is no name; expected up to 64 letters, digits, '.', '_' and '-'"
    );
  }
  const bool is_taken = std::any_of(tokens_.begin(), tokens_.end(), [name](const Token& token) {
    return token.name == name;
  });
  if (is_taken) {
    return InvalidArgument("'{}' stands here twice; expected a name of its own", name);
  }
  const auto scopes = ParseScopes(TakeWord(line));
  if (!scopes.ok()) {
    return scopes.status();
  }
  const auto hash = ParseHash(TakeWord(line));
  if (!hash.ok()) {
    return hash.status();
  }
  if (!TakeWord(line).empty()) {
    return InvalidArgument("there is more than NAME SCOPES HASH; expected one token a line");
  }
  if (tokens_.size() >= kMostTokens) {
    return InvalidArgument("there are more than {} tokens", kMostTokens);
  }
  tokens_.push_back({std::string(name), *scopes, *hash});
  return absl::OkStatus();
}

absl::StatusOr<TokenTable> TokenTable::Load(const std::string& path) {
  const auto fault = [&path](std::string_view what) {
    return FailedPrecondition("auth.tokens_file ({}) {}", EscapeForDisplay(path), what);
  };
  struct stat found {};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || stat(path.c_str(), &found) != 0) {
    return fault(fmt::format("cannot be read: {}", std::generic_category().message(errno)));
  }
  if ((found.st_mode & S_IWOTH) != 0) {
    return fault(fmt::format(
        "can be written by every user of the machine (mode {:04o}); expected 0600: chmod o= {}",
        found.st_mode & 07777,
        EscapeForDisplay(path)
    ));
  }
  std::string text(kMostFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || text.size() > kMostFileBytes) {
    return fault(fmt::format("cannot be read, or has more than {} bytes", kMostFileBytes));
  }
  auto table = Parse(text);
  if (!table.ok()) {
    return fault(fmt::format("is no list of tokens: {}", MessageOf(table.status())));
  }
  return table;
}

const TokenTable::Token* TokenTable::Find(std::string_view token) const {
  const TokenHash hash = HashToken(token);
  const Token* found = nullptr;
  for (const Token& candidate : tokens_) {
    if (CRYPTO_memcmp(candidate.hash.data(), hash.data(), hash.size()) == 0) {
      found = &candidate;
    }
  }
  return found;
}

}  // namespace tidings::net
