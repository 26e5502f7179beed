#include "net/response_slot.h"

#include <utility>

#include "net/http_head.h"

namespace tidings::net {
namespace {

/// Would be read as more headers, or as another answer.
bool IsUnsafe(const Header& header) {
  constexpr std::string_view kEndsAHeader("\r\n\0", 3);
  return header.value.find_first_of(kEndsAHeader) != std::string::npos;
}

}  // namespace

ResponseSlot::ResponseSlot(
    std::shared_ptr<Mailbox> mailbox,
    std::weak_ptr<ResponseTaker> taker,
    std::string accept_encoding
)
    : mailbox_(std::move(mailbox)),
      taker_(std::move(taker)),
      accept_encoding_(std::move(accept_encoding)),
      fallback_(Problem(500, "internal", "Internal error", "the request was dropped unanswered")) {}

// NOLINTNEXTLINE(bugprone-exception-escape): only for want of memory, which ends the process.
ResponseSlot::~ResponseSlot() {
  HttpResponse fallback;
  {
    const MutexLock lock(mutex_);
    fallback = std::move(fallback_);
  }
  Answer(std::move(fallback));
}

void ResponseSlot::Answer(HttpResponse response) {
  std::shared_ptr<InflightAccount> account;
  size_t held = 0;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(answered_, true)) {
      return;
    }
    account = std::move(account_);
    held = std::exchange(held_bytes_, 0);
  }
  if (account) {
    account->Release(held);
  }
  std::erase_if(response.headers, IsUnsafe);
  // Here, and not on the io thread, which has others to serve.
  CompressBody(response, accept_encoding_);
  const auto shared = std::make_shared<HttpResponse>(std::move(response));
  mailbox_->Post([taker = taker_, shared] {
    if (const auto alive = taker.lock()) {
      alive->OnResponse(std::move(*shared));
    }
  });
}

void ResponseSlot::SetFallback(HttpResponse fallback) {
  const MutexLock lock(mutex_);
  fallback_ = std::move(fallback);
}

void ResponseSlot::HoldRoom(std::shared_ptr<InflightAccount> account, size_t bytes) {
  {
    const MutexLock lock(mutex_);
    if (!answered_) {
      account_ = std::move(account);
      held_bytes_ = bytes;
      return;
    }
  }
  account->Release(bytes);
}

Responder ResponseSlot::ResponderFor(std::shared_ptr<ResponseSlot> slot) {
  return [slot = std::move(slot)](HttpResponse response) { slot->Answer(std::move(response)); };
}

}  // namespace tidings::net
