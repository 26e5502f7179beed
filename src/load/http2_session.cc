#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include "base/status.h"
#include "base/text.h"
#include "load/client_session.h"
#include "load/http2_pair.h"

namespace tidings::load {
namespace {

/// What is written in one go, unless every message is flushed.
constexpr size_t kFlushBytes = size_t{256} << 10;
/// One request on its stream.
struct Stream {
  uint64_t ticket = 0;
  std::string body;
  size_t sent = 0;
  const Payload* payload = nullptr;
  /// Messages whose end was sent.
  size_t messages_sent = 0;
  std::string http_status;
  std::string grpc_status;
  std::string grpc_message;
};

/// Requests as streams of one connection.
class Http2Session final : public ClientSession {
 public:
  Http2Session(const Shape& shape, const Target& target)
      : protocol_(shape.protocol),
        authority_(fmt::format("{}:{}", target.host, target.port)),
        token_(target.token) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &OnHeader);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &OnClose);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;
  ~Http2Session() override { nghttp2_session_del(session_); }

  void Begin(const Payload& payload, std::string body, uint64_t ticket) override {
    std::vector<nghttp2_nv> headers{
        Pair(":method", "POST"),
        Pair(":scheme", "http"),
        Pair(":path", PathOf(protocol_)),
        Pair(":authority", authority_),
        Pair("content-type", MediaTypeOf(protocol_))};
    if (IsGrpc(protocol_)) {
      headers.push_back(Pair("te", "trailers"));
    }
    const std::string bearer = "Bearer " + token_;
    if (!token_.empty()) {
      headers.push_back(Pair("authorization", bearer));
    }
    nghttp2_data_provider provider{.source = {.ptr = this}, .read_callback = &ReadData};
    const int32_t id = nghttp2_submit_request(
        session_, nullptr, headers.data(), headers.size(), &provider, nullptr
    );
    streams_[id] = {.ticket = ticket, .body = std::move(body), .payload = &payload};
  }

  void AppendFlush(std::string& out) override {
    const size_t most = protocol_ == Protocol::kGrpc ? 1 : kFlushBytes;
    const size_t before = out.size();
    while (out.size() - before < most) {
      const uint8_t* data = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size <= 0) {
        return;
      }
      out.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
  }

  absl::Status Take(std::string_view bytes, std::vector<Answer>& answers) override {
    answers_ = &answers;
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()
    );
    answers_ = nullptr;
    if (taken < 0) {
      return Internal("the server speaks no HTTP/2: {}", nghttp2_strerror(static_cast<int>(taken)));
    }
    return absl::OkStatus();
  }

 private:
  static Http2Session& Self(void* self) { return *static_cast<Http2Session*>(self); }

  static ssize_t
  // NOLINTNEXTLINE(readability-function-size): nghttp2 gives the parameters.
  ReadData(nghttp2_session*, int32_t id, uint8_t* into, size_t size, uint32_t* flags, nghttp2_data_source* source, void*) {
    Stream& stream = Self(source->ptr).streams_[id];
    size_t end = stream.body.size();
    if (Self(source->ptr).protocol_ == Protocol::kGrpc) {
      end = stream.payload->message_ends[stream.messages_sent];
    }
    const size_t taken = std::min(size, end - stream.sent);
    std::memcpy(into, stream.body.data() + stream.sent, taken);
    stream.sent += taken;
    stream.messages_sent += stream.sent == end ? 1 : 0;
    if (stream.sent == stream.body.size()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(taken);
  }

  // NOLINTNEXTLINE(readability-function-size): nghttp2 gives the parameters.
  static int OnHeader(
      nghttp2_session*,
      const nghttp2_frame* frame,
      const uint8_t* name,
      size_t name_size,
      const uint8_t* value,
      size_t value_size,
      uint8_t,
      void* self
  ) {
    const auto found = Self(self).streams_.find(frame->hd.stream_id);
    if (found == Self(self).streams_.end()) {
      return 0;
    }
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") {
      found->second.http_status = text;
    } else if (key == "grpc-status") {
      found->second.grpc_status = text;
    } else if (key == "grpc-message") {
      found->second.grpc_message = text;
    }
    return 0;
  }

  static int OnClose(nghttp2_session*, int32_t id, uint32_t error_code, void* self) {
    Self(self).EndStream(id, error_code);
    return 0;
  }

  void EndStream(int32_t id, uint32_t error_code) {
    const auto found = streams_.find(id);
    if (found == streams_.end() || answers_ == nullptr) {
      return;
    }
    answers_->push_back(
        {.ticket = found->second.ticket, .error = ErrorOf(found->second, error_code)}
    );
    streams_.erase(found);
  }

  std::string ErrorOf(const Stream& stream, uint32_t error_code) const {
    if (error_code != NGHTTP2_NO_ERROR) {
      return fmt::format("the server reset the stream: {}", nghttp2_http2_strerror(error_code));
    }
    if (IsGrpc(protocol_) && stream.grpc_status != "0") {
      return fmt::format(
          "grpc-status {}: {}",
          EscapeForDisplay(stream.grpc_status, kShownAnswerBytes),
          EscapeForDisplay(stream.grpc_message, kShownAnswerBytes)
      );
    }
    if (!stream.http_status.starts_with('2')) {
      return fmt::format("HTTP status {}", EscapeForDisplay(stream.http_status, kShownAnswerBytes));
    }
    return {};
  }

  const Protocol protocol_;
  const std::string authority_;
  const std::string token_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, Stream> streams_;
  std::vector<Answer>* answers_ = nullptr;
};

}  // namespace

std::unique_ptr<ClientSession> MakeHttp2Session(const Shape& shape, const Target& target) {
  return std::make_unique<Http2Session>(shape, target);
}

}  // namespace tidings::load
