#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/statusor.h>
#include <prometheus/registry.h>

#include "base/clock.h"
#include "net/access.h"
#include "net/config.h"
#include "net/grpc.h"
#include "net/http.h"
#include "net/tls_credentials.h"

namespace tidings::net {

/// One address to listen on and what is served there.
struct Listener {
  /// The configuration key, for messages: `http.address`.
  std::string key;
  std::string address;
  /// Both may be set: HTTP/1.1 and HTTP/2 (with prior knowledge) are told apart by their first
  /// bytes, gRPC from HTTP by its content type.
  std::shared_ptr<const Router> router;
  std::shared_ptr<const GrpcServices> grpc;
  /// What new connections are served between Bind and Open, if Bind is given it, and while the
  /// front stops, if Open is; anything else answers 503, calls of gRPC UNAVAILABLE. Null: who
  /// connects waits for Open; the address is closed at once by Stop.
  std::shared_ptr<const Router> while_closed = nullptr;
  /// Null: plain text. The same for listeners that share an address.
  std::shared_ptr<const TlsCredentials> tls = nullptr;
  /// Null: no tokens, no rate limits. Listeners that share an address may differ in it.
  std::shared_ptr<const Access> access = nullptr;
};

struct FrontOptions {
  FrontLimits limits;
  /// 0: one per core.
  unsigned io_threads = 0;
};

/// The network front: every protocol's sockets on one set of io threads.
///
/// Thread safety: Bind, Open and Stop from one thread; the rest is its own.
/// Lifetime:      handlers outlive it. Responders may outlive it and then do nothing.
/// Errors:        Bind: kUnavailable - an address is taken or cannot be bound; the message names
///                listener, address, configuration key, the holder's pid if it can be seen, and
///                that `off` is possible. kInvalidArgument - an address that is none.
class Front {
 public:
  /// Takes the addresses, and serves what is served while it is closed. Routers and services may
  /// still be missing.
  static absl::StatusOr<std::unique_ptr<Front>> Bind(
      const std::vector<Listener>& listeners,
      FrontOptions options,
      const Clock& clock,
      prometheus::Registry& metrics
  );
  ~Front();

  /// Serves everything. Once, with the listeners of Bind, which now have all that they serve.
  void Open(const std::vector<Listener>& listeners);

  /// The bound addresses, one per listener that is not off, with the real port: `127.0.0.1:41233`.
  struct Bound {
    std::string key;
    std::string address;
  };
  const std::vector<Bound>& bound() const;

  /// For connections that begin from now on; bytes in flight in all, and connections, are counted
  /// against the new limits at once. Nobody is cut off. Any thread.
  void SetLimits(const FrontLimits& limits);

  /// Stops accepting, but for what is served while it stops; sends GOAWAY and `connection: close`,
  /// lets calls and requests under way finish until `grace` is over, ends what is left with
  /// UNAVAILABLE / 503. Who connects meanwhile is not waited for. Idempotent.
  void Stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit Front(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidings::net
