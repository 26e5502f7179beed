#include "event/event.h"

#include <algorithm>
#include <cstring>

namespace tidings {
namespace {

/// Hands out pieces of one block of bytes that was measured before.
class Packer {
 public:
  explicit Packer(char* at) : at_(at) {}

  std::string_view Pack(std::string_view text) {
    if (text.empty()) {
      return {};
    }
    std::memcpy(at_, text.data(), text.size());
    const std::string_view copy(at_, text.size());
    at_ += text.size();
    return copy;
  }

 private:
  char* at_;
};

size_t TextBytes(const EventView& event) {
  size_t bytes = event.id.size();
  for (const std::string_view text : event.text.values) {
    bytes += text.size();
  }
  for (const Parameter& parameter : event.parameters) {
    bytes += parameter.key.size();
    if (const auto* const text = std::get_if<std::string_view>(&parameter.value)) {
      bytes += text->size();
    }
  }
  return bytes;
}

size_t BytesWith(size_t text_bytes, const EventView& event) {
  return sizeof(Event) + text_bytes + event.parameters.size() * sizeof(Parameter);
}

}  // namespace

EventView ViewOf(const Report& report, const ReportBatch& batch) {
  EventView event;
  event.id = report.id;
  event.generation = report.generation;
  event.derived = report.derived;
  event.withdrawn = report.withdrawn;
  event.received_first = batch.receipt.received_at_ms;
  event.received_last = batch.receipt.received_at_ms;
  if (report.withdrawn) {
    return event;
  }
  event.type = report.type;
  event.start = report.start;
  event.end = report.end;
  event.count = report.count;
  event.inferred = report.start == 0 && report.end == 0 ? batch.receipt.received_at_ms : 0;
  event.text = report.text;
  const int64_t clock = ClockOf(report);
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    event.text_clock[i] = report.text.values[i].empty() ? 0 : clock;
  }
  event.truncated = report.parameter_count > kMaxEventParameters;
  event.parameters =
      std::span<const Parameter>(batch.parameters)
          .subspan(
              report.first_parameter, std::min<size_t>(report.parameter_count, kMaxEventParameters)
          );
  return event;
}

size_t BytesOf(const EventView& view) {
  return BytesWith(TextBytes(view), view);
}

Event::Event(const EventView& view) : view_(view) {
  const size_t text_bytes = TextBytes(view);
  text_ = std::make_unique_for_overwrite<char[]>(text_bytes);
  bytes_ = BytesWith(text_bytes, view);

  Packer packer(text_.get());
  view_.id = packer.Pack(view.id);
  for (std::string_view& text : view_.text.values) {
    text = packer.Pack(text);
  }
  if (view.parameters.empty()) {
    view_.parameters = {};
    return;
  }
  parameters_ = std::make_unique<Parameter[]>(view.parameters.size());
  for (size_t i = 0; i < view.parameters.size(); ++i) {
    parameters_[i] = view.parameters[i];
    parameters_[i].key = packer.Pack(view.parameters[i].key);
    if (const auto* const text = std::get_if<std::string_view>(&view.parameters[i].value)) {
      parameters_[i].value = packer.Pack(*text);
    }
  }
  view_.parameters = {parameters_.get(), view.parameters.size()};
}

}  // namespace tidings
