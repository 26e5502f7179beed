#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <absl/status/statusor.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/front_context.h"

namespace tidings::net {

/// A bound address that takes connections, once it is told for what.
///
/// Thread safety: Bind, then SetTaker: any thread. The rest: the io thread it was given.
/// Lifetime:      held by its outstanding accept until Close.
/// Errors:        Bind: kUnavailable, which names listener, address, key and the port's holder.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  /// Where the next connection's io is to run.
  using ChooseIo = std::function<boost::asio::io_context&()>;
  using Accepted = std::function<void(boost::asio::ip::tcp::socket, const Acceptor&)>;

  static absl::StatusOr<std::shared_ptr<Acceptor>> Bind(
      boost::asio::io_context& io,
      const boost::asio::ip::tcp::endpoint& endpoint,
      std::string_view key
  );

  /// Before Serve.
  void SetTaker(ChooseIo choose, Accepted accepted);
  /// Takes connections for these from now on. Who came before the first call has waited for it.
  void Serve(std::shared_ptr<const ListenerServices> services);
  /// From now on it serves what is served while the front stops; without such, it closes.
  void BeginStop();
  void Close();

  boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }
  const std::shared_ptr<const ListenerServices>& services() const { return services_; }

 private:
  explicit Acceptor(boost::asio::io_context& io) : acceptor_(io), rest_(io) {}
  void AcceptNext();
  void RestThenAccept(const boost::system::error_code& error);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer rest_;
  boost::asio::ip::tcp::endpoint endpoint_;
  /// Null: nobody is taken yet.
  std::shared_ptr<const ListenerServices> services_;
  ChooseIo choose_;
  Accepted accepted_;
  std::optional<std::chrono::steady_clock::time_point> failed_;
};

}  // namespace tidings::net
