#include "load/socket.h"

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/status.h"

namespace tidings::load {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::StatusOr<AddressList> Resolve(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), fmt::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return Unavailable("cannot find {}: {}", host, gai_strerror(error));
  }
  return AddressList(found, &freeaddrinfo);
}

Socket::Moved Outcome(ssize_t moved) {
  if (moved > 0) {
    return {.bytes = static_cast<size_t>(moved)};
  }
  const bool would_block = moved < 0 && (errno == EAGAIN || errno == EINTR);
  return {.is_over = !would_block};
}

void SendAtOnce(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Socket::~Socket() {
  if (fd_ >= 0) {
    close(fd_);
  }
}

absl::StatusOr<Socket> Socket::Connect(const std::string& host, uint16_t port) {
  const absl::StatusOr<AddressList> addresses = Resolve(host, port);
  if (!addresses.ok()) {
    return addresses.status();
  }
  int error = 0;
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
    Socket socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol));
    if (socket.fd() >= 0 && connect(socket.fd(), at->ai_addr, at->ai_addrlen) == 0) {
      SendAtOnce(socket.fd());
      fcntl(socket.fd(), F_SETFL, O_NONBLOCK);
      return socket;
    }
    error = errno;
  }
  return Unavailable(
      "cannot connect to {}:{}: {}", host, port, std::generic_category().message(error)
  );
}

absl::StatusOr<Socket> Socket::Listen() {
  constexpr int kBacklog = 4096;
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(socket.fd(), kBacklog) != 0) {
    return Unavailable("cannot listen on 127.0.0.1: {}", std::generic_category().message(errno));
  }
  return socket;
}

uint16_t Socket::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

Socket Socket::Accept() const {
  Socket accepted(accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (accepted.fd() >= 0) {
    SendAtOnce(accepted.fd());
  }
  return accepted;
}

Socket::Moved Socket::Read(char* into, size_t size) const {
  return Outcome(recv(fd_, into, size, 0));
}

Socket::Moved Socket::Write(std::string_view bytes) const {
  return Outcome(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

}  // namespace tidings::load
