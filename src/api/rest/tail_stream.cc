#include "api/rest/tail_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "event/filter.h"

namespace tidings::rest {
namespace {

constexpr std::chrono::seconds kCommentEvery(15);
/// Without news it is looked as often whether the server stops, or the reader's token was taken
/// back.
constexpr std::chrono::milliseconds kPatience(1'000);
constexpr size_t kRememberedIds = 5'000;

}  // namespace

void TailWriter::Write(const TailItem& item, int64_t now_ms, std::string& out) {
  const EventView& event = item.event();
  if (event.received_last < question_.not_before_ms) {
    return;
  }
  if (!event.withdrawn && Holds(question_.where, event, now_ms)) {
    NoteTold(event);
    out += item.Message(question_.render);
  } else if (MayHaveBeenTold(event)) {
    std::string data;
    JsonWriter(data).BeginObject().Key("id").String(event.id).EndObject();
    WriteTailMessage("gone", item.sequence(), data, out);
  }
}

bool TailWriter::MayHaveBeenTold(const EventView& event) {
  return event.withdrawn || event.received_first != event.received_last ||
         std::any_of(told_as_new_.begin(), told_as_new_.end(), [&event](const auto& ids) {
           return ids.contains(event.id);
         });
}

void TailWriter::NoteTold(const EventView& event) {
  if (event.received_first != event.received_last) {
    return;
  }
  if (told_as_new_[0].size() == kRememberedIds) {
    told_as_new_[1] = std::exchange(told_as_new_[0], {});
  }
  told_as_new_[0].emplace(event.id);
}

void TailWriter::WriteLag(std::optional<uint64_t> missed, std::string& out) {
  WriteTailMessage(
      "lag",
      std::nullopt,
      missed ? fmt::format("{{\"missed\":{}}}", *missed) : R"({"missed":null})",
      out
  );
}

void TailWriter::WriteComment(uint64_t sequence, std::string& out) {
  fmt::format_to(std::back_inserter(out), ": here\nid: {}\n\n", sequence);
}

TailStream::TailStream(
    SharedContext context, const TailQuestion& question, net::Permission permission
)
    : context_(std::move(context)),
      writer_(question),
      permission_(std::move(permission)),
      position_(question.after),
      has_lost_place_(question.has_lost_place),
      given_(context_->dependencies.clock.Steady()) {}

void TailStream::Pull(Give give) {
  const auto step = [self = shared_from_this(), give] { self->Step(give); };
  if (!context_->dependencies.executor.Post(step)) {
    // The reader comes back and goes on from the last id that it saw.
    give({.bytes = {}, .is_last = true});
  }
}

void TailStream::Step(const Give& give) {
  if (drains_ || !permission_.Holds()) {
    give({.bytes = {}, .is_last = true});
    return;
  }
  absl::StatusOr<std::string> text = ReadOn();
  if (!text.ok()) {
    give({.bytes = {}, .is_last = true});
    return;
  }
  const auto now = context_->dependencies.clock.Steady();
  if (text->empty() && now - given_ >= kCommentEvery) {
    TailWriter::WriteComment(position_, *text);
  }
  if (text->empty()) {
    WaitAndPull(give);
    return;
  }
  given_ = now;
  give({.bytes = *std::move(text)});
}

absl::StatusOr<std::string> TailStream::ReadOn() {
  const RestDependencies& dependencies = context_->dependencies;
  std::string text;
  if (std::exchange(has_lost_place_, false)) {
    TailWriter::WriteLag(std::nullopt, text);
  }
  // Most looks find nothing: they cost no read.
  while (text.empty() && dependencies.store.LastSequence() > position_) {
    const absl::StatusOr<std::shared_ptr<const TailPiece>> read = context_->feed.Read(position_);
    if (!read.ok()) {
      return read.status();
    }
    if (*read == nullptr) {
      break;
    }
    const TailPiece& piece = **read;
    auto item = std::upper_bound(
        piece.begin(),
        piece.end(),
        position_,
        [](uint64_t place, const TailItem& later) { return place < later.sequence(); }
    );
    const auto told = static_cast<uint64_t>(piece.end() - item);
    const uint64_t passed = piece.back().sequence() - position_;
    // A reader that is further behind than that is a slow one.
    if (told == TailFeed::kItemsPerPiece && passed > told) {
      TailWriter::WriteLag(passed - told, text);
    }
    for (; item != piece.end(); ++item) {
      writer_.Write(*item, dependencies.clock.NowMs(), text);
    }
    position_ = piece.back().sequence();
  }
  return text;
}

void TailStream::WaitAndPull(const Give& give) {
  // Weak: a reader that has gone is not kept until something happens.
  context_->dependencies.feed.Wait(position_, kPatience, [weak = weak_from_this(), give] {
    if (const auto self = weak.lock()) {
      self->Pull(give);
    }
  });
}

}  // namespace tidings::rest
