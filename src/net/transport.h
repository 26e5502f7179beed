#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "net/budget.h"
#include "net/front_context.h"
#include "net/http_head.h"
#include "net/mailbox.h"

namespace tidings::net {

using TimePoint = std::chrono::steady_clock::time_point;

/// Of two points in time that may not be there, the earlier one.
inline void KeepEarlier(std::optional<TimePoint>& earliest, std::optional<TimePoint> candidate) {
  if (candidate && (!earliest || *candidate < *earliest)) {
    earliest = candidate;
  }
}

/// Of the buffers that are read into: enough that one read takes in what a fast client sends while
/// the thread is busy elsewhere.
constexpr size_t kReadBufferBytes = size_t{256} << 10;

/// A connection as the protocol that is spoken on it sees it.
///
/// Thread safety: the connection's io thread.
/// Lifetime:      outlives the protocol.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Appended to what waits to be sent; sent when the protocol's current call returns.
  virtual void Write(std::string_view bytes) = 0;
  virtual size_t unsent_bytes() const = 0;
  /// While false nothing is read: backpressure by TCP.
  virtual void SetReading(bool reading) = 0;
  /// Sends what waits, then ends the connection without cutting off what the peer has yet to read.
  virtual void CloseAfterWrites() = 0;
  /// Ends the connection now.
  virtual void CloseNow(const absl::Status& why) = 0;
  /// OnTime is called then at the latest.
  virtual void WakeAt(TimePoint when) = 0;

  virtual FrontContext& context() = 0;
  virtual const FrontLimits& limits() const = 0;
  virtual const std::shared_ptr<Mailbox>& mailbox() = 0;
  virtual const std::shared_ptr<InflightAccount>& account() = 0;
  virtual const std::string& remote_address() const = 0;
  virtual bool remote_is_loopback() const = 0;
  virtual bool is_encrypted() const = 0;
  virtual std::string NextRequestId() = 0;
  virtual const std::string& Date() = 0;
};

/// A protocol on a connection.
///
/// Thread safety: the connection's io thread.
class Protocol {
 public:
  virtual ~Protocol() = default;

  /// Some bytes have arrived, in `buffer`. Whoever keeps the buffer pins all of it.
  virtual void OnBytes(std::string_view bytes, const std::shared_ptr<char[]>& buffer) = 0;
  /// The peer sends nothing more.
  virtual void OnInputEnd() = 0;
  /// Time to Write what there is to say. Called after everything else, and again when all was sent.
  virtual void OnFlush() = 0;
  /// Does what is due; returns when to come again.
  virtual std::optional<TimePoint> OnTime(TimePoint now) = 0;
  /// Takes nothing new, finishes what is under way, then closes.
  virtual void BeginDrain() = 0;
  /// Ends what is under way by telling the peer to come back later, then closes.
  virtual void Abort() = 0;
  /// The connection has gone.
  virtual void OnLost(const absl::Status& why) = 0;
};

}  // namespace tidings::net
