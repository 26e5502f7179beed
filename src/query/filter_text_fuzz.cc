#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "event/event.h"
#include "query/filter_text.h"

namespace {

constexpr int64_t kNow = 1'700'000'000'000;

/// An event with something in every field.
tidings::EventView SomeEvent() {
  using tidings::TextField;
  static const std::array<tidings::Parameter, 3> kParameters = {
      {{.key = "a", .value = int64_t{-5}},
       {.key = "b", .value = 0.5},
       {.key = "version", .value = std::string_view("1.5.0")}}};
  tidings::EventView event;
  event.id = "u-1";
  event.text[TextField::kService] = "checkout";
  event.text[TextField::kName] = "Upgrade";
  event.text[TextField::kMessage] = "Upgrade from 1.4.0 東京";
  event.parameters = kParameters;
  event.start = kNow - 1'000;
  return event;
}

}  // namespace

/// A text means something that every event has or has not, or it has a mistake inside of it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!tidings::IsValidUtf8(text)) {
    return 0;
  }
  const auto parsed = tidings::query::ParseFilterText(text, kNow);
  if (const auto* const mistake = std::get_if<tidings::query::Mistake>(&parsed)) {
    if (mistake->position < 1 || mistake->position > size + 1 || mistake->message.empty()) {
      std::abort();
    }
    return 0;
  }
  const auto& expression = *std::get_if<tidings::Expression>(&parsed);
  const tidings::EventView event = SomeEvent();
  const bool holds = tidings::Holds(expression, event, kNow);
  if (holds == tidings::Holds(tidings::Not(expression), event, kNow)) {
    std::abort();
  }
  return 0;
}
