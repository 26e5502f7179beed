#include "net/http2_session.h"

#include <array>

#include "base/status.h"

namespace tidings::net {
namespace {

/// So much may be on its way on a connection, over all its streams. It is returned on receipt.
constexpr int32_t kConnectionWindow = 4 << 20;
constexpr uint32_t kStreamWindow = 64 * 1024;
/// Below this a reset limit of nghttp2's own would act before ours, which is counted.
constexpr uint64_t kResetBurstFactor = 2;

Http2Events& EventsOf(void* user_data) {
  return *static_cast<Http2Events*>(user_data);
}

std::string_view View(nghttp2_rcbuf* buffer) {
  const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

int OnBeginFrame(nghttp2_session* /*session*/, const nghttp2_frame_hd* frame, void* user_data) {
  EventsOf(user_data).OnFrameBegin(*frame);
  return 0;
}

int OnBeginHeaders(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user_data) {
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    EventsOf(user_data).OnHeadersBegin(frame->hd.stream_id);
  }
  return 0;
}

// NOLINTNEXTLINE(readability-function-size): nghttp2 gives the parameters.
int OnHeader(
    nghttp2_session* /*session*/,
    const nghttp2_frame* frame,
    nghttp2_rcbuf* name,
    nghttp2_rcbuf* value,
    uint8_t /*flags*/,
    void* user_data
) {
  const bool wanted = EventsOf(user_data).OnHeader(frame->hd.stream_id, View(name), View(value));
  // nghttp2 then resets the stream, and decodes the rest of the block without calling us.
  return wanted ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int OnFrameRecv(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user_data) {
  EventsOf(user_data).OnFrame(*frame);
  return 0;
}

int OnInvalidFrame(
    nghttp2_session* /*session*/,
    const nghttp2_frame* /*frame*/,
    int /*error_code*/,
    void* user_data
) {
  EventsOf(user_data).OnViolation();
  return 0;
}

// NOLINTNEXTLINE(readability-function-size): nghttp2 gives the parameters.
int OnDataChunk(
    nghttp2_session* /*session*/,
    uint8_t /*flags*/,
    int32_t stream,
    const uint8_t* data,
    size_t size,
    void* user_data
) {
  EventsOf(user_data).OnData(stream, {reinterpret_cast<const char*>(data), size});
  return 0;
}

int OnStreamClose(
    nghttp2_session* /*session*/, int32_t stream, uint32_t error_code, void* user_data
) {
  EventsOf(user_data).OnStreamClosed(stream, error_code);
  return 0;
}

int OnFrameSend(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
  if (frame->hd.type == NGHTTP2_GOAWAY) {
    EventsOf(user_data).OnGoAwaySent(frame->goaway.error_code);
  }
  const bool may_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  const bool ends = may_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (ends && nghttp2_session_get_stream_remote_close(session, frame->hd.stream_id) == 0) {
    // RFC 9113 8.1: answered in full before the request had ended; the client need not send more.
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

nghttp2_nv ToNv(const Header& header) {
  // nghttp2 copies both, and does not write to them.
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {
      bytes(header.name),
      bytes(header.value),
      header.name.size(),
      header.value.size(),
      NGHTTP2_NV_FLAG_NONE};
}

std::vector<nghttp2_nv> ToNvs(const std::vector<Header>& headers) {
  std::vector<nghttp2_nv> nvs;
  nvs.reserve(headers.size());
  for (const Header& header : headers) {
    nvs.push_back(ToNv(header));
  }
  return nvs;
}

// NOLINTNEXTLINE(readability-function-size): nghttp2 gives the parameters.
ssize_t ReadSource(
    nghttp2_session* session,
    int32_t stream,
    uint8_t* buffer,
    size_t size,
    uint32_t* flags,
    nghttp2_data_source* source,
    void* /*user_data*/
) {
  auto& from = *static_cast<Http2Source*>(source->ptr);
  const Http2Source::Piece piece = from.Fill(reinterpret_cast<char*>(buffer), size);
  if (piece.last) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (piece.trailers != nullptr) {
      // Submitted any earlier, they would overtake the data.
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const std::vector<nghttp2_nv> nvs = ToNvs(*piece.trailers);
      nghttp2_submit_trailer(session, stream, nvs.data(), nvs.size());
    }
  }
  if (piece.bytes == 0 && !piece.last) {
    return NGHTTP2_ERR_DEFERRED;
  }
  return static_cast<ssize_t>(piece.bytes);
}

using CallbacksPtr =
    std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)>;

CallbacksPtr MakeCallbacks() {
  nghttp2_session_callbacks* raw = nullptr;
  nghttp2_session_callbacks_new(&raw);
  nghttp2_session_callbacks_set_on_begin_frame_callback(raw, &OnBeginFrame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(raw, &OnBeginHeaders);
  nghttp2_session_callbacks_set_on_header_callback2(raw, &OnHeader);
  nghttp2_session_callbacks_set_on_frame_recv_callback(raw, &OnFrameRecv);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(raw, &OnInvalidFrame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, &OnDataChunk);
  nghttp2_session_callbacks_set_on_stream_close_callback(raw, &OnStreamClose);
  nghttp2_session_callbacks_set_on_frame_send_callback(raw, &OnFrameSend);
  return {raw, &nghttp2_session_callbacks_del};
}

using OptionPtr = std::unique_ptr<nghttp2_option, decltype(&nghttp2_option_del)>;

OptionPtr MakeOptions(const FrontLimits& limits) {
  nghttp2_option* raw = nullptr;
  nghttp2_option_new(&raw);
  nghttp2_option_set_no_auto_window_update(raw, 1);
  const uint64_t resets = kResetBurstFactor * limits.resets_per_10s;
  nghttp2_option_set_stream_reset_rate_limit(raw, resets, resets);
  return {raw, &nghttp2_option_del};
}

}  // namespace

Http2Session::Http2Session(const FrontLimits& limits, Http2Events& events) {
  const CallbacksPtr callbacks = MakeCallbacks();
  const OptionPtr options = MakeOptions(limits);
  nghttp2_session_server_new2(&session_, callbacks.get(), &events, options.get());
  const std::array<nghttp2_settings_entry, 3> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams_per_connection},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(limits.header_bytes)},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2Session::~Http2Session() {
  nghttp2_session_del(session_);
}

absl::Status Http2Session::Feed(std::string_view bytes) {
  const ssize_t result = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()
  );
  if (result < 0) {
    return InvalidArgument("HTTP/2: {}", nghttp2_strerror(static_cast<int>(result)));
  }
  if (static_cast<size_t>(result) != bytes.size() || nghttp2_session_want_read(session_) == 0) {
    return Unavailable("HTTP/2: the session is over");
  }
  return absl::OkStatus();
}

std::string_view Http2Session::Drain() {
  const uint8_t* data = nullptr;
  const ssize_t size = nghttp2_session_mem_send(session_, &data);
  return size <= 0 ? std::string_view()
                   : std::string_view(reinterpret_cast<const char*>(data), size);
}

bool Http2Session::WantsNothingMore() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

void Http2Session::Respond(
    int32_t stream, const std::vector<Header>& headers, Http2Source* source
) {
  const std::vector<nghttp2_nv> nvs = ToNvs(headers);
  nghttp2_data_provider provider{};
  provider.source.ptr = source;
  provider.read_callback = &ReadSource;
  nghttp2_submit_response(
      session_, stream, nvs.data(), nvs.size(), source == nullptr ? nullptr : &provider
  );
}

void Http2Session::SayContinue(int32_t stream) {
  const Header status{":status", "100"};
  const nghttp2_nv nv = ToNv(status);
  nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream, nullptr, &nv, 1, nullptr);
}

