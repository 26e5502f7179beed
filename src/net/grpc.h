#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/time/time.h>

#include "net/http.h"

/// gRPC as handlers see it: HTTP/2 with length-prefixed messages and trailers
/// (grpc/grpc doc/PROTOCOL-HTTP2.md), served by the same front as HTTP.
namespace tidings::net {

/// One message, whole and inflated. Views into a buffer that may hold other messages too.
struct GrpcMessage {
  std::string_view bytes;
  std::shared_ptr<const void> buffer;
  /// Position in the call, from 0.
  uint32_t index = 0;
};

/// The codes of grpc/grpc doc/statuscodes.md are those of absl::StatusCode.
class GrpcResponder {
 public:
  virtual ~GrpcResponder() = default;
  /// One response message. From any thread; nothing when the call has ended.
  virtual void Send(std::string message) = 0;
  /// Ends the call with trailers. Once; from any thread; nothing when the call has ended. Payloads
  /// of the status are its details (google.rpc.Status), by their type URLs.
  virtual void Finish(const absl::Status& status) = 0;
  /// Gives bytes of messages back to the budget, when they are committed or thrown away. From any
  /// thread. Until then the front grants the call's connection that much less.
  virtual void Release(size_t bytes) = 0;
};

struct GrpcCallContext {
  std::shared_ptr<const HttpRequest> request;  ///< metadata are its headers
  std::shared_ptr<GrpcResponder> responder;
  /// From grpc-timeout. The front itself ends a call that is over its deadline with
  /// DEADLINE_EXCEEDED, after OnCancel.
  absl::Time deadline = absl::InfiniteFuture();
  bool has_deadline = false;
};

/// One call. All its methods are called by one io thread, never concurrently.
class GrpcCall {
 public:
  virtual ~GrpcCall() = default;
  /// The messages of one read burst, in order; handed over together so that they can be committed
  /// together.
  virtual void OnMessages(std::span<GrpcMessage> messages) = 0;
  /// The client has sent everything.
  virtual void OnHalfClose() = 0;
  /// The call was reset, cut off, is over its deadline or the server stops. What was handed over
  /// before stays handed over. No further method is called.
  virtual void OnCancel(const absl::Status& why) = 0;
  /// A frame that cannot be read (a length beyond the limit: kResourceExhausted; a bad prefix, a
  /// broken compression, an END_STREAM inside a message: kInvalidArgument or kInternal). Everything
  /// before was handed over. The call must Finish, when what came before is settled.
  virtual void OnBroken(const absl::Status& why) = 0;
  /// The server stops, and the client has already sent everything. A call that answers soon anyway
  /// need not care; one that could go on for ever should Finish.
  virtual void OnServerStop(const absl::Status& /*why*/) {}
};

/// Makes calls of one method.
///
/// Thread safety: Start is called from any io thread; it must not block.
class GrpcMethod {
 public:
  virtual ~GrpcMethod() = default;
  virtual std::unique_ptr<GrpcCall> Start(GrpcCallContext context) = 0;
};

/// Methods by full path (`/skywalking.v3.EventService/collect`). Immutable once the front runs.
class GrpcServices {
 public:
  struct Entry {
    std::shared_ptr<GrpcMethod> method;
    /// What the caller needs; checked before any message is read.
    Scope scope = Scope::kAdmin;
    size_t max_message_bytes = size_t{4} << 20;
    /// Of a compressed message, when it is inflated; 0: max_message_bytes.
    size_t max_inflated_bytes = 0;
    /// What a byte of a message counts among the bytes in flight: what the method makes of it.
    size_t room_factor = 1;
    /// How long a message waits for room among the bytes in flight before the call is broken with
    /// kUnavailable.
    std::chrono::milliseconds max_wait = std::chrono::seconds(8);
    /// A call with a deadline waits at most this part of its grpc-timeout.
    double max_wait_share = 0.5;
    /// False: served only to say that it is not; told by neither health nor reflection.
    bool listed = true;
  };
  void Add(std::string path, Entry entry);
  void AddAll(const GrpcServices& other);
  /// `path` or a whole service by `/package.Service/*`; null: UNIMPLEMENTED.
  const Entry* Find(std::string_view path) const;
  /// Fully qualified names of the services, for health and reflection.
  std::vector<std::string> ServiceNames() const;

 private:
  std::vector<std::pair<std::string, Entry>> entries_;
};

}  // namespace tidings::net
