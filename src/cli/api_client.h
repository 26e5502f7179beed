#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "cli/client_config.h"
#include "cli/context.h"
#include "net/http_client.h"

namespace tidings::cli {

/// Of JSON that the server sends.
inline constexpr size_t kMaxAnswerDepth = 64;

struct ApiRequest {
  std::string method = "GET";
  /// `/api/v1/events?limit=3`, percent-encoded.
  std::string path;
  std::string body;
  std::string content_type;
  /// Of the whole exchange.
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  std::vector<net::Header> headers = {};
  /// Takes the body of an answer of status 2xx as it arrives, for as long as it takes; false ends
  /// it.
  std::function<bool(std::string_view)> on_body = {};
};

/// Calls the REST interface of one server, and tells on stderr what goes wrong.
///
/// Thread safety: one thread. Lifetime: must not outlive its context.
class ApiClient {
 public:
  /// Errors: kInvalidArgument - a wrong address, token file or client config file.
  static absl::StatusOr<std::unique_ptr<ApiClient>> Create(
      const ConnectionFlags& flags, Context& context
  );

  absl::StatusOr<net::ClientResponse> Call(const ApiRequest& request);

  /// The same, tried again a few times while there is no server or it says "come back": for
  /// requests that change nothing when they arrive twice.
  absl::StatusOr<net::ClientResponse> CallPatiently(const ApiRequest& request);

  /// Tells why there is no answer; returns the exit code.
  ExitCode TellNoAnswer(const absl::Status& status) const;

  /// Tells the problem that an answer other than 2xx names; returns the exit code: kUsage for a
  /// parameter that means nothing, as if it had been found here.
  ExitCode TellProblem(const net::ClientResponse& response) const;

 private:
  ApiClient(Connection connection, std::unique_ptr<net::HttpClient> http, Context& context);

  const Connection connection_;
  const std::unique_ptr<net::HttpClient> http_;
  Context& context_;
};

/// `?name=value&…`, percent-encoded.
class QueryString {
 public:
  void Add(std::string_view name, std::string_view value);
  /// Nothing for an empty value.
  void AddIfSet(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace tidings::cli
