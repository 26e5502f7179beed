#include "api/rest/tail_feed.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "codec/json/event_json.h"

namespace tidings::rest {
namespace {

/// What is kept for readers that come a little later; beyond, they read alone.
constexpr size_t kMostKeptBytes = size_t{8} << 20;
/// An event, and its messages.
constexpr size_t kBytesPerEventByte = 3;

}  // namespace

void WriteTailMessage(
    std::string_view kind, std::optional<uint64_t> sequence, std::string_view data, std::string& out
) {
  if (sequence) {
    fmt::format_to(std::back_inserter(out), "id: {}\n", *sequence);
  }
  fmt::format_to(std::back_inserter(out), "event: {}\ndata: {}\n\n", kind, data);
}

std::string_view TailItem::Message(bool render) const {
  Written& written = written_[render ? 1 : 0];
  std::call_once(written.once, [&] {
    std::string data;
    JsonWriter json(data);
    json::WriteEvent(json, event(), {.render = render});
    WriteTailMessage("changed", sequence(), data, written.text);
  });
  return written.text;
}

absl::StatusOr<std::shared_ptr<const TailPiece>> TailFeed::Read(uint64_t after) {
  {
    const MutexLock lock(mutex_);
    if (auto found = Find(after)) {
      return found;
    }
    const bool is_near_the_end = kept_.empty() || after >= kept_.back().piece->back().sequence();
    if (is_near_the_end) {
      absl::StatusOr<Kept> read = ReadStore(after);
      if (!read.ok() || !read->piece) {
        return read.ok() ? absl::StatusOr<std::shared_ptr<const TailPiece>>(nullptr)
                         : read.status();
      }
      auto piece = read->piece;
      Keep(*std::move(read));
      return piece;
    }
  }
  absl::StatusOr<Kept> read = ReadStore(after);
  return read.ok() ? absl::StatusOr<std::shared_ptr<const TailPiece>>(std::move(read->piece))
                   : read.status();
}

absl::StatusOr<TailFeed::Kept> TailFeed::ReadStore(uint64_t after) const {
  absl::StatusOr<std::vector<FeedItem>> items = store_.ReadFeed(after, kItemsPerPiece);
  if (!items.ok()) {
    return items.status();
  }
  Kept read = {.after = after, .piece = nullptr};
  if (items->empty()) {
    return read;
  }
  auto piece = std::make_shared<TailPiece>();
  for (FeedItem& item : *items) {
    read.bytes += kBytesPerEventByte * piece->emplace_back(std::move(item)).bytes();
  }
  read.piece = std::move(piece);
  return read;
}

std::shared_ptr<const TailPiece> TailFeed::Find(uint64_t after) const {
  const auto behind =
      std::upper_bound(kept_.begin(), kept_.end(), after, [](uint64_t place, const Kept& kept) {
        return place < kept.after;
      });
  if (behind == kept_.begin()) {
    return nullptr;
  }
  const Kept& found = *std::prev(behind);
  return after < found.piece->back().sequence() ? found.piece : nullptr;
}

void TailFeed::Keep(Kept read) {
  if (!kept_.empty() && read.after != kept_.back().piece->back().sequence()) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  kept_bytes_ += read.bytes;
  kept_.push_back(std::move(read));
  while (kept_bytes_ > kMostKeptBytes) {
    kept_bytes_ -= kept_.front().bytes;
    kept_.pop_front();
  }
}

}  // namespace tidings::rest
