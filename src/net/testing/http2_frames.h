#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

/// HTTP/2 frames by hand (RFC 9113), for tests that must be able to say wrong things too.
namespace tidings::net::http2 {

enum class FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9
};
constexpr uint8_t kEndStream = 1;
constexpr uint8_t kAck = 1;
constexpr uint8_t kEndHeaders = 4;

struct Frame {
  FrameType type = FrameType::kData;
  uint8_t flags = 0;
  uint32_t stream = 0;
  std::string payload;
};

std::string Encode(const Frame& frame);
/// The client's preface and empty SETTINGS.
std::string Preface();
/// HPACK (RFC 7541), all literals without indexing.
std::string EncodeHeaders(const std::vector<Header>& headers);
/// The headers of a gRPC call.
std::vector<Header> GrpcHeaders(const std::string& path);
std::string GrpcMessage(std::string_view message, char flag = 0);
/// Takes whole frames off the front of `bytes`.
std::vector<Frame> TakeFrames(std::string& bytes);

/// Sorts what a server sends.
class Reply {
 public:
  Reply();
  ~Reply();
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  void Add(std::string_view bytes);
  /// Of all header blocks; the last value of that name on that stream, or empty.
  std::string header(uint32_t stream, std::string_view name) const;
  std::string data(uint32_t stream) const;
  bool ended(uint32_t stream) const;
  bool was_reset(uint32_t stream) const;
  /// Of the last GOAWAY; -1: none.
  int64_t goaway_code() const { return goaway_code_; }
  int pings() const { return pings_; }

 private:
  struct Stream {
    std::vector<Header> headers;
    std::string data;
    bool ended = false;
    bool was_reset = false;
  };
  void AddFrame(const Frame& frame);
  void AddHeaders(const std::string& block, Stream& stream);
  const Stream* Find(uint32_t stream) const;

  std::string rest_;
  std::vector<std::pair<uint32_t, Stream>> streams_;
  int64_t goaway_code_ = -1;
  int pings_ = 0;
  void* inflater_ = nullptr;
};

}  // namespace tidings::net::http2
