#include "net/mailbox.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace tidings::net {

void Mailbox::Open(Task after) {
  after_ = std::move(after);
}

bool Mailbox::Post(Task task) {
  const MutexLock lock(mutex_);
  if (closed_) {
    return false;
  }
  tasks_.push_back(std::move(task));
  if (!scheduled_) {
    scheduled_ = true;
    boost::asio::post(io_, [self = shared_from_this()] { self->RunAll(); });
  }
  return true;
}

void Mailbox::Close() {
  // Dropped tasks may hold the last reference to something that posts when it dies: not under the
  // mutex.
  std::vector<Task> dropped;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    dropped.swap(tasks_);
  }
  after_ = nullptr;
}

void Mailbox::RunAll() {
  std::vector<Task> tasks;
  {
    const MutexLock lock(mutex_);
    tasks.swap(tasks_);
    scheduled_ = false;
  }
  for (Task& task : tasks) {
    if (after_ == nullptr) {
      return;  // A task before it closed the connection.
    }
    task();
  }
  if (after_ != nullptr) {
    const Task after = after_;
    after();
  }
}

}  // namespace tidings::net
