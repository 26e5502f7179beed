#include "event/testing/join_mutants.h"

#include <algorithm>
#include <string>

#include "event/canonical.h"

namespace tidings::testing {
namespace {

/// One join under way: its arguments, and the right result, to be made wrong.
struct Case {
  const EventView& a;
  const EventView& b;
  JoinResult& result;
  Arena& arena;

  bool joins() const { return a.generation == 0 && b.generation == 0; }
  bool corrects() const { return a.generation > 0 && a.generation == b.generation; }
};

using Break = void (*)(const Case&);

JoinFunction Broken(Break break_rule) {
  return [break_rule](const EventView& a, const EventView& b, Arena& arena) {
    JoinResult result = Join(a, b, arena);
    break_rule({a, b, result, arena});
    return result;
  };
}

/// The same, for rules of generation 0 only; the outcome follows from the event.
template <typename F>
JoinFunction BrokenJoin(F break_rule) {
  return [break_rule](const EventView& a, const EventView& b, Arena& arena) {
    JoinResult result = Join(a, b, arena);
    if (a.generation == 0 && b.generation == 0) {
      break_rule(Case{a, b, result, arena});
      const bool same = SameKnowledge(result.event, a);
      result.outcome = same ? Outcome::kUnchanged : Outcome::kJoined;
      result.event.received_last = same ? a.received_last : b.received_last;
    }
    return result;
  };
}

/// Decides of two registers of one field which is kept: true for b's.
using PicksText =
    bool (*)(std::string_view a, int64_t clock_a, std::string_view b, int64_t clock_b);

JoinFunction WithTextRule(PicksText picks_b) {
  return BrokenJoin([picks_b](const Case& c) {
    for (size_t i = 0; i < kTextFieldCount; ++i) {
      const bool from_b =
          picks_b(c.a.text.values[i], c.a.text_clock[i], c.b.text.values[i], c.b.text_clock[i]);
      const EventView& from = from_b ? c.b : c.a;
      c.result.event.text.values[i] = from.text.values[i];
      c.result.event.text_clock[i] = from.text_clock[i];
    }
  });
}

/// Decides of two parameters of one key which is kept: true for b's.
using PicksParameter = bool (*)(const Parameter& a, const Parameter& b);

const Parameter* Find(std::span<const Parameter> parameters, std::string_view key) {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [key](const Parameter& parameter) {
        return parameter.key == key;
      });
  return found == parameters.end() ? nullptr : &*found;
}

/// `right`, or what the wrong rule picks where both events have the key.
Parameter PickWrong(const Case& c, const Parameter& right, PicksParameter picks_b) {
  const Parameter* const in_a = Find(c.a.parameters, right.key);
  const Parameter* const in_b = Find(c.b.parameters, right.key);
  if (in_a == nullptr || in_b == nullptr) {
    return right;
  }
  return picks_b(*in_a, *in_b) ? *in_b : *in_a;
}

JoinFunction WithParameterRule(PicksParameter picks_b) {
  return BrokenJoin([picks_b](const Case& c) {
    const auto right = c.result.event.parameters;
    const std::span<Parameter> wrong = c.arena.AllocateArray<Parameter>(right.size());
    std::transform(right.begin(), right.end(), wrong.begin(), [&](const Parameter& parameter) {
      return PickWrong(c, parameter, picks_b);
    });
    c.result.event.parameters = wrong;
  });
}

bool Greater(const Parameter& b, const Parameter& a) {
  return CompareValues(b.value, a.value) > 0;
}

bool HasEmptyText(const Parameter& parameter) {
  const auto* const text = std::get_if<std::string_view>(&parameter.value);
  return text != nullptr && text->empty();
}

bool HasNan(const Parameter& parameter) {
  const auto* const number = std::get_if<double>(&parameter.value);
  return number != nullptr && *number != *number;
}

/// All keys of both, without any cut; the right values where both have one do not matter here.
std::vector<Parameter> UnionOf(const EventView& a, const EventView& b) {
  std::vector<Parameter> all(a.parameters.begin(), a.parameters.end());
  for (const Parameter& parameter : b.parameters) {
    if (Find(a.parameters, parameter.key) == nullptr) {
      all.push_back(parameter);
    }
  }
  std::sort(all.begin(), all.end(), [](const Parameter& x, const Parameter& y) {
    return x.key < y.key;
  });
  return all;
}

void SetParameters(const Case& c, const std::vector<Parameter>& parameters) {
  const std::span<Parameter> copy = c.arena.AllocateArray<Parameter>(parameters.size());
  std::copy(parameters.begin(), parameters.end(), copy.begin());
  c.result.event.parameters = copy;
}

/// Puts `content` in the result's place as Join does.
void Take(const Case& c, const EventView& content) {
  EventView& event = c.result.event;
  event = content;
  event.received_first = c.a.received_first;
  event.derived = c.a.derived || c.b.derived;
  const bool same = SameKnowledge(event, c.a);
  event.received_last = same ? c.a.received_last : c.b.received_last;
  c.result.outcome = same ? Outcome::kUnchanged : Outcome::kJoined;
}

std::string CanonicalOf(const EventView& event) {
  std::string bytes;
  AppendCanonical(bytes, event);
  return bytes;
}

std::vector<JoinMutant> GenerationMutants() {
  return {
      {"a higher generation is ignored", Broken([](const Case& c) {
         if (c.b.generation > c.a.generation) {
           c.result = {.event = c.a, .outcome = Outcome::kUnchanged};
         }
       })},
      {"a lower generation replaces", Broken([](const Case& c) {
         if (c.b.generation < c.a.generation) {
           Take(c, c.b);
         }
       })},
      {"generations join their times", Broken([](const Case& c) {
         if (c.a.generation != c.b.generation) {
           c.result.event.end = std::max(c.a.end, c.b.end);
         }
       })},
      {"a lower generation is told as unchanged", Broken([](const Case& c) {
         if (c.result.outcome == Outcome::kSuperseded) {
           c.result.outcome = Outcome::kUnchanged;
         }
       })},
  };
}

std::vector<JoinMutant> CorrectionMutants() {
  return {
      {"corrections of one number join", Broken([](const Case& c) {
         if (c.corrects() && !c.a.withdrawn && !c.b.withdrawn) {
           c.result.event.end = std::max(c.a.end, c.b.end);
         }
       })},
      {"the first of two corrections stays", Broken([](const Case& c) {
         if (c.corrects()) {
           Take(c, c.a);
         }
       })},
      {"the last of two corrections wins", Broken([](const Case& c) {
         if (c.corrects()) {
           Take(c, c.b);
         }
       })},
  };
}

std::vector<JoinMutant> RankMutants() {
  return {
      {"the lesser canonical bytes win", Broken([](const Case& c) {
         if (c.corrects() && !c.a.withdrawn && !c.b.withdrawn) {
           Take(c, CanonicalOf(c.a) < CanonicalOf(c.b) ? c.a : c.b);
         }
       })},
      {"a correction wins over a withdrawal", Broken([](const Case& c) {
         if (c.corrects() && c.a.withdrawn != c.b.withdrawn) {
           Take(c, c.a.withdrawn ? c.b : c.a);
         }
       })},
  };
}

std::vector<JoinMutant> WithdrawalMutants() {
  return {
      {"a withdrawal keeps the event's content", Broken([](const Case& c) {
         if (!c.a.withdrawn && c.result.event.withdrawn) {
           c.result.event.text = c.a.text;
         }
       })},
      {"derived is what the last report says", Broken([](const Case& c) {
         if (c.a.generation == c.b.generation) {
           c.result.event.derived = c.b.derived;
         }
       })},
      {"derived is carried over generations",
       Broken([](const Case& c) { c.result.event.derived = c.a.derived || c.b.derived; })},
  };
}

std::vector<JoinMutant> ScalarMutants() {
  return {
      {"start is the greatest",
       BrokenJoin([](const Case& c) { c.result.event.start = std::max(c.a.start, c.b.start); })},
      {"start is the last told", BrokenJoin([](const Case& c) {
         c.result.event.start = c.b.start != 0 ? c.b.start : c.a.start;
       })},
      {"an unknown start is the least",
       BrokenJoin([](const Case& c) { c.result.event.start = std::min(c.a.start, c.b.start); })},
      {"end is the least known", BrokenJoin([](const Case& c) {
         if (c.a.end != 0 && c.b.end != 0) {
           c.result.event.end = std::min(c.a.end, c.b.end);
         }
       })},
      {"end is the last told",
       BrokenJoin([](const Case& c) { c.result.event.end = c.b.end != 0 ? c.b.end : c.a.end; })},
      {"an end before the start is moved to it", BrokenJoin([](const Case& c) {
         if (c.result.event.end != 0) {
           c.result.event.end = std::max(c.result.event.end, c.result.event.start);
         }
       })},
  };
}

std::vector<JoinMutant> CountAndInferredMutants() {
  return {
      {"counts add up",
       BrokenJoin([](const Case& c) { c.result.event.count = c.a.count + c.b.count; })},
      {"count is the last told", BrokenJoin([](const Case& c) {
         c.result.event.count = c.b.count != 0 ? c.b.count : c.a.count;
       })},
      {"type is what the last report says",
       BrokenJoin([](const Case& c) { c.result.event.type = c.b.type; })},
      {"type is Normal if any report says so",
       BrokenJoin([](const Case& c) { c.result.event.type = std::min(c.a.type, c.b.type); })},
      {"the inferred time is the greatest receipt", BrokenJoin([](const Case& c) {
         if (c.result.event.inferred != 0) {
           c.result.event.inferred = std::max(c.a.inferred, c.b.inferred);
         }
       })},
      {"the inferred time is the first receipt", BrokenJoin([](const Case& c) {
         if (c.result.event.inferred != 0) {
           c.result.event.inferred = c.a.inferred;
         }
       })},
      {"the inferred time counts beside a known one", BrokenJoin([](const Case& c) {
         c.result.event.inferred = std::max(c.a.inferred, c.b.inferred);
       })},
  };
}

std::vector<JoinMutant> RegisterMutants() {
  return {
      {"the last text wins", WithTextRule([](auto, auto, auto b, auto) { return !b.empty(); })},
      {"the first text stays", WithTextRule([](auto a, auto, auto, auto) { return a.empty(); })},
      {"an empty text takes away", WithTextRule([](auto, auto, auto, auto) { return true; })},
      {"texts are compared without their clocks",
       WithTextRule([](auto a, auto, auto b, auto) { return b > a; })},
      {"of equal clocks the first text stays",
       WithTextRule([](auto a, auto clock_a, auto b, auto clock_b) {
         return !b.empty() && (a.empty() || clock_b > clock_a);
       })},
      {"of equal clocks the lesser text wins",
       WithTextRule([](auto a, auto clock_a, auto b, auto clock_b) {
         return !b.empty() && (a.empty() || clock_b > clock_a || (clock_b == clock_a && b < a));
       })},
      {"the same text does not raise its clock",
       WithTextRule([](auto a, auto clock_a, auto b, auto clock_b) {
         return b != a && !b.empty() &&
                (a.empty() || clock_b > clock_a || (clock_b == clock_a && b > a));
       })},
      {"all texts have one clock", BrokenJoin([](const Case& c) {
         auto& clocks = c.result.event.text_clock;
         clocks.fill(*std::max_element(clocks.begin(), clocks.end()));
       })},
      {"a clock that rises alone is told as unchanged", Broken([](const Case& c) {
         if (c.joins() && c.a.text.values == c.result.event.text.values &&
             c.a.text_clock != c.result.event.text_clock) {
           c.result = {.event = c.a, .outcome = Outcome::kUnchanged};
         }
       })},
      {"a repeat counts as received again",
       Broken([](const Case& c) { c.result.event.received_last = c.b.received_last; })},
      {"received_first is moved by a later report",
       Broken([](const Case& c) { c.result.event.received_first = c.b.received_first; })},
  };
}

std::vector<JoinMutant> ParameterMutants() {
  return {
      {"the last value wins",
       WithParameterRule([](const Parameter&, const Parameter&) { return true; })},
      {"the first value stays",
       WithParameterRule([](const Parameter&, const Parameter&) { return false; })},
      {"values are compared without their clocks",
       WithParameterRule([](const Parameter& a, const Parameter& b) { return Greater(b, a); })},
      {"of equal clocks the first value stays",
       WithParameterRule([](const Parameter& a, const Parameter& b) { return b.clock > a.clock; })},
      {"an empty value never wins", WithParameterRule([](const Parameter& a, const Parameter& b) {
         return !HasEmptyText(b) && (b.clock > a.clock || (b.clock == a.clock && Greater(b, a)));
       })},
      {"the lesser type wins", WithParameterRule([](const Parameter& a, const Parameter& b) {
         if (b.clock != a.clock) {
           return b.clock > a.clock;
         }
         return a.value.index() != b.value.index() ? b.value.index() < a.value.index()
                                                   : Greater(b, a);
       })},
      {"NaN does not order", WithParameterRule([](const Parameter& a, const Parameter& b) {
         const bool ordered = !HasNan(a) && !HasNan(b);
         return b.clock > a.clock || (b.clock == a.clock && ordered && Greater(b, a));
       })},
  };
}

std::vector<JoinMutant> KeyMutants() {
  return {
      {"the same value does not raise its clock",
       WithParameterRule([](const Parameter& a, const Parameter& b) {
         return CompareValues(a.value, b.value) != 0 &&
                (b.clock > a.clock || (b.clock == a.clock && Greater(b, a)));
       })},
      {"a key that is not told is taken away",
       BrokenJoin([](const Case& c) { c.result.event.parameters = c.b.parameters; })},
      {"a parameter whose value is empty does not count", BrokenJoin([](const Case& c) {
         std::vector<Parameter> kept = UnionOf(c.result.event, EventView());
         std::erase_if(kept, [&c](const Parameter& parameter) {
           return HasEmptyText(parameter) && Find(c.a.parameters, parameter.key) == nullptr;
         });
         SetParameters(c, kept);
       })},
  };
}

std::vector<JoinMutant> TruncationMutants() {
  return {
      {"too many parameters are kept", BrokenJoin([](const Case& c) {
         std::vector<Parameter> all = UnionOf(c.a, c.b);
         if (all.size() > kMaxEventParameters) {
           SetParameters(c, all);
         }
       })},
      {"the greatest keys are kept", BrokenJoin([](const Case& c) {
         std::vector<Parameter> all = UnionOf(c.a, c.b);
         if (all.size() > kMaxEventParameters) {
           all.erase(all.begin(), all.end() - kMaxEventParameters);
           SetParameters(c, all);
         }
       })},
      {"a full event takes no new key", BrokenJoin([](const Case& c) {
         if (c.a.parameters.size() == kMaxEventParameters) {
           c.result.event.parameters = c.a.parameters;
         }
       })},
      {"truncated is not told",
       BrokenJoin([](const Case& c) { c.result.event.truncated = false; })},
      {"truncated is forgotten by the next join", BrokenJoin([](const Case& c) {
         c.result.event.truncated = UnionOf(c.a, c.b).size() > kMaxEventParameters;
       })},
  };
}

}  // namespace

std::vector<JoinMutant> AllJoinMutants() {
  std::vector<JoinMutant> all;
  for (const auto& mutants :
       {GenerationMutants(),
        CorrectionMutants(),
        RankMutants(),
        WithdrawalMutants(),
        ScalarMutants(),
        CountAndInferredMutants(),
        RegisterMutants(),
        ParameterMutants(),
        KeyMutants(),
        TruncationMutants()}) {
    all.insert(all.end(), mutants.begin(), mutants.end());
  }
  return all;
}

}  // namespace tidings::testing
