#include "cli/api_client.h"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/json_document.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/display_text.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

constexpr int kTries = 4;
constexpr std::chrono::milliseconds kFirstPause{250};
/// A server that asks for more patience than this is told of instead.
constexpr std::chrono::seconds kLongestPause{5};
/// A live tail gives a sign of life every 15 s.
constexpr std::chrono::seconds kLongestSilence{40};
constexpr size_t kShownBytes = 500;

bool MayPassWithTime(const absl::StatusOr<net::ClientResponse>& response) {
  if (!response.ok()) {
    return IsTransient(response.status());
  }
  return response->status == 503 || response->status == 429;
}

/// Retry-After in seconds, or the pause that is planned.
std::chrono::milliseconds PauseAfter(
    const absl::StatusOr<net::ClientResponse>& response, std::chrono::milliseconds planned
) {
  if (!response.ok()) {
    return planned;
  }
  const std::string_view text = response->header("retry-after");
  int seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return parsed.ec == std::errc()
             ? std::max<std::chrono::milliseconds>(planned, std::chrono::seconds(seconds))
             : planned;
}

ExitCode ExitCodeOf(int http_status) {
  switch (http_status) {
    case 401:
    case 403:
      return kNotAllowed;
    case 404:
    case 410:
      return kNotFound;
    default:
      return kFailed;
  }
}

/// Without line breaks and spaces at the end: a text of the server, on a line of ours.
std::string_view WithoutEnd(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

}  // namespace

ApiClient::ApiClient(Connection connection, std::unique_ptr<net::HttpClient> http, Context& context)
    : connection_(std::move(connection)), http_(std::move(http)), context_(context) {}

absl::StatusOr<std::unique_ptr<ApiClient>> ApiClient::Create(
    const ConnectionFlags& flags, Context& context
) {
  absl::StatusOr<Connection> connection = ResolveConnection(flags, context);
  if (!connection.ok()) {
    return connection.status();
  }
  absl::StatusOr<std::unique_ptr<net::HttpClient>> http = context.make_http_client(connection->tls);
  if (!http.ok()) {
    return http.status();
  }
  return std::unique_ptr<ApiClient>(new ApiClient(*std::move(connection), *std::move(http), context)
  );
}

absl::StatusOr<net::ClientResponse> ApiClient::Call(const ApiRequest& request) {
  net::ClientRequest call{
      .method = request.method,
      .url = connection_.address + request.path,
      .headers = {{"accept", "application/json"}, {"user-agent", "tidings"}},
      .body = request.body,
      .timeout = request.timeout};
  if (!request.content_type.empty()) {
    call.headers.push_back({"content-type", request.content_type});
  }
  call.headers.insert(call.headers.end(), request.headers.begin(), request.headers.end());
  if (request.on_body) {
    call.on_body = request.on_body;
    call.timeout = std::chrono::milliseconds(0);
    call.silence = kLongestSilence;
  }
  if (!connection_.token.empty()) {
    call.headers.push_back({"authorization", "Bearer " + connection_.token});
  }
  return http_->Send(call);
}

absl::StatusOr<net::ClientResponse> ApiClient::CallPatiently(const ApiRequest& request) {
  std::chrono::milliseconds pause = kFirstPause;
  absl::StatusOr<net::ClientResponse> response = Call(request);
  for (int tried = 1; tried < kTries && MayPassWithTime(response); ++tried) {
    const std::chrono::milliseconds wanted = PauseAfter(response, pause);
    if (wanted > kLongestPause) {
      break;
    }
    context_.sleep(wanted);
    pause *= 2;
    response = Call(request);
  }
  return response;
}

ExitCode ApiClient::TellNoAnswer(const absl::Status& status) const {
  const bool is_not_allowed = status.code() == absl::StatusCode::kPermissionDenied;
  if (is_not_allowed || status.code() == absl::StatusCode::kInvalidArgument) {
    context_.err << fmt::format(
        "tidings: {}: {}\n", OneLine(connection_.address), OneLine(MessageOf(status))
    );
    return is_not_allowed ? kNotAllowed : kUsage;
  }
  if (status.code() == absl::StatusCode::kUnauthenticated) {
    context_.err << fmt::format(
        "tidings: {}: {}. --ca-file or TIDINGS_CA_FILE names the authority to trust, --cert-file "
        "and --key-file the certificate to show\n",
        OneLine(connection_.address),
        OneLine(MessageOf(status))
    );
    return kUnreachable;
  }
  if (status.code() == absl::StatusCode::kAborted) {
    context_.err << fmt::format(
        "tidings: {}: {}: something that was asked for cannot be read there; its log tells what\n",
        OneLine(connection_.address),
        OneLine(MessageOf(status))
    );
    return kFailed;
  }
  context_.err << fmt::format(
      "tidings: cannot reach the server at {}: {}. Is it running (tidings serve)? Another address "
      "is given by --address or TIDINGS_ADDRESS\n",
      OneLine(connection_.address),
      OneLine(MessageOf(status))
  );
  return kUnreachable;
}

ExitCode ApiClient::TellProblem(const net::ClientResponse& response) const {
  const auto document = JsonDocument::Parse(response.body, kMaxAnswerDepth);
  const std::string detail = document.ok() ? TextOf((*document)->root(), "detail") : "";
  if (detail.empty()) {
    context_.err << fmt::format(
        "tidings: {} answered {}: {}\n",
        OneLine(connection_.address),
        response.status,
        EscapeForDisplay(WithoutEnd(response.body), kShownBytes)
    );
    return ExitCodeOf(response.status);
  }
  const std::string field = TextOf((*document)->root(), "field");
  const std::string request_id = TextOf((*document)->root(), "request_id");
  context_.err << fmt::format("tidings: {}", OneLine(detail));
  context_.err << (field.empty() ? "" : fmt::format(" (field {})", OneLine(field)));
  context_.err
      << (response.status < 500 || request_id.empty()
              ? ""
              : fmt::format(" (request {})", OneLine(request_id)));
  context_.err << '\n';
  // A field is named when a value means nothing: one that was typed.
  return response.status == 400 && !field.empty() ? kUsage : ExitCodeOf(response.status);
}

void QueryString::Add(std::string_view name, std::string_view value) {
  text_ += text_.empty() ? '?' : '&';
  text_ += PercentEncode(name) + "=" + PercentEncode(value);
}

void QueryString::AddIfSet(std::string_view name, std::string_view value) {
  if (!value.empty()) {
    Add(name, value);
  }
}

}  // namespace tidings::cli
