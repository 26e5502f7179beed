#include "net/acceptor.h"

#include <utility>

#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include "base/status.h"
#include "net/listen_address.h"
#include "net/port_holder.h"

namespace tidings::net {

using boost::asio::ip::tcp;

namespace {

/// What to do about it besides setting the key to another address.
std::string AdviceFor(const tcp::endpoint& endpoint, const boost::system::error_code& error) {
  if (error == boost::asio::error::address_in_use) {
    const std::string holder = FindPortHolder(endpoint.port());
    return holder.empty() ? "Stop what holds it"
                          : fmt::format("It is held by {}: stop that", holder);
  }
  if (error == boost::system::errc::address_not_available) {
    return "No interface of this machine has that address (ip address lists them): give it to one";
  }
  if (error == boost::asio::error::access_denied) {
    return "Ports below 1024 are for root and for who has CAP_NET_BIND_SERVICE: give it that";
  }
  return {};
}

absl::Status BindFault(
    const tcp::endpoint& endpoint, std::string_view key, const boost::system::error_code& error
) {
  const std::string advice = AdviceFor(endpoint, error);
  return Unavailable(
      "cannot listen on {} ({}): {}. {} {} to another address, or to 'off' to do without",
      FormatEndpoint(endpoint),
      key,
      error.message(),
      advice.empty() ? "Set" : advice + ", or set",
      key
  );
}

}  // namespace

absl::StatusOr<std::shared_ptr<Acceptor>> Acceptor::Bind(
    boost::asio::io_context& io, const tcp::endpoint& endpoint, std::string_view key
) {
  std::shared_ptr<Acceptor> bound(new Acceptor(io));
  tcp::acceptor& acceptor = bound->acceptor_;
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    // Connections of the server before may still be in TIME_WAIT; a restart binds at once.
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (!error) {
    acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return BindFault(endpoint, key, error);
  }
  bound->endpoint_ = acceptor.local_endpoint(error);
  return bound;
}

void Acceptor::SetTaker(ChooseIo choose, Accepted accepted) {
  choose_ = std::move(choose);
  accepted_ = std::move(accepted);
}

void Acceptor::Serve(std::shared_ptr<const ListenerServices> services) {
  const bool is_first = services_ == nullptr;
  services_ = std::move(services);
  if (is_first) {
    AcceptNext();
  }
}

void Acceptor::AcceptNext() {
  acceptor_.async_accept(
      choose_(),
      [self = shared_from_this()](const boost::system::error_code& error, tcp::socket socket) {
        if (!self->acceptor_.is_open()) {
          return;
        }
        if (error && error != boost::asio::error::connection_aborted) {
          self->RestThenAccept(error);
          return;
        }
        if (!error) {
          self->accepted_(std::move(socket), *self);
        }
        self->AcceptNext();
      }
  );
}

void Acceptor::RestThenAccept(const boost::system::error_code& error) {
  // No file descriptors, most likely: those who are connected are served on, the others wait.
  constexpr std::chrono::milliseconds kRest(100);
  constexpr std::chrono::minutes kOver(1);
  const auto now = std::chrono::steady_clock::now();
  const auto failed = std::exchange(failed_, now);
  // Said once while it lasts: in between some get in, when others leave.
  if (!failed || now - *failed > kOver) {
    spdlog::error(
        "cannot accept connections on {}: {}; trying on", FormatEndpoint(endpoint_), error.message()
    );
  }
  rest_.expires_after(kRest);
  rest_.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
    if (!stopped && self->acceptor_.is_open()) {
      self->AcceptNext();
    }
  });
}

void Acceptor::BeginStop() {
  if (!services_ || !services_->when_stopping) {
    Close();
    return;
  }
  services_ = services_->when_stopping;
}

void Acceptor::Close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  rest_.cancel();
}

}  // namespace tidings::net