void Http2Session::Resume(int32_t stream) {
  nghttp2_session_resume_data(session_, stream);
}

void Http2Session::Reset(int32_t stream, uint32_t error_code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error_code);
}

void Http2Session::ConsumeConnection(size_t bytes) {
  nghttp2_session_consume_connection(session_, bytes);
}

void Http2Session::ConsumeStream(int32_t stream, size_t bytes) {
  if (bytes > 0) {
    nghttp2_session_consume_stream(session_, stream, bytes);
  }
}

void Http2Session::SetStreamWindow(int32_t stream, int32_t bytes) {
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, stream, bytes);
}

void Http2Session::Ping() {
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Session::AnnounceGoAway() {
  nghttp2_submit_shutdown_notice(session_);
}

void Http2Session::GoAway(uint32_t error_code, std::string_view why) {
  nghttp2_submit_goaway(
      session_,
      NGHTTP2_FLAG_NONE,
      nghttp2_session_get_last_proc_stream_id(session_),
      error_code,
      reinterpret_cast<const uint8_t*>(why.data()),
      why.size()
  );
}

void Http2Session::Terminate(uint32_t error_code, std::string_view why) {
  GoAway(error_code, why);
  nghttp2_session_terminate_session(session_, error_code);
}

}  // namespace tidings::net
