#include "load/idle_connections.h"

#include <array>
#include <poll.h>
#include <string_view>

#include <sys/resource.h>

#include "base/status.h"

namespace tidings::load {
namespace {

constexpr int kAnswerMs = 10'000;

void AllowOpenFiles(size_t count) {
  constexpr size_t kOthers = 64;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < count + kOthers) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

std::string_view FirstWords(Protocol protocol) {
  using namespace std::string_view_literals;
  return HasStreams(protocol) ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"sv
                              : "GET /readyz HTTP/1.1\r\nhost: bench\r\n\r\n"sv;
}

absl::Status SpeakOnce(const Socket& socket, Protocol protocol, size_t number) {
  socket.Write(FirstWords(protocol));
  pollfd wait{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  poll(&wait, 1, kAnswerMs);
  std::array<char, 4096> answer{};
  if (socket.Read(answer.data(), answer.size()).bytes == 0) {
    return Unavailable(
        "idle connection {} was not answered; is the server's limit of connections or of open "
        "files lower?",
        number
    );
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Socket>> OpenIdleConnections(
    const Target& target, Protocol protocol, size_t count
) {
  AllowOpenFiles(count);
  std::vector<Socket> sockets;
  sockets.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    absl::StatusOr<Socket> socket = Socket::Connect(target.host, target.port);
    if (!socket.ok()) {
      return socket.status();
    }
    if (absl::Status status = SpeakOnce(*socket, protocol, i); !status.ok()) {
      return status;
    }
    sockets.push_back(*std::move(socket));
  }
  return sockets;
}

}  // namespace tidings::load
