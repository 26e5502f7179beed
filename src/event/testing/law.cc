#include "event/testing/law.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "event/canonical.h"

namespace tidings::testing {
namespace {

using Problem = std::optional<std::string>;

Event Joined(const JoinFunction& join, const Event& a, const Event& b) {
  Arena arena;
  return Event(join(a.view(), b.view(), arena).event);
}

Problem Compare(std::string_view property, const Event& a, const Event& b) {
  const std::string text_a = Describe(a.view());
  const std::string text_b = Describe(b.view());
  if ((text_a == text_b) != SameKnowledge(a.view(), b.view())) {
    return fmt::format("SameKnowledge is wrong of\n  {}\n  {}", text_a, text_b);
  }
  if (text_a == text_b) {
    return std::nullopt;
  }
  return fmt::format("{}:\n  {}\n  {}", property, text_a, text_b);
}

/// Whether the outcome and the receipts fit to what became of `a`.
Problem CheckOutcome(const JoinFunction& join, const Event& a, const Event& b) {
  Arena arena;
  const JoinResult result = join(a.view(), b.view(), arena);
  const bool same = SameKnowledge(result.event, a.view());
  const bool lower = b->generation < a->generation;
  const Outcome expected = lower  ? Outcome::kSuperseded
                           : same ? Outcome::kUnchanged
                                  : Outcome::kJoined;
  if (result.outcome != expected) {
    return fmt::format(
        "outcome {} where {} is right", static_cast<int>(result.outcome), static_cast<int>(expected)
    );
  }
  const int64_t last = expected == Outcome::kJoined ? b->received_last : a->received_last;
  if (result.event.received_first != a->received_first || result.event.received_last != last) {
    return fmt::format(
        "received {}..{} where {}..{} is right",
        result.event.received_first,
        result.event.received_last,
        a->received_first,
        last
    );
  }
  return std::nullopt;
}

Problem CheckPair(const JoinFunction& join, const Event& a, const Event& b) {
  const Event ab = Joined(join, a, b);
  if (Problem problem = Compare("not commutative", ab, Joined(join, b, a))) {
    return problem;
  }
  if (Problem problem = Compare("not idempotent", a, Joined(join, a, a))) {
    return problem;
  }
  if (Problem problem = Compare("a repeat changes the event", ab, Joined(join, ab, b))) {
    return problem;
  }
  return CheckOutcome(join, a, b);
}

Problem CheckTriple(const JoinFunction& join, const Event& a, const Event& b, const Event& c) {
  const Event left = Joined(join, Joined(join, a, b), c);
  const Event right = Joined(join, a, Joined(join, b, c));
  return Compare("not associative", left, right);
}

/// A register and the text or value in it, as the law orders them.
template <typename T>
struct Register {
  int64_t clock = 0;
  T value{};
};

using Texts = std::array<Register<std::string>, kTextFieldCount>;

int64_t ClockOfSpec(const ReportSpec& report) {
  return std::max({report.start, report.end, report.reported});
}

std::array<std::string, kTextFieldCount> TextsOf(const ReportSpec& report) {
  return {
      report.service,
      report.instance,
      report.endpoint,
      ToUpperAscii(report.layer),
      report.name,
      report.message};
}

/// Keeps `other` if it is not empty and the greater one.
void Raise(Register<std::string>& best, const Register<std::string>& other) {
  if (!other.value.empty() &&
      std::tie(best.clock, best.value) < std::tie(other.clock, other.value)) {
    best = other;
  }
}

Texts GreatestTexts(const std::vector<const ReceivedReport*>& reports) {
  Texts greatest;
  for (const ReceivedReport* received : reports) {
    const auto texts = TextsOf(received->report);
    for (size_t i = 0; i < texts.size(); ++i) {
      Raise(greatest[i], {ClockOfSpec(received->report), texts[i]});
    }
  }
  return greatest;
}

/// Whether register `b` counts and `a` does not.
bool IsGreater(const Parameter& b, const Parameter& a) {
  return b.clock != a.clock ? b.clock > a.clock : CompareValues(b.value, a.value) > 0;
}

/// Every key that any report brings, each with its greatest register. Events must outlive it.
std::map<std::string_view, Parameter> GreatestParameters(const std::vector<Event>& events) {
  std::map<std::string_view, Parameter> greatest;
  for (const Event& event : events) {
    for (const Parameter& parameter : event->parameters) {
      Parameter& best = greatest.emplace(parameter.key, parameter).first->second;
      best = IsGreater(parameter, best) ? parameter : best;
    }
  }
  return greatest;
}

void DeclareTimes(const std::vector<const ReceivedReport*>& reports, EventView& event) {
  for (const ReceivedReport* received : reports) {
    const ReportSpec& report = received->report;
    if (report.start != 0 && (event.start == 0 || report.start < event.start)) {
      event.start = report.start;
    }
    event.end = std::max(event.end, report.end);
    event.count = std::max(event.count, report.count);
    if (report.type == EventType::kError) {
      event.type = EventType::kError;
    }
  }
  if (event.start != 0 || event.end != 0) {
    return;
  }
  event.inferred = reports.front()->received_at_ms;
  for (const ReceivedReport* received : reports) {
    event.inferred = std::min(event.inferred, received->received_at_ms);
  }
}

/// Generation 0: reports join field by field.
Event DeclareJoined(const std::vector<const ReceivedReport*>& reports, EventView event) {
  DeclareTimes(reports, event);
  const Texts texts = GreatestTexts(reports);
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    event.text.values[i] = texts[i].value;
    event.text_clock[i] = texts[i].clock;
  }
  std::vector<Event> events;
  events.reserve(reports.size());
  for (const ReceivedReport* received : reports) {
    events.push_back(EventOf(*received));
  }
  std::vector<Parameter> parameters;
  for (const auto& [key, parameter] : GreatestParameters(events)) {
    parameters.push_back(parameter);
  }
  event.truncated = parameters.size() > kMaxEventParameters;
  parameters.resize(std::min(parameters.size(), kMaxEventParameters));
  event.parameters = parameters;
  return Event(event);
}

/// Generations above 0: one report is the event.
Event DeclareReplaced(const std::vector<const ReceivedReport*>& reports, bool derived) {
  const auto rank = [](const ReceivedReport* received) {
    std::string bytes;
    AppendCanonical(bytes, EventOf(*received).view());
    return std::pair(received->report.withdrawn, bytes);
  };
  const ReceivedReport* const greatest = *std::max_element(
      reports.begin(),
      reports.end(),
      [&rank](const ReceivedReport* a, const ReceivedReport* b) { return rank(a) < rank(b); }
  );
  const Event content = EventOf(*greatest);
  EventView event = content.view();
  event.derived = derived;
  return Event(event);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const ReceivedReport& received) {
  return out << Describe(received.report) << " received " << received.received_at_ms;
}

Event EventOf(const ReceivedReport& received) {
  return EventOf(received.report, received.received_at_ms);
}

std::vector<Event> EventsOf(const std::vector<ReceivedReport>& reports) {
  std::vector<Event> events;
  events.reserve(reports.size());
  for (const ReceivedReport& received : reports) {
    events.push_back(EventOf(received));
  }
  return events;
}

Event JoinAll(const JoinFunction& join, const std::vector<const Event*>& events) {
  Event joined(events.front()->view());
  for (size_t i = 1; i < events.size(); ++i) {
    joined = Joined(join, joined, *events[i]);
  }
  return joined;
}

Event DeclaredEvent(const std::vector<ReceivedReport>& reports) {
  int32_t generation = 0;
  for (const ReceivedReport& received : reports) {
    generation = std::max(generation, received.report.generation);
  }
  std::vector<const ReceivedReport*> counting;
  bool derived = false;
  for (const ReceivedReport& received : reports) {
    if (received.report.generation == generation) {
      counting.push_back(&received);
      derived = derived || received.report.derived;
    }
  }
  if (generation > 0) {
    return DeclareReplaced(counting, derived);
  }
  EventView event;
  event.id = reports.front().report.id;
  event.derived = derived;
  return DeclareJoined(counting, event);
}

std::optional<std::string> Violation(
    const JoinFunction& join, const std::vector<ReceivedReport>& reports
) {
  const std::vector<Event> events = EventsOf(reports);
  std::vector<const Event*> order;
  order.reserve(events.size());
  for (const Event& event : events) {
    order.push_back(&event);
  }
  const Event declared = DeclaredEvent(reports);
  if (Problem problem = Compare("not what the law says", JoinAll(join, order), declared)) {
    return problem;
  }
  std::reverse(order.begin(), order.end());
  if (Problem problem = Compare("not what the law says", JoinAll(join, order), declared)) {
    return problem;
  }
  for (size_t i = 0; i + 1 < events.size(); ++i) {
    if (Problem problem = CheckPair(join, events[i], events[i + 1])) {
      return problem;
    }
  }
  for (size_t i = 0; i + 2 < events.size(); ++i) {
    if (Problem problem = CheckTriple(join, events[i], events[i + 1], events[i + 2])) {
      return problem;
    }
  }
  return std::nullopt;
}

}  // namespace tidings::testing
