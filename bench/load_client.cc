#include "load_client.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <sys/socket.h>

#include "base/status.h"

namespace tidings::bench {
namespace {

/// A connected socket that closes itself.
class Socket {
 public:
  static absl::StatusOr<Socket> Connect(uint16_t port) {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(socket.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      return Unavailable("cannot connect to 127.0.0.1:{}: {}", port, std::strerror(errno));
    }
    return socket;
  }
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }

  absl::Status WriteAll(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) {
        return Unavailable("write: {}", std::strerror(errno));
      }
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }

  /// At least one byte; blocks unless `peek_only`, which returns 0 when nothing is there.
  absl::StatusOr<size_t> Read(char* into, size_t size, bool peek_only = false) const {
    const ssize_t got = recv(fd_, into, size, peek_only ? MSG_DONTWAIT : 0);
    if (got < 0 && peek_only && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return 0;
    }
    if (got <= 0) {
      return Unavailable("the server closed the connection");
    }
    return static_cast<size_t>(got);
  }

 private:
  int fd_;
};

/// The client's half of one collect call on an nghttp2 session.
class CollectCall {
 public:
  CollectCall(const Socket& socket, std::string_view framed) : socket_(socket), left_(framed) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &CollectCall::OnHeader);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &CollectCall::OnClose);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
  }
  CollectCall(const CollectCall&) = delete;
  CollectCall& operator=(const CollectCall&) = delete;
  ~CollectCall() { nghttp2_session_del(session_); }

  absl::Status Run() {
    Submit();
    std::array<char, 65536> buffer;
    while (!closed_) {
      const absl::StatusOr<bool> sent = SendSome();
      if (!sent.ok()) {
        return sent.status();
      }
      const absl::StatusOr<size_t> got = socket_.Read(buffer.data(), buffer.size(), *sent);
      if (!got.ok()) {
        return got.status();
      }
      if (nghttp2_session_mem_recv(
              session_, reinterpret_cast<const uint8_t*>(buffer.data()), *got
          ) < 0) {
        return Internal("the server speaks no HTTP/2");
      }
    }
    return grpc_status_ == "0" ? absl::OkStatus()
                               : Internal("grpc-status {}: {}", grpc_status_, grpc_message_);
  }

 private:
  static nghttp2_nv Pair(std::string_view name, std::string_view value) {
    return {
        const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(name.data())),
        const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(value.data())),
        name.size(),
        value.size(),
        NGHTTP2_NV_FLAG_NONE};
  }

  void Submit() {
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    const std::array<nghttp2_nv, 6> headers{
        Pair(":method", "POST"),
        Pair(":scheme", "http"),
        Pair(":path", "/skywalking.v3.EventService/collect"),
        Pair(":authority", "127.0.0.1"),
        Pair("content-type", "application/grpc"),
        Pair("te", "trailers")};
    nghttp2_data_provider provider{
        .source = {.ptr = this}, .read_callback = &CollectCall::ReadData};
    nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &provider, nullptr);
  }

  /// True when something was written (more may be writable), false when the windows are shut.
  absl::StatusOr<bool> SendSome() {
    constexpr size_t kWriteBytes = 256 * 1024;
    out_.clear();
    while (out_.size() < kWriteBytes) {
      const uint8_t* data = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size < 0) {
        return Internal("nghttp2: {}", nghttp2_strerror(static_cast<int>(size)));
      }
      if (size == 0) {
        break;
      }
      out_.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    const absl::Status written = socket_.WriteAll(out_);
    if (!written.ok()) {
      return written;
    }
    return !out_.empty();
  }

  static ssize_t
  ReadData(nghttp2_session*, int32_t, uint8_t* into, size_t size, uint32_t* flags, nghttp2_data_source* source, void*) {
    std::string_view& left = static_cast<CollectCall*>(source->ptr)->left_;
    const size_t taken = std::min(size, left.size());
    std::memcpy(into, left.data(), taken);
    left.remove_prefix(taken);
    if (left.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(taken);
  }

  static int OnHeader(
      nghttp2_session*,
      const nghttp2_frame*,
      const uint8_t* name,
      size_t name_size,
      const uint8_t* value,
      size_t value_size,
      uint8_t,
      void* self
  ) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    auto* const call = static_cast<CollectCall*>(self);
    if (key == "grpc-status") {
      call->grpc_status_ = text;
    } else if (key == "grpc-message") {
      call->grpc_message_ = text;
    }
    return 0;
  }

  static int OnClose(nghttp2_session*, int32_t, uint32_t, void* self) {
    static_cast<CollectCall*>(self)->closed_ = true;
    return 0;
  }

  const Socket& socket_;
  std::string_view left_;
  nghttp2_session* session_ = nullptr;
  std::string out_;
  std::string grpc_status_ = "none";
  std::string grpc_message_;
  bool closed_ = false;
};

/// Takes whole responses off the front of `buffered`; returns how many.
absl::StatusOr<size_t> TakeResponses(std::string& buffered) {
  size_t taken = 0;
  size_t at = 0;
  while (true) {
    const size_t head_end = buffered.find("\r\n\r\n", at);
    if (head_end == std::string::npos) {
      break;
    }
    std::string head = buffered.substr(at, head_end - at);
    std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) {
      return std::tolower(c);
    });
    const size_t length_at = head.find("content-length:");
    const size_t length =
        length_at == std::string::npos ? 0 : std::stoul(head.substr(length_at + 15));
    if (buffered.size() < head_end + 4 + length) {
      break;
    }
    if (head.compare(9, 3, "200") != 0) {
      return Internal("answered {}", buffered.substr(at, head_end + 4 + length - at));
    }
    at = head_end + 4 + length;
    ++taken;
  }
  buffered.erase(0, at);
  return taken;
}

}  // namespace

void AppendFramed(std::string& out, std::string_view message) {
  const auto size = static_cast<uint32_t>(message.size());
  out.push_back(0);
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(size >> shift));
  }
  out += message;
}

absl::Status CallCollect(uint16_t port, const std::string& framed_messages) {
  absl::StatusOr<Socket> socket = Socket::Connect(port);
  if (!socket.ok()) {
    return socket.status();
  }
  return CollectCall(*socket, framed_messages).Run();
}

absl::Status PostAll(uint16_t port, std::string_view path, const std::vector<std::string>& bodies) {
  absl::StatusOr<Socket> socket = Socket::Connect(port);
  if (!socket.ok()) {
    return socket.status();
  }
  std::string buffered;
  std::array<char, 65536> buffer;
  for (const std::string& body : bodies) {
    const absl::Status written = socket->WriteAll(fmt::format(
        "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        "content-length: {}\r\n\r\n{}",
        path,
        body.size(),
        body
    ));
    if (!written.ok()) {
      return written;
    }
    for (size_t answered = 0; answered == 0;) {
      const absl::StatusOr<size_t> got = socket->Read(buffer.data(), buffer.size());
      if (!got.ok()) {
        return got.status();
      }
      buffered.append(buffer.data(), *got);
      const absl::StatusOr<size_t> taken = TakeResponses(buffered);
      if (!taken.ok()) {
        return taken.status();
      }
      answered += *taken;
    }
  }
  return absl::OkStatus();
}

}  // namespace tidings::bench
