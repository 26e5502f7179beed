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
  /// What `json` and `yaml` are: an array for a list; an object for a single event; for a stream,
  /// which has no end, objects one after another, in YAML as documents.
  enum class Shape : uint8_t { kList, kSingle, kStream };
  Shape shape = Shape::kList;
};

std::unique_ptr<EventPrinter> MakeEventPrinter(const PrintOptions& options, std::ostream& out);

}  // namespace tidings::cli
