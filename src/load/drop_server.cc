#include "load/drop_server.h"

#include <cerrno>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include "base/status.h"
#include "load/drop_session.h"
#include "load/poller.h"
#include "load/process_usage.h"

namespace tidings::load {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10;

struct Client {
  Socket socket;
  std::unique_ptr<DropSession> session;
  std::string out;
};

/// The loop of the server's thread.
class DropLoop {
 public:
  DropLoop(Protocol protocol, const Socket& listener, const Socket& woken)
      : protocol_(protocol), listener_(listener), woken_(woken), buffer_(kReadBytes) {
    poller_.Add(listener.fd(), Tag(listener), EPOLLIN);
    poller_.Add(woken.fd(), Tag(woken), EPOLLIN);
  }

  void Run() {
    while (!is_over_) {
      poller_.Wait(std::nullopt, [this](uint64_t tag, uint32_t /*events*/) { OnReady(tag); });
    }
  }

 private:
  static uint64_t Tag(const Socket& socket) { return static_cast<uint64_t>(socket.fd()); }

  void OnReady(uint64_t tag) {
    if (tag == Tag(woken_)) {
      is_over_ = true;
    } else if (tag == Tag(listener_)) {
      AcceptAll();
    } else if (!Serve(clients_.at(tag))) {
      clients_.erase(tag);
    }
  }

  void AcceptAll() {
    while (true) {
      Socket socket = listener_.Accept();
      if (socket.fd() < 0) {
        return;
      }
      const uint64_t tag = Tag(socket);
      poller_.Add(socket.fd(), tag, EPOLLIN);
      clients_[tag] = {
          .socket = std::move(socket), .session = MakeDropSession(protocol_), .out = {}};
    }
  }

  /// False when the connection is over.
  bool Serve(Client& client) {
    const Socket::Moved read = client.socket.Read(buffer_.data(), buffer_.size());
    if (read.is_over || !client.session->Take({buffer_.data(), read.bytes}, client.out).ok()) {
      return false;
    }
    const Socket::Moved written =
        client.out.empty() ? Socket::Moved{} : client.socket.Write(client.out);
    client.out.erase(0, written.bytes);
    poller_.Change(
        client.socket.fd(), Tag(client.socket), client.out.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT
    );
    return !written.is_over;
  }

  const Protocol protocol_;
  const Socket& listener_;
  const Socket& woken_;
  Poller poller_;
  std::unordered_map<uint64_t, Client> clients_;
  std::vector<char> buffer_;
  bool is_over_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DropServer>> DropServer::Start(Protocol protocol) {
  absl::StatusOr<Socket> listener = Socket::Listen();
  if (!listener.ok()) {
    return listener.status();
  }
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
    return Unavailable("no socket pair: {}", std::generic_category().message(errno));
  }
  return std::unique_ptr<DropServer>(
      new DropServer(protocol, *std::move(listener), Socket(pair[0]), Socket(pair[1]))
  );
}

DropServer::DropServer(Protocol protocol, Socket listener, Socket waker, Socket woken)
    : protocol_(protocol),
      listener_(std::move(listener)),
      waker_(std::move(waker)),
      woken_(std::move(woken)),
      thread_([this] { Serve(); }) {}

DropServer::~DropServer() {
  Stop();
}

void DropServer::Serve() {
  DropLoop(protocol_, listener_, woken_).Run();
  cpu_seconds_ = ThreadCpuSeconds();
}

void DropServer::Stop() {
  if (thread_.joinable()) {
    waker_.Write("x");
    thread_.join();
  }
}

}  // namespace tidings::load
