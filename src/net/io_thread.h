#pragma once

#include <memory>
#include <thread>
#include <unordered_set>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/http_head.h"

namespace tidings::net {

class Connection;

/// One thread that runs the io of its connections.
///
/// Thread safety: io() and load() from any thread, the rest on the thread itself.
class IoThread {
 public:
  explicit IoThread(uint64_t seed);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& io() { return io_; }
  /// Lets the thread end when nothing is left to do, and waits for it.
  void Join();

  void Add(std::shared_ptr<Connection> connection);
  void Remove(const std::shared_ptr<Connection>& connection);
  const std::unordered_set<std::shared_ptr<Connection>>& connections() const {
    return connections_;
  }
  /// Roughly how many connections it has, for placing the next one.
  size_t load() const { return load_.load(std::memory_order_relaxed); }

  /// A buffer that nobody else holds.
  const std::shared_ptr<char[]>& ReadBuffer();
  RequestIdSource& request_ids() { return request_ids_; }
  HttpDate& date() { return date_; }

 private:
  boost::asio::io_context io_{1};
  /// Never set. An io_context opens the descriptors that it waits with when the first timer or
  /// socket is made on it: here at the start, not when connections have taken the last ones.
  boost::asio::steady_timer opens_descriptors_{io_};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::atomic<size_t> load_{0};
  std::shared_ptr<char[]> read_buffer_;
  RequestIdSource request_ids_;
  HttpDate date_;
  std::jthread thread_;
};

}  // namespace tidings::net
