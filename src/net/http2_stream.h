#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <absl/status/status.h>

#include "net/http2_session.h"
#include "net/transport.h"

namespace tidings::net {

/// What a stream may use of its connection.
struct Http2StreamEnvironment {
  Transport& transport;
  Http2Session& session;
  int32_t id = 0;
};

/// One request on an HTTP/2 connection.
///
/// Thread safety: the connection's io thread.
class Http2Stream {
 public:
  virtual ~Http2Stream() = default;

  /// The connection's window was given back already; the stream's is the stream's own business.
  virtual void OnData(std::string_view bytes, const std::shared_ptr<const void>& buffer) = 0;
  virtual void OnInputEnd() = 0;
  /// What was read in one go has been told.
  virtual void OnBurstEnd() = 0;
  /// The stream has ended, in order or not. The last call.
  virtual void OnClosed(const absl::Status& why) = 0;
  /// Does what is due; returns when to come again.
  virtual std::optional<TimePoint> OnTime(TimePoint now) = 0;
  virtual void BeginDrain() = 0;
  /// Ends it by telling the client to come back.
  virtual void Abort(const absl::Status& why) = 0;
};

}  // namespace tidings::net
