#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <nghttp2/nghttp2.h>

#include "net/config.h"
#include "net/http.h"

namespace tidings::net {

/// What a session reports while it is fed.
class Http2Events {
 public:
  virtual ~Http2Events() = default;
  virtual void OnFrameBegin(const nghttp2_frame_hd& frame) = 0;
  virtual void OnHeadersBegin(int32_t stream) = 0;
  /// False: far too much; the rest of the block is not reported, nor is its end.
  virtual bool OnHeader(int32_t stream, std::string_view name, std::string_view value) = 0;
  virtual void OnFrame(const nghttp2_frame& frame) = 0;
  /// The peer broke the protocol; the session answers by a reset or by its end.
  virtual void OnViolation() = 0;
  /// Also by the session itself, for what is no violation of a frame that it could read.
  virtual void OnGoAwaySent(uint32_t error_code) = 0;
  /// `bytes` lie in what the session was fed with.
  virtual void OnData(int32_t stream, std::string_view bytes) = 0;
  virtual void OnStreamClosed(int32_t stream, uint32_t error_code) = 0;
};

/// Where the bytes of a response come from.
class Http2Source {
 public:
  virtual ~Http2Source() = default;
  struct Piece {
    size_t bytes = 0;
    bool last = false;
    /// What follows the last byte; null: nothing.
    const std::vector<Header>* trailers = nullptr;
  };
  /// Fills some of `room`. Nothing and not last: later, by Resume.
  virtual Piece Fill(char* room, size_t size) = 0;
};

/// The server's side of an HTTP/2 connection: nghttp2 without automatic window updates, fed and
/// drained by hand.
///
/// Thread safety: one thread. Everything but Feed and Drain may be called from inside events.
class Http2Session {
 public:
  Http2Session(const FrontLimits& limits, Http2Events& events);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// An error when the connection cannot go on; what Drain gives should still be sent.
  /// kInvalidArgument - the peer is to blame, and OnViolation was not called; kUnavailable - else.
  absl::Status Feed(std::string_view bytes);
  /// The next bytes to send, valid until the next call; empty when there are none.
  std::string_view Drain();
  bool WantsNothingMore() const;

  void Respond(int32_t stream, const std::vector<Header>& headers, Http2Source* source);
  /// An interim answer, before the final one.
  void SayContinue(int32_t stream);
  void Resume(int32_t stream);
  void Reset(int32_t stream, uint32_t error_code);
  /// Gives the peer window for bytes that were received.
  void ConsumeConnection(size_t bytes);
  void ConsumeStream(int32_t stream, size_t bytes);
  void SetStreamWindow(int32_t stream, int32_t bytes);
  void Ping();
  /// First of two: no new streams, please, but those on their way are served.
  void AnnounceGoAway();
  void GoAway(uint32_t error_code, std::string_view why);
  /// GOAWAY, and nothing after it.
  void Terminate(uint32_t error_code, std::string_view why);

 private:
  nghttp2_session* session_ = nullptr;
};

}  // namespace tidings::net
