#include "event/join.h"

#include <algorithm>
#include <compare>
#include <string>

#include "event/canonical.h"

namespace tidings {
namespace {

int Sign(std::strong_ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/// The order of doubles by canonical bytes: numbers ascending, -0 as 0, NaN above all.
int CompareDoubles(double a, double b) {
  const bool a_is_nan = a != a;
  const bool b_is_nan = b != b;
  if (a_is_nan || b_is_nan) {
    return static_cast<int>(a_is_nan) - static_cast<int>(b_is_nan);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/// A register: what it holds, and the clock that it won with.
bool Wins(int64_t clock_a, std::string_view a, int64_t clock_b, std::string_view b) {
  return clock_a != clock_b ? clock_a > clock_b : a > b;
}

bool Wins(const Parameter& a, const Parameter& b) {
  return a.clock != b.clock ? a.clock > b.clock : CompareValues(a.value, b.value) > 0;
}

bool SameParameters(std::span<const Parameter> a, std::span<const Parameter> b) {
  return std::equal(
      a.begin(),
      a.end(),
      b.begin(),
      b.end(),
      [](const Parameter& x, const Parameter& y) {
        return x.key == y.key && x.clock == y.clock && CompareValues(x.value, y.value) == 0;
      }
  );
}

/// Assigns `value` to `field`, and tells whether that changed it.
template <typename T>
bool Update(T& field, T value) {
  if (field == value) {
    return false;
  }
  field = value;
  return true;
}

/// The least of two times of which 0 is not known.
int64_t LeastKnown(int64_t a, int64_t b) {
  if (a == 0 || b == 0) {
    return std::max(a, b);
  }
  return std::min(a, b);
}

bool JoinTexts(EventView& event, const EventView& report) {
  bool changed = false;
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    std::string_view& text = event.text.values[i];
    const std::string_view other = report.text.values[i];
    if (!other.empty() &&
        (text.empty() || Wins(report.text_clock[i], other, event.text_clock[i], text))) {
      text = other;
      event.text_clock[i] = report.text_clock[i];
      changed = true;
    }
  }
  return changed;
}

bool JoinScalars(EventView& event, const EventView& report) {
  bool changed = Update(event.start, LeastKnown(event.start, report.start));
  changed |= Update(event.end, std::max(event.end, report.end));
  changed |= Update(event.count, std::max(event.count, report.count));
  changed |= Update(event.type, std::max(event.type, report.type));
  const bool timed = event.start != 0 || event.end != 0;
  changed |= Update(event.inferred, timed ? 0 : LeastKnown(event.inferred, report.inferred));
  return changed;
}

/// Whether `report` holds a key that `event` lacks (and may still take), or a register that wins.
bool ParametersChange(std::span<const Parameter> event, std::span<const Parameter> report) {
  size_t at = 0;
  for (const Parameter& parameter : report) {
    while (at < event.size() && event[at].key < parameter.key) {
      ++at;
    }
    if (at == event.size()) {
      return event.size() < kMaxEventParameters;
    }
    if (event[at].key != parameter.key || Wins(parameter, event[at])) {
      return true;
    }
  }
  return false;
}

/// Walks two ascending lists side by side, each key once: Advance until Done.
class SideBySide {
 public:
  SideBySide(std::span<const Parameter> a, std::span<const Parameter> b) : a_(a), b_(b) {}

  bool Done() const { return a_.empty() && b_.empty(); }

  /// Steps over the least key, and returns its winner.
  const Parameter& Advance() {
    const int order = CompareKeys();
    if (order < 0) {
      return TakeFirst(a_);
    }
    const Parameter& from_b = TakeFirst(b_);
    if (order > 0) {
      return from_b;
    }
    const Parameter& from_a = TakeFirst(a_);
    return Wins(from_b, from_a) ? from_b : from_a;
  }

 private:
  static const Parameter& TakeFirst(std::span<const Parameter>& list) {
    const Parameter& first = list.front();
    list = list.subspan(1);
    return first;
  }

  /// Of the first keys; an empty list comes last.
  int CompareKeys() const {
    if (a_.empty() || b_.empty()) {
      return a_.empty() ? 1 : -1;
    }
    return a_.front().key.compare(b_.front().key);
  }

  std::span<const Parameter> a_;
  std::span<const Parameter> b_;
};

/// Whether the two lists have more than kMaxEventParameters keys together.
bool Overflows(std::span<const Parameter> a, std::span<const Parameter> b) {
  if (a.size() + b.size() <= kMaxEventParameters) {
    return false;
  }
  size_t keys = 0;
  for (SideBySide both(a, b); !both.Done(); both.Advance()) {
    ++keys;
  }
  return keys > kMaxEventParameters;
}

/// The union of two lists, each key with its winner, cut to the least keys.
std::span<const Parameter> MergeParameters(
    std::span<const Parameter> a, std::span<const Parameter> b, Arena& arena
) {
  const std::span<Parameter> merged =
      arena.AllocateArray<Parameter>(std::min(a.size() + b.size(), kMaxEventParameters));
  SideBySide both(a, b);
  size_t count = 0;
  while (count < merged.size() && !both.Done()) {
    merged[count++] = both.Advance();
  }
  return merged.first(count);
}

bool JoinParameters(EventView& event, const EventView& report, Arena& arena) {
  const bool overflows = Overflows(event.parameters, report.parameters);
  const bool changed = Update(event.truncated, event.truncated || report.truncated || overflows);
  if (!ParametersChange(event.parameters, report.parameters)) {
    return changed;
  }
  event.parameters = event.parameters.empty()
                         ? report.parameters
                         : MergeParameters(event.parameters, report.parameters, arena);
  return true;
}

bool SameContent(const EventView& a, const EventView& b) {
  return a.text.values == b.text.values && a.text_clock == b.text_clock && a.type == b.type &&
         a.withdrawn == b.withdrawn && a.truncated == b.truncated && a.start == b.start &&
         a.end == b.end && a.count == b.count && a.inferred == b.inferred &&
         SameParameters(a.parameters, b.parameters);
}

/// Of two reports with one generation above 0, whether `a` is the event and `b` is not.
bool Replaces(const EventView& a, const EventView& b) {
  if (a.withdrawn || b.withdrawn) {
    return !b.withdrawn;
  }
  if (SameContent(a, b)) {
    return false;
  }
  std::string bytes_a;
  std::string bytes_b;
  AppendCanonical(bytes_a, a);
  AppendCanonical(bytes_b, b);
  return bytes_a > bytes_b;
}

/// `content` in the place of `event`, whose reports it follows.
EventView InPlaceOf(const EventView& event, const EventView& content) {
  EventView result = content;
  result.id = event.id;
  result.received_first = event.received_first;
  return result;
}

bool JoinGeneration(EventView& event, const EventView& report, Arena& arena) {
  if (event.generation == 0) {
    bool changed = JoinScalars(event, report);
    changed |= JoinTexts(event, report);
    if (!report.parameters.empty() || report.truncated) {
      changed |= JoinParameters(event, report, arena);
    }
    return changed;
  }
  if (!Replaces(report, event)) {
    return false;
  }
  const bool derived = event.derived;
  const bool incomplete = event.incomplete;
  event = InPlaceOf(event, report);
  event.derived = event.derived || derived;
  event.incomplete = event.incomplete || incomplete;
  return true;
}

JoinResult JoinKnowledge(const EventView& event, const EventView& report, Arena& arena) {
  if (report.generation < event.generation) {
    return {.event = event, .outcome = Outcome::kSuperseded};
  }
  if (report.generation > event.generation) {
    JoinResult replaced{.event = InPlaceOf(event, report), .outcome = Outcome::kJoined};
    replaced.event.received_last = report.received_last;
    return replaced;
  }
  JoinResult result{.event = event, .outcome = Outcome::kUnchanged};
  bool changed = JoinGeneration(result.event, report, arena);
  changed |= Update(result.event.derived, event.derived || report.derived);
  changed |= Update(result.event.incomplete, event.incomplete || report.incomplete);
  if (changed) {
    result.event.received_last = report.received_last;
    result.outcome = Outcome::kJoined;
  }
  return result;
}

}  // namespace

int CompareValues(const Value& a, const Value& b) {
  if (a.index() != b.index()) {
    return a.index() < b.index() ? -1 : 1;
  }
  if (const auto* const text = std::get_if<std::string_view>(&a)) {
    return Sign(*text <=> *std::get_if<std::string_view>(&b));
  }
  if (const auto* const number = std::get_if<int64_t>(&a)) {
    return Sign(*number <=> *std::get_if<int64_t>(&b));
  }
  if (const auto* const number = std::get_if<double>(&a)) {
    return CompareDoubles(*number, *std::get_if<double>(&b));
  }
  return static_cast<int>(*std::get_if<bool>(&a)) - static_cast<int>(*std::get_if<bool>(&b));
}

bool SameKnowledge(const EventView& a, const EventView& b) {
  return a.id == b.id && a.generation == b.generation && a.derived == b.derived &&
         a.incomplete == b.incomplete && SameContent(a, b);
}

JoinResult Join(const EventView& event, const EventView& report, Arena& arena) {
  JoinResult result = JoinKnowledge(event, report, arena);
  const std::string_view name = event.text[TextField::kName];
  result.event.renamed =
      event.renamed || (!name.empty() && name != result.event.text[TextField::kName]);
  return result;
}

}  // namespace tidings
