#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tidings::cli {

struct SseMessage {
  std::string event;
  std::string data;
};

/// Reads Server-Sent Events (HTML standard, 9.2.6), in whatever pieces they arrive.
///
/// Thread safety: one thread.
class SseReader {
 public:
  using Take = std::function<void(const SseMessage&)>;

  explicit SseReader(Take take) : take_(std::move(take)) {}

  void Add(std::string_view bytes);
  /// What came after the last whole message is lost: the connection broke.
  void Reset();

  /// The last `id` of a whole message; empty without one.
  const std::string& last_id() const { return last_id_; }

 private:
  void TakeLine(std::string_view line);

  const Take take_;
  std::string rest_;
  SseMessage message_;
  std::string id_;
  std::string last_id_;
};

}  // namespace tidings::cli
