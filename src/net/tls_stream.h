#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/byte_stream.h"
#include "net/tls_context.h"

namespace tidings::net {

/// TLS on a socket, the server's side.
///
/// OpenSSL works on the socket itself; Boost.Asio only waits for it. Asio's own TLS stream copies
/// through buffers of 50 KiB per connection, as much as a whole idle connection may cost here.
/// Thread safety: one io thread.
class TlsStream final : public TcpStream {
 public:
  TlsStream(boost::asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> context);
  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  void Handshake(Ready done) override;
  Refusal refusal() const override { return refusal_; }
  Result Read(std::span<char> into) override;
  Result Write(std::string_view bytes) override;
  void WaitReadable(Ready ready) override;
  void WaitWritable(Ready ready) override;
  void ShutdownSend() override;

 private:
  using Wait = boost::asio::ip::tcp::socket::wait_type;

  void WaitThenAdvance(Wait what, Ready done);
  void Advance(Ready done);
  /// Whether the first byte has come; refuses who does not speak TLS.
  bool CheckFirstBytes();
  void Refuse(std::string_view reason, std::string detail, std::string_view last_words);
  Error ToError(int result);

  const std::shared_ptr<const TlsContext> context_;
  const SslPointer ssl_;
  Refusal refusal_;
  /// What ended the reading, behind bytes that were read.
  Error read_error_;
  bool first_bytes_checked_ = false;
  /// Bytes go as they are: nothing more is to be said in TLS.
  bool is_raw_ = false;
  Wait reading_waits_for_ = Wait::wait_read;
  Wait writing_waits_for_ = Wait::wait_write;
};

}  // namespace tidings::net
