#include "net/tls_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include "base/status.h"
#include "net/tls_error.h"

namespace tidings::net {
namespace {

using boost::asio::ip::tcp;

/// First byte of every TLS connection: a record of type handshake.
constexpr char kHandshakeRecord = 0x16;
/// OpenSSL takes lengths as int.
constexpr size_t kMostAtOnce = size_t{1} << 30;

constexpr std::string_view kHttp1LastWords =
    "HTTP/1.1 400 Bad Request\r\n"
    "content-type: text/plain; charset=utf-8\r\n"
    "content-length: 63\r\n"
    "connection: close\r\n\r\n"
    "This address speaks TLS only: use https:// instead of http://.\n";
std::string_view LastWordsFor(std::string_view first_bytes) {
  // HTTP/2 gets none: gRPC clients that are told GOAWAY connect again at once, without end, while
  // they back off from an address that just closes.
  const bool is_http1 =
      first_bytes.front() >= 'A' && first_bytes.front() <= 'Z' && !first_bytes.starts_with("PRI ");
  return is_http1 ? kHttp1LastWords : std::string_view();
}

/// As OpenSSL's own BIO of a socket, but without SIGPIPE.
int SendBytes(BIO* bio, const char* bytes, int size) {
  const int fd = static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio)));
  const ssize_t sent = send(fd, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
  BIO_clear_retry_flags(bio);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_retry_write(bio);
  }
  return static_cast<int>(sent);
}

int ReceiveBytes(BIO* bio, char* bytes, int size) {
  const int fd = static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio)));
  const ssize_t received = recv(fd, bytes, static_cast<size_t>(size), 0);
  BIO_clear_retry_flags(bio);
  if (received < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_retry_read(bio);
  }
  return static_cast<int>(received);
}

long ControlBio(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* SocketMethod() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    BIO_meth_set_write(method, SendBytes);
    BIO_meth_set_read(method, ReceiveBytes);
    BIO_meth_set_ctrl(method, ControlBio);
    return method;
  }();
  return kMethod;
}

BIO* NewBio(int fd) {
  BIO* const bio = BIO_new(SocketMethod());
  if (bio != nullptr) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the place that a BIO has for what is its own.
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(fd)));
    BIO_set_init(bio, 1);
  }
  return bio;
}

/// Why a handshake failed, as a label of metrics.
std::string_view ReasonOf(long verify_result) {
  switch (verify_result) {
    case X509_V_OK:
      return "handshake";
    case X509_V_ERR_APPLICATION_VERIFICATION:
      return "name_not_allowed";
    default:
      return "client_certificate";
  }
}

}  // namespace

TlsStream::TlsStream(tcp::socket socket, std::shared_ptr<const TlsContext> context)
    : TcpStream(std::move(socket)), context_(std::move(context)), ssl_(context_->NewSession()) {
  if (ssl_) {
    BIO* const bio = NewBio(this->socket().native_handle());
    SSL_set_bio(ssl_.get(), bio, bio);
  }
}

TlsStream::~TlsStream() = default;

void TlsStream::Handshake(Ready done) {
  if (!ssl_) {
    Refuse("memory", "no memory for another TLS connection", {});
    boost::asio::post(socket().get_executor(), [done = std::move(done)] {
      done(boost::asio::error::no_memory);
    });
    return;
  }
  WaitThenAdvance(Wait::wait_read, std::move(done));
}

void TlsStream::WaitThenAdvance(Wait what, Ready done) {
  // `done` keeps the connection alive, and with it this stream.
  socket().async_wait(what, [this, done = std::move(done)](Error error) mutable {
    if (error) {
      Refuse("handshake", error.message(), {});
      done(error);
      return;
    }
    Advance(std::move(done));
  });
}

bool TlsStream::CheckFirstBytes() {
  std::array<char, 8> first{};
  const ssize_t peeked = recv(socket().native_handle(), first.data(), first.size(), MSG_PEEK);
  if (peeked > 0 && first.front() != kHandshakeRecord) {
    Refuse(
        "plain_text",
        "the client does not speak TLS",
        LastWordsFor({first.data(), static_cast<size_t>(peeked)})
    );
  }
  return peeked > 0;
}

