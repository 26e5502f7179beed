#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "cli/context.h"

namespace tidings::cli {

/// Writes events in one of the forms of `-o`. Add() once per page; then Finish().
///
/// Thread safety: one thread. Lifetime: must not outlive its stream.
class EventPrinter {
 public:
  virtual ~EventPrinter() = default;
  virtual void Add(const std::vector<simdjson::dom::element>& page) = 0;
  virtual void Finish() = 0;
};

/// The names that `-o` takes.
const std::vector<std::string>& EventForms();

/// Whether the form shows the member `text`, the message with its placeholders filled.
bool WantsRenderedMessage(std::string_view form);

struct PrintOptions {
  /// One of EventForms().
  std::string form = "table";
  Screen screen;
  int64_t now_ms = 0;
  /// One event, not a list: `json` and `yaml` give an object, no array.
  bool single = false;
};

std::unique_ptr<EventPrinter> MakeEventPrinter(const PrintOptions& options, std::ostream& out);

}  // namespace tidings::cli
