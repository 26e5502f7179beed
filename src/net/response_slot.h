#pragma once

#include <memory>
#include <string>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "net/budget.h"
#include "net/http.h"
#include "net/mailbox.h"

namespace tidings::net {

/// Who takes the one answer to a request, on the connection's io thread.
class ResponseTaker {
 public:
  virtual ~ResponseTaker() = default;
  virtual void OnResponse(HttpResponse response) = 0;
};

/// What the copies of a Responder share: the first answer counts, and if they all go without one,
/// the fallback is sent, so that no client waits for ever.
///
/// Thread safety: safe.
class ResponseSlot {
 public:
  ResponseSlot(
      std::shared_ptr<Mailbox> mailbox,
      std::weak_ptr<ResponseTaker> taker,
      std::string accept_encoding
  );
  ~ResponseSlot();
  ResponseSlot(const ResponseSlot&) = delete;
  ResponseSlot& operator=(const ResponseSlot&) = delete;

  void Answer(HttpResponse response);
  void SetFallback(HttpResponse fallback);
  /// Bytes that are given back with the answer.
  void HoldRoom(std::shared_ptr<InflightAccount> account, size_t bytes);

  static Responder ResponderFor(std::shared_ptr<ResponseSlot> slot);

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  const std::weak_ptr<ResponseTaker> taker_;
  const std::string accept_encoding_;
  Mutex mutex_;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  HttpResponse fallback_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<InflightAccount> account_ ABSL_GUARDED_BY(mutex_);
  size_t held_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidings::net
