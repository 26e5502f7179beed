#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <boost/asio/io_context.hpp>

#include "base/mutex.h"

namespace tidings::net {

/// How other threads reach a connection: what they post is run on its io thread, everything that
/// has come together in one go, and then `after` once (so that many answers leave in one write).
///
/// Thread safety: Post is safe. Open and Close: the io thread.
/// Lifetime:      shared by the connection and its responders; after Close posts are dropped, and
///                the io thread is not touched any more.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  using Task = std::function<void()>;

  explicit Mailbox(boost::asio::io_context& io) : io_(io) {}

  void Open(Task after);
  /// False, and the task is dropped, after Close.
  bool Post(Task task);
  void Close();

 private:
  void RunAll();

  boost::asio::io_context& io_;
  Task after_;
  Mutex mutex_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool scheduled_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidings::net
