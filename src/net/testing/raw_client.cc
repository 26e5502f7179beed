#include "net/testing/raw_client.h"

#include <array>
#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tidings::net {

RawClient::RawClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) {
    close(fd_);
  }
}

bool RawClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void RawClient::HalfClose() const {
  shutdown(fd_, SHUT_WR);
}

std::string RawClient::ReadSome(std::chrono::milliseconds patience) {
  pollfd waiting{fd_, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) {
    return {};
  }
  std::array<char, 65536> buffer{};
  const ssize_t received = recv(fd_, buffer.data(), buffer.size(), 0);
  return received <= 0 ? std::string() : std::string(buffer.data(), received);
}

std::string RawClient::ReadUntil(std::string_view text) {
  std::string all;
  while (all.find(text) == std::string::npos) {
    const std::string more = ReadSome();
    if (more.empty()) {
      break;
    }
    all += more;
  }
  return all;
}

std::string RawClient::ReadToEnd() {
  std::string all;
  for (std::string more = ReadSome(); !more.empty(); more = ReadSome()) {
    all += more;
  }
  return all;
}

bool RawClient::IsClosedWithin(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    pollfd waiting{fd_, POLLIN, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now()
    );
    if (poll(&waiting, 1, static_cast<int>(left.count()) + 1) <= 0) {
      continue;
    }
    std::array<char, 65536> buffer{};
    if (recv(fd_, buffer.data(), buffer.size(), 0) <= 0) {
      return true;
    }
  }
  return false;
}

}  // namespace tidings::net