void TlsStream::Advance(Ready done) {
  if (!first_bytes_checked_) {
    first_bytes_checked_ = CheckFirstBytes();
    if (!refusal_.reason.empty()) {
      done(boost::asio::error::no_protocol_option);
      return;
    }
  }
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    done({});
    return;
  }
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      WaitThenAdvance(Wait::wait_read, std::move(done));
      return;
    case SSL_ERROR_WANT_WRITE:
      WaitThenAdvance(Wait::wait_write, std::move(done));
      return;
    case SSL_ERROR_SYSCALL:
    case SSL_ERROR_ZERO_RETURN:
      Refuse("handshake", "the client went away in the middle of the handshake", {});
      break;
    default: {
      const long verified = SSL_get_verify_result(ssl_.get());
      std::string detail = TakeTlsErrors();
      if (verified != X509_V_OK) {
        detail += fmt::format(": {}", X509_verify_cert_error_string(verified));
      }
      Refuse(ReasonOf(verified), std::move(detail), {});
    }
  }
  done(boost::asio::error::connection_refused);
}

void TlsStream::Refuse(std::string_view reason, std::string detail, std::string_view last_words) {
  refusal_ = {reason, std::move(detail), last_words};
  is_raw_ = true;
}

ByteStream::Error TlsStream::ToError(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return boost::asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return boost::asio::error::eof;
    case SSL_ERROR_SYSCALL:
      return errno == 0 ? Error(boost::asio::error::eof)
                        : Error(errno, boost::system::system_category());
    default:
      // A record that was tampered with, or an alert. Details would go to nobody.
      return boost::asio::error::connection_aborted;
  }
}

ByteStream::Result TlsStream::Read(std::span<char> into) {
  if (is_raw_) {
    return TcpStream::Read(into);
  }
  Result result;
  // Several records: a record is much less than what a fast client sends meanwhile.
  while (!read_error_ && result.bytes < into.size()) {
    ERR_clear_error();
    errno = 0;
    const size_t room = std::min(into.size() - result.bytes, kMostAtOnce);
    const int read = SSL_read(ssl_.get(), into.data() + result.bytes, static_cast<int>(room));
    if (read <= 0) {
      read_error_ = ToError(read);
      reading_waits_for_ = SSL_want_write(ssl_.get()) ? Wait::wait_write : Wait::wait_read;
      break;
    }
    result.bytes += static_cast<size_t>(read);
  }
  if (read_error_ == boost::asio::error::would_block) {
    result.error = result.bytes == 0 ? std::exchange(read_error_, {}) : Error();
    read_error_ = {};
  } else if (result.bytes == 0) {
    result.error = read_error_;
  }
  return result;
}

ByteStream::Result TlsStream::Write(std::string_view bytes) {
  if (is_raw_) {
    return TcpStream::Write(bytes);
  }
  Result result;
  ERR_clear_error();
  errno = 0;
  const int size = static_cast<int>(std::min(bytes.size(), kMostAtOnce));
  const int written = SSL_write(ssl_.get(), bytes.data(), size);
  if (written > 0) {
    result.bytes = static_cast<size_t>(written);
    return result;
  }
  result.error = ToError(written);
  writing_waits_for_ = SSL_want_read(ssl_.get()) ? Wait::wait_read : Wait::wait_write;
  return result;
}

void TlsStream::WaitReadable(Ready ready) {
  const bool has_more = !is_raw_ && (read_error_ || SSL_pending(ssl_.get()) > 0);
  if (has_more) {
    boost::asio::post(socket().get_executor(), [ready = std::move(ready)] { ready({}); });
    return;
  }
  socket().async_wait(std::exchange(reading_waits_for_, Wait::wait_read), std::move(ready));
}

void TlsStream::WaitWritable(Ready ready) {
  socket().async_wait(std::exchange(writing_waits_for_, Wait::wait_write), std::move(ready));
}

void TlsStream::ShutdownSend() {
  if (!is_raw_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  TcpStream::ShutdownSend();
}

}  // namespace tidings::net
