#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "event/report.h"

namespace tidings {

/// The join of all reports of one id, or of one report: what is known, and with which clock each
/// text and parameter won. Views; whoever makes one says what they point into.
struct EventView {
  std::string_view id;
  TextFields text;
  std::array<int64_t, kTextFieldCount> text_clock{};
  /// Ascending by the bytes of the key, each key once, at most kMaxEventParameters.
  std::span<const Parameter> parameters;
  EventType type = EventType::kNormal;
  bool derived = false;
  bool withdrawn = false;
  /// Parameters were cut to the least kMaxEventParameters keys.
  bool truncated = false;
  /// The store could not read the event's earlier row (damage); see store.md, point 11.
  bool incomplete = false;
  /// Had another name before, or was withdrawn: a reader of the feed that asks for names is told.
  /// About the order of the commits, outside the law of the join.
  bool renamed = false;
  int32_t generation = 0;
  /// ms since the epoch, 0 = not known.
  int64_t start = 0;
  int64_t end = 0;
  int64_t count = 0;
  /// The least receipt among the reports without start and end, while neither is known; then, and
  /// for a withdrawal, 0.
  int64_t inferred = 0;
  /// Receipt of the first report, and of the last one that changed anything: about the transport,
  /// outside the law of the join.
  int64_t received_first = 0;
  int64_t received_last = 0;
};

inline constexpr size_t kMaxEventParameters = 256;

/// What an event is before anything else is known of it: this one (normalised) report.
/// Views into `batch`.
EventView ViewOf(const Report& report, const ReportBatch& batch);

/// What an Event of that view would hold.
size_t BytesOf(const EventView& view);

/// An event that owns its bytes: what leaves a store. Move-only; views of it live as long as it
/// does, moved or not.
class Event {
 public:
  explicit Event(const EventView& view);
  Event(Event&&) noexcept = default;
  Event& operator=(Event&&) noexcept = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() = default;

  const EventView& view() const { return view_; }
  const EventView* operator->() const { return &view_; }
  size_t bytes() const { return bytes_; }

 private:
  EventView view_;
  std::unique_ptr<char[]> text_;
  std::unique_ptr<Parameter[]> parameters_;
  size_t bytes_ = 0;
};

}  // namespace tidings
