#include "load/drop_session.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nghttp2/nghttp2.h>

#include "base/status.h"
#include "load/http1_message.h"
#include "load/http2_pair.h"

namespace tidings::load {
namespace {

class Http1DropSession final : public DropSession {
 public:
  absl::Status Take(std::string_view bytes, std::string& out) override {
    while (!bytes.empty()) {
      const size_t of_body = std::min(bytes.size(), body_left_);
      body_left_ -= of_body;
      bytes.remove_prefix(of_body);
      if (in_body_ && body_left_ == 0) {
        in_body_ = false;
        out += "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
      }
      if (in_body_ || bytes.empty()) {
        continue;
      }
      if (absl::Status status = TakeHead(bytes); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status TakeHead(std::string_view& bytes) {
    const size_t had = head_.size();
    head_ += bytes;
    const auto read = ReadHttp1Head(head_);
    if (!read.ok()) {
      return read.status();
    }
    const std::optional<Http1Head>& head = *read;
    if (!head) {
      bytes = {};
      return absl::OkStatus();
    }
    bytes.remove_prefix(head->head_bytes - had);
    body_left_ = head->body_bytes;
    in_body_ = true;
    head_.clear();
    return absl::OkStatus();
  }

  std::string head_;
  size_t body_left_ = 0;
  bool in_body_ = false;
};

class Http2DropSession final : public DropSession {
 public:
  Http2DropSession() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &OnFrame);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    constexpr int32_t kConnectionWindow = 4 << 20;
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  }
  Http2DropSession(const Http2DropSession&) = delete;
  Http2DropSession& operator=(const Http2DropSession&) = delete;
  ~Http2DropSession() override { nghttp2_session_del(session_); }

  absl::Status Take(std::string_view bytes, std::string& out) override {
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()
    );
    if (taken < 0) {
      return Internal("the client speaks no HTTP/2: {}", nghttp2_strerror(static_cast<int>(taken)));
    }
    const uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;) {
      out.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    return absl::OkStatus();
  }

 private:
  static int OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void*) {
    const bool may_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (may_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      // Good for both: to gRPC it is an answer without messages.
      const std::array headers{
          Pair(":status", "200"),
          Pair("content-type", "application/grpc"),
          Pair("grpc-status", "0")};
      nghttp2_submit_response(
          session, frame->hd.stream_id, headers.data(), headers.size(), nullptr
      );
    }
    return 0;
  }

  nghttp2_session* session_ = nullptr;
};

}  // namespace

std::unique_ptr<DropSession> MakeDropSession(Protocol protocol) {
  if (HasStreams(protocol)) {
    return std::make_unique<Http2DropSession>();
  }
  return std::make_unique<Http1DropSession>();
}

}  // namespace tidings::load
