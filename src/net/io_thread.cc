#include "net/io_thread.h"

#include <utility>

#include "net/connection.h"
#include "net/transport.h"

namespace tidings::net {

IoThread::IoThread(uint64_t seed)
    : work_(boost::asio::make_work_guard(io_)),
      request_ids_(seed),
      thread_([this] { io_.run(); }) {}

IoThread::~IoThread() {
  io_.stop();
  Join();
}

void IoThread::Join() {
  work_.reset();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void IoThread::Add(std::shared_ptr<Connection> connection) {
  connections_.insert(std::move(connection));
  load_.store(connections_.size(), std::memory_order_relaxed);
}

void IoThread::Remove(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  load_.store(connections_.size(), std::memory_order_relaxed);
}

const std::shared_ptr<char[]>& IoThread::ReadBuffer() {
  if (!read_buffer_ || read_buffer_.use_count() > 1) {
    read_buffer_ = std::make_shared_for_overwrite<char[]>(kReadBufferBytes);
  }
  return read_buffer_;
}

}  // namespace tidings::net
