#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "event/event.h"
#include "event/limits.h"
#include "event/report.h"

/// Reports and events as tests write and read them.
namespace tidings::testing {

/// A value that owns its text. Text needs `std::string("…")`, or it would become a bool.
using OwnedValue = std::variant<bool, int64_t, double, std::string>;

/// A report that owns its bytes, for designated initialisers:
/// `ReportSpec{.id = "a", .name = "Deploy", .start = 5}`.
struct ReportSpec {
  std::string id;
  std::string service;
  std::string instance;
  std::string endpoint;
  std::string layer;
  std::string name;
  std::string message;
  std::vector<std::pair<std::string, OwnedValue>> parameters;
  EventType type = EventType::kNormal;
  int64_t start = 0;
  int64_t end = 0;
  int64_t reported = 0;
  int64_t count = 0;
  std::string origin;
  int32_t generation = 0;
  bool derived = false;
  bool withdrawn = false;
};

std::ostream& operator<<(std::ostream& out, const ReportSpec& report);

/// A batch as a receiver and the pipeline would make it. Copies all text into the batch's arena.
class BatchBuilder {
 public:
  explicit BatchBuilder(int64_t received_at_ms = 1'700'000'000'000);

  BatchBuilder& Add(const ReportSpec& report);

  /// The reports as they were added. The builder is empty then.
  ReportBatch BuildRaw();
  /// Normalised; a report that breaks a rule fails the test.
  ReportBatch Build(const ReportLimits& limits = {});

 private:
  ReportBatch batch_;
};

/// The event that one report makes (normalised, received at `received_at_ms`).
Event EventOf(const ReportSpec& report, int64_t received_at_ms = 1'700'000'000'000);

/// All that the law tells of an event (no `received_*`), on one line, with the clock of each
/// register: `id gen=0 Normal 5..7 name="Deploy"@7 key=string"v"@7`. Equal for the same knowledge,
/// and readable where a comparison fails.
std::string Describe(const EventView& event);
std::string Describe(const ReportSpec& report);

}  // namespace tidings::testing
