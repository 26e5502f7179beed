#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "net/flood_guard.h"
#include "net/http2_session.h"
#include "net/http2_stream.h"
#include "net/transport.h"

namespace tidings::net {

/// HTTP/2 on a connection: its streams, plain and gRPC; budgets against floods; probing of idle
/// ones.
///
/// Thread safety: the connection's io thread.
class Http2Connection final : public Protocol, public Http2Events {
 public:
  Http2Connection(Transport& transport, std::shared_ptr<const ListenerServices> services);
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;
  ~Http2Connection() override;

  void OnBytes(std::string_view bytes, const std::shared_ptr<char[]>& buffer) override;
  void OnInputEnd() override;
  void OnFlush() override;
  std::optional<TimePoint> OnTime(TimePoint now) override;
  void BeginDrain() override;
  void Abort() override;
  void OnLost(const absl::Status& why) override;

  void OnFrameBegin(const nghttp2_frame_hd& frame) override;
  void OnHeadersBegin(int32_t stream) override;
  bool OnHeader(int32_t stream, std::string_view name, std::string_view value) override;
  void OnFrame(const nghttp2_frame& frame) override;
  void OnViolation() override;
  void OnGoAwaySent(uint32_t error_code) override;
  void OnData(int32_t stream, std::string_view bytes) override;
  void OnStreamClosed(int32_t stream, uint32_t error_code) override;

 private:
  /// The request whose header block is being read; there is never more than one.
  struct PendingHead {
    int32_t stream = 0;
    std::shared_ptr<HttpRequest> request;
    size_t bytes = 0;
    std::optional<uint64_t> content_length;
    bool is_broken = false;
    bool is_too_large = false;
    TimePoint since;
  };

  void TakePseudoHeader(std::string_view name, std::string_view value);
  void FinishHead(bool input_ended);
  std::shared_ptr<Http2Stream> MakeStream(PendingHead head, bool input_ended);
  std::shared_ptr<Http2Stream> MakeGrpcStream(PendingHead head);
  std::optional<HttpResponse> FindHeadFault(const PendingHead& head, bool is_grpc) const;
  Http2Stream* Find(int32_t stream);
  void EndInput(int32_t stream);
  void CheckBudget(FloodGuard& guard, std::string_view what);
  /// GOAWAY(ENHANCE_YOUR_CALM); `reason` is counted.
  void EndCalmly(std::string_view reason, std::string_view why);
  void CountEmptyFrame(const nghttp2_frame_hd& frame);
  std::optional<TimePoint> Probe(TimePoint now);
  std::optional<TimePoint> ContinueDrain(TimePoint now);
  TimePoint Now() const { return transport_.context().clock.Steady(); }

  Transport& transport_;
  const std::shared_ptr<const ListenerServices> services_;
  Http2Session session_;
  absl::flat_hash_map<int32_t, std::shared_ptr<Http2Stream>> streams_;
  std::optional<PendingHead> head_;
  /// Streams that have something to hand over when the burst ends.
  std::vector<int32_t> touched_;
  std::shared_ptr<const void> buffer_;

  FloodGuard resets_;
  FloodGuard pings_;
  FloodGuard settings_;
  FloodGuard empty_frames_;
  TimePoint received_;
  TimePoint idle_since_;
  std::optional<TimePoint> probed_;
  std::optional<TimePoint> draining_since_;
  bool said_goaway_ = false;
  /// Only what waits to be sent is still of interest.
  bool is_over_ = false;
  /// Why the connection ends was counted.
  bool blamed_ = false;
};

}  // namespace tidings::net
