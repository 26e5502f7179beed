#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/rest/context.h"
#include "api/rest/tail_feed.h"
#include "base/text_map.h"
#include "event/expression.h"
#include "net/access.h"
#include "net/http.h"
#include "store/event_store.h"

namespace tidings::rest {

/// What a reader of the live tail wants.
struct TailQuestion {
  Expression where;
  /// The sequence up to which the reader knows everything.
  uint64_t after = 0;
  /// Changes that were committed earlier are not told (0: all are): where reading begins at a time.
  int64_t not_before_ms = 0;
  /// Told at once: changes were missed, nobody knows how many.
  bool has_lost_place = false;
  bool render = false;
};

/// Writes feed items as Server-Sent Events (HTML standard, 9.2), and knows what a reader was told.
///
/// Thread safety: one thread at a time.
class TailWriter {
 public:
  explicit TailWriter(TailQuestion question) : question_(std::move(question)) {}

  /// Appends what the reader is to be told of the item.
  void Write(const TailItem& item, int64_t now_ms, std::string& out);
  /// A change that a later one replaced was not told.
  static void WriteLag(std::optional<uint64_t> missed, std::string& out);
  /// A sign of life, which also tells the reader's place.
  static void WriteComment(uint64_t sequence, std::string& out);

 private:
  bool MayHaveBeenTold(const EventView& event);
  void NoteTold(const EventView& event);

  const TailQuestion question_;
  /// Ids that were told as they were with their first report: a second one in the same millisecond
  /// looks like the first. The younger half, and the older one.
  std::array<TextSet, 2> told_as_new_;
};

/// The live tail of one reader.
///
/// Thread safety: as BodyStream.
class TailStream final : public net::BodyStream, public std::enable_shared_from_this<TailStream> {
 public:
  /// Ends when `permission` holds no more.
  TailStream(SharedContext context, const TailQuestion& question, net::Permission permission);

  void Pull(Give give) override;
  void BeginDrain() override { drains_ = true; }

 private:
  void Step(const Give& give);
  /// What there is to tell now; nothing when the feed has nothing new.
  absl::StatusOr<std::string> ReadOn();
  void WaitAndPull(const Give& give);

  const SharedContext context_;
  TailWriter writer_;
  net::Permission permission_;
  uint64_t position_;
  bool has_lost_place_;
  std::atomic<bool> drains_ = false;
  /// When something was given last.
  std::chrono::steady_clock::time_point given_;
};

}  // namespace tidings::rest
