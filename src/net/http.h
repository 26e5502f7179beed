#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/status.h>

#include "net/scope.h"

/// HTTP as handlers see it: the same for HTTP/1.1 and HTTP/2, plain or TLS.
namespace tidings::net {

class RateAccount;

struct Header {
  std::string name;  ///< lower-case
  std::string value;
};

/// The head of a request. The target is not yet decoded.
struct HttpRequest {
  std::string method;
  std::string path;   ///< percent-encoded, without the query
  std::string query;  ///< percent-encoded, without '?'
  std::vector<Header> headers;
  std::string remote_address;  ///< IP without port
  bool remote_is_loopback = false;
  bool is_encrypted = false;
  /// What its sender may do; the front's finding, before any handler sees the request.
  Scopes scopes;
  std::string token_name;  ///< of the token that it came with, if any
  /// To be charged for reports; null: no limits.
  std::shared_ptr<RateAccount> rate;
  std::string request_id;  ///< made by the front, or taken from a sane X-Request-Id
  /// Told when nobody waits for the answer any more: it was sent, or its client has gone.
  std::stop_token abandoned;

  /// The first header of that (lower-case) name, or empty.
  std::string_view header(std::string_view name) const;
  /// The media type of Content-Type, lower-case and without parameters, or empty.
  std::string media_type() const;
};

/// The body of a response, or the rest of it, made while it is sent: an export, a live tail.
///
/// Thread safety: Pull and BeginDrain come from the connection's io thread; they must not block.
/// Lifetime:      ends with the body, or when the client has gone; a `give` that is still owed then
///                may be called, and does nothing.
class BodyStream {
 public:
  virtual ~BodyStream() = default;

  struct Piece {
    std::string bytes;
    /// Nothing comes after.
    bool is_last = false;
    /// It cannot go on: the client sees that the body was cut off.
    bool is_broken = false;
  };
  using Give = std::function<void(Piece)>;

  /// Asks for the next piece, when the one before was sent: that is the backpressure. `give` is
  /// called once, from any thread, also from inside.
  virtual void Pull(Give give) = 0;
  /// The server stops: what has no end of its own should end.
  virtual void BeginDrain() {}
};

struct HttpResponse {
  int status = 200;
  std::vector<Header> headers;  ///< content-length, date, server, x-request-id are the front's
  std::string body;
  /// Not empty: the body broke a limit or the format; a reason for FrontMetrics::CountRefused.
  std::string_view refused = {};
  /// What follows `body`; null: nothing.
  std::shared_ptr<BodyStream> stream = nullptr;
};

/// RFC 9110 6.4.1: an answer of this status has no body.
constexpr bool HasNoBody(int status) {
  return status < 200 || status == 204 || status == 304;
}

/// Answers one request, once; from any thread; cheap to copy; safe after the connection has gone.
using Responder = std::function<void(HttpResponse)>;

/// Takes a request's body as it arrives. All calls come from one thread at a time.
/// Destroyed without OnEnd when the connection ends in the middle of the body.
class BodyConsumer {
 public:
  virtual ~BodyConsumer() = default;

  /// Some decoded bytes. The front reads no further before `resume` is called (from any thread,
  /// once): that is the backpressure.
  virtual void OnData(std::string chunk, std::function<void()> resume) = 0;
  /// The whole body was delivered, and every OnData was resumed.
  virtual void OnEnd() = 0;
  /// The body breaks a limit or its content coding is broken (kResourceExhausted,
  /// kInvalidArgument), or stopped arriving (kDeadlineExceeded). The consumer may answer; else the
  /// front does.
  virtual void OnError(const absl::Status& status) = 0;
};

/// A handler of whole requests.
///
/// Thread safety: Handle is called from any io thread; it must not block. Long work goes to a pool.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// `body` is inflated and within the route's limit.
  virtual void Handle(
      std::shared_ptr<const HttpRequest> request, std::string body, Responder respond
  ) = 0;
};

/// A handler that takes the body in pieces, never whole.
class StreamingHttpHandler {
 public:
  virtual ~StreamingHttpHandler() = default;
  /// The response may be given before the body has ended; the rest of it is then not read.
  virtual std::unique_ptr<BodyConsumer> Begin(
      std::shared_ptr<const HttpRequest> request, Responder respond
  ) = 0;
};

/// What a path pattern leads to. Exactly one of the handlers is set.
struct Route {
  std::string method;  ///< GET also answers HEAD
  /// Segments are literal or `{name}` (one segment, percent-decoded for the handler by
  /// PathParameter). A pattern that ends in `/*` matches every path below.
  std::string pattern;
  /// What the sender needs; checked before any of the body is read.
  Scope scope = Scope::kAdmin;
  /// Only for bodies of this media type; empty: for any that has no route of its own.
  std::string media_type;
  std::shared_ptr<HttpHandler> handler;
  std::shared_ptr<StreamingHttpHandler> streaming;
  /// Of the body as it is on the wire, and inflated.
  size_t max_body_bytes = size_t{20} << 20;
  size_t max_inflated_bytes = size_t{64} << 20;
  /// What a byte of a body that is held whole counts among the bytes in flight: what the handler
  /// makes of it.
  size_t room_factor = 1;
  /// How long a request waits for room among the bytes in flight before it is refused with 503.
  std::chrono::milliseconds max_wait = std::chrono::seconds(1);
};

/// Finds the route of a request. Immutable once the front runs.
class Router {
 public:
  /// What a 404 says besides: where that is served which somebody looks for here. Empty: nothing.
  using Hint = std::function<std::string(std::string_view path)>;

  void Add(Route route);
  void SetHint(Hint hint) { hint_ = std::move(hint); }
  /// Its hint counts if there is none yet.
  void AddAll(const Router& other);
  std::string HintFor(std::string_view path) const { return hint_ ? hint_(path) : std::string(); }

  struct Match {
    const Route* route = nullptr;  ///< null: no such path, or no such method there
    /// Methods that the path has, for 405 and OPTIONS; empty: no such path (404).
    std::vector<std::string> allowed;
  };
  Match Find(std::string_view method, std::string_view path, std::string_view media_type = {})
      const;

 private:
  std::vector<Route> routes_;
  Hint hint_;
};

/// The decoded value of `{name}` when `path` is matched against `pattern`; empty if it is not there
/// or is broken.
std::string PathParameter(std::string_view pattern, std::string_view path, std::string_view name);

/// An RFC 9457 problem; the front adds the member `request_id` when it answers. `type` is a short
/// word (`not-found`); extra members are appended as given.
HttpResponse Problem(
    int status,
    std::string_view type,
    std::string_view title,
    std::string_view detail,
    std::string_view extra_json_members = {}
);
/// Adds `request_id` to a problem; leaves every other answer as it is.
void NameRequest(HttpResponse& response, std::string_view request_id);

}  // namespace tidings::net
