#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http2_session.h"
#include "net/transport.h"

namespace tidings::net {

/// What a stream has yet to send.
///
/// Thread safety: one io thread.
class Http2Output final : public Http2Source {
 public:
  explicit Http2Output(Transport& transport)
      : transport_(transport), unread_(transport.context().unread_answers) {}

  void Append(std::string_view bytes);
  void Own(std::string bytes);
  /// Nothing more comes but these.
  void End(std::vector<Header> trailers = {});

  Piece Fill(char* room, size_t size) override;

  bool is_empty() const { return waiting() == 0; }

  /// When a client that takes nothing of what waits for it is given up.
  std::optional<TimePoint> stalled_at() const;

 private:
  void NoteWaiting();
  size_t waiting() const { return bytes_.size() - sent_; }

  Transport& transport_;
  UnreadShare unread_;
  std::string bytes_;
  size_t sent_ = 0;
  bool ended_ = false;
  std::vector<Header> trailers_;
  bool done_ = false;
  TimePoint moved_;
};

}  // namespace tidings::net
