#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>

#include "base/mutex.h"
#include "store/event_store.h"

namespace tidings::rest {

/// One change of the feed, and the message that tells of it, which is the same for every reader.
///
/// Thread safety: safe.
class TailItem {
 public:
  explicit TailItem(FeedItem item) : item_(std::move(item)) {}

  uint64_t sequence() const { return item_.sequence; }
  const EventView& event() const { return item_.event.view(); }
  size_t bytes() const { return item_.event.bytes(); }
  /// The event as a Server-Sent Event; written for the first who asks.
  std::string_view Message(bool render) const;

 private:
  struct Written {
    std::once_flag once;
    std::string text;
  };

  const FeedItem item_;
  /// Plain, and rendered.
  mutable std::array<Written, 2> written_;
};

/// Ascending, each event once.
using TailPiece = std::deque<TailItem>;

/// The end of the feed, read once for all readers of the live tail: who is near it gets a piece
/// that another has read. Who is far behind reads alone.
///
/// Thread safety: safe; a reader waits while another one reads the same piece.
/// Lifetime:      borrows the store.
class TailFeed {
 public:
  /// Of the feed, in one go.
  static constexpr size_t kItemsPerPiece = 1'000;

  explicit TailFeed(const EventStore& store) : store_(store) {}

  /// A piece whose last item is behind `after`; items up to `after` may stand before those that are
  /// new. Null when there is nothing new.
  absl::StatusOr<std::shared_ptr<const TailPiece>> Read(uint64_t after);

 private:
  struct Kept {
    /// Nothing of the feed is missing between it and the piece's last item.
    uint64_t after = 0;
    std::shared_ptr<const TailPiece> piece;
    size_t bytes = 0;
  };

  absl::StatusOr<Kept> ReadStore(uint64_t after) const;
  std::shared_ptr<const TailPiece> Find(uint64_t after) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(Kept read) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const EventStore& store_;
  Mutex mutex_;
  /// Each begins where the one before ends.
  std::deque<Kept> kept_ ABSL_GUARDED_BY(mutex_);
  size_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

/// Appends a Server-Sent Event (HTML standard, 9.2); without `sequence`, it leaves the reader's
/// place as it was.
void WriteTailMessage(
    std::string_view kind, std::optional<uint64_t> sequence, std::string_view data, std::string& out
);

}  // namespace tidings::rest
