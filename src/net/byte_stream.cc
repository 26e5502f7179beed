#include "net/byte_stream.h"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace tidings::net {

using boost::asio::ip::tcp;

TcpStream::TcpStream(tcp::socket socket) : socket_(std::move(socket)) {
  Error ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
}

void TcpStream::Handshake(Ready done) {
  boost::asio::post(socket_.get_executor(), [done = std::move(done)] { done({}); });
}

ByteStream::Result TcpStream::Read(std::span<char> into) {
  Result result;
  result.bytes = socket_.read_some(boost::asio::buffer(into.data(), into.size()), result.error);
  return result;
}

ByteStream::Result TcpStream::Write(std::string_view bytes) {
  Result result;
  result.bytes = socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), result.error);
  return result;
}

void TcpStream::WaitReadable(Ready ready) {
  socket_.async_wait(tcp::socket::wait_read, std::move(ready));
}

void TcpStream::WaitWritable(Ready ready) {
  socket_.async_wait(tcp::socket::wait_write, std::move(ready));
}

void TcpStream::ShutdownSend() {
  Error ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void TcpStream::Close() {
  Error ignored;
  socket_.close(ignored);
}

}  // namespace tidings::net
