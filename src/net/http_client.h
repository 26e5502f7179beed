#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "net/http.h"

namespace tidings::net {

struct ClientRequest {
  std::string method = "GET";
  /// `http://host:port/path?query`, percent-encoded.
  std::string url;
  std::vector<Header> headers;
  /// Stays there until the answer has come.
  std::string_view body;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  /// Of the whole exchange; 0: none.
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  /// Takes the body of an answer of status 2xx as it arrives, instead of the answer's `body`; false
  /// ends the exchange, which is then no error.
  std::function<bool(std::string_view)> on_body = {};
  /// Gives up when nothing arrives for as long; 0: never.
  std::chrono::seconds silence = std::chrono::seconds(0);
};

/// Headers have lower-case names.
struct ClientResponse {
  int status = 0;
  std::vector<Header> headers;
  std::string body;

  /// The first header of that (lower-case) name, or empty.
  std::string_view header(std::string_view name) const;
};

/// Whom a client trusts and as whom it shows itself over TLS: files and a directory of PEM.
struct ClientTls {
  /// Authorities; with neither of both, those of the system.
  std::string ca_file;
  std::string ca_directory;
  /// Empty: shows none.
  std::string certificate_file;
  /// Empty: the key is in the certificate's file.
  std::string key_file;
};

/// Calls HTTP servers, one request at a time.
///
/// Thread safety: one thread.
/// Errors:        kUnavailable      - no connection, or it broke before the answer was whole;
///                kAborted          - the server broke its answer off after it had begun;
///                kDeadlineExceeded - a timeout of the request;
///                kUnauthenticated  - one side does not accept the certificate of the other;
///                kInvalidArgument  - no such URL or scheme, or a file of ClientTls that is none.
///                An answer of whatever status is no error.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual absl::StatusOr<ClientResponse> Send(const ClientRequest& request) = 0;

  /// By libcurl: connections are kept between requests; HTTP(S) only; redirects are not followed;
  /// proxies as the environment names them, but never for loopback addresses.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(ClientTls tls);
};

}  // namespace tidings::net
