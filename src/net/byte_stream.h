#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace tidings::net {

/// A connection's bytes, plain or encrypted. Reading and writing never wait; waiting needs no
/// buffer, so that an idle connection costs little.
///
/// Thread safety: one io thread.
class ByteStream {
 public:
  using Error = boost::system::error_code;
  using Ready = std::function<void(Error)>;
  struct Result {
    size_t bytes = 0;
    Error error;  ///< would_block: wait; eof: the peer sends no more
  };

  /// Why a handshake failed.
  struct Refusal {
    /// A label of metrics.
    std::string_view reason;
    std::string detail;
    /// To be sent as it is, since the peer does not understand the stream.
    std::string_view last_words;
  };

  virtual ~ByteStream() = default;

  /// Makes the stream usable (a TLS handshake); calls `done` once. After a failure the stream
  /// still carries `last_words`, and can be shut down in order.
  virtual void Handshake(Ready done) = 0;
  virtual Refusal refusal() const { return {}; }
  virtual Result Read(std::span<char> into) = 0;
  virtual Result Write(std::string_view bytes) = 0;
  /// Calls `ready` once, when a Read or Write may get on. One of each at a time.
  virtual void WaitReadable(Ready ready) = 0;
  virtual void WaitWritable(Ready ready) = 0;
  /// Tells the peer that nothing more will come.
  virtual void ShutdownSend() = 0;
  /// Outstanding waits end with operation_aborted.
  virtual void Close() = 0;
};

/// TCP without encryption.
class TcpStream : public ByteStream {
 public:
  explicit TcpStream(boost::asio::ip::tcp::socket socket);

  void Handshake(Ready done) override;
  Result Read(std::span<char> into) override;
  Result Write(std::string_view bytes) override;
  void WaitReadable(Ready ready) override;
  void WaitWritable(Ready ready) override;
  void ShutdownSend() override;
  void Close() override;

 protected:
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace tidings::net
