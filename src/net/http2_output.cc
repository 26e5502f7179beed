#include "net/http2_output.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tidings::net {

void Http2Output::NoteWaiting() {
  if (waiting() == 0) {
    moved_ = transport_.context().clock.Steady();
    transport_.WakeAt(moved_ + transport_.limits().incomplete_timeout);
  }
}

void Http2Output::Append(std::string_view bytes) {
  NoteWaiting();
  bytes_ += bytes;
  unread_.Set(waiting());
}

void Http2Output::Own(std::string bytes) {
  NoteWaiting();
  bytes_ = std::move(bytes);
  sent_ = 0;
  unread_.Set(waiting());
}

void Http2Output::End(std::vector<Header> trailers) {
  ended_ = true;
  trailers_ = std::move(trailers);
}

Http2Source::Piece Http2Output::Fill(char* room, size_t size) {
  Piece piece;
  piece.bytes = std::min(size, waiting());
  std::memcpy(room, bytes_.data() + sent_, piece.bytes);
  sent_ += piece.bytes;
  unread_.Set(waiting());
  if (piece.bytes > 0) {
    moved_ = transport_.context().clock.Steady();
  }
  if (waiting() == 0) {
    bytes_.clear();
    sent_ = 0;
    piece.last = ended_;
    piece.trailers = ended_ && !trailers_.empty() ? &trailers_ : nullptr;
    done_ = ended_;
  }
  return piece;
}

std::optional<TimePoint> Http2Output::stalled_at() const {
  if (done_ || waiting() == 0) {
    return std::nullopt;
  }
  return moved_ + transport_.limits().incomplete_timeout;
}

}  // namespace tidings::net
