#include "net/tls_error.h"

#include <array>

#include <openssl/err.h>

namespace tidings::net {

std::string TakeTlsErrors() {
  std::string text;
  while (const unsigned long error = ERR_get_error()) {
    const char* const reason = ERR_reason_error_string(error);
    std::array<char, 256> code{};
    ERR_error_string_n(error, code.data(), code.size());
    text += text.empty() ? "" : "; ";
    text += reason == nullptr ? code.data() : reason;
  }
  return text.empty() ? "no reason given" : text;
}

}  // namespace tidings::net
