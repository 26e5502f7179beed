#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "event/interval.h"

/// A query's words: which events are meant.
namespace tidings {

/// Fields that can be asked for by exact value.
enum class FilterField : uint8_t {
  kService,
  kInstance,
  kEndpoint,
  kLayer,
  kName,
  kType,
  kState,
  kId
};

/// `service`, `instance`, `endpoint`, `layer`, `name`, `type`, `state`, `id`.
std::string_view NameOf(FilterField field);
std::optional<FilterField> FilterFieldFromName(std::string_view name);

/// The value of a field as it is shown: defaults (layer GENERAL, type Normal) are applied.
std::string_view ShownValue(const EventView& event, FilterField field);

/// An event passes if its value is among `any_of` (or that is empty) and not among `none_of`.
/// Values are canonical: layers upper-case, types and states as NameOf gives them.
struct FieldCondition {
  FilterField field = FilterField::kService;
  std::vector<std::string> any_of;
  std::vector<std::string> none_of;
};

/// All conditions must hold. Withdrawn events never match.
struct Filter {
  std::vector<FieldCondition> conditions;
  /// Overlap with the event's interval, never a test of one timestamp.
  TimeWindow window;

  /// The condition on `field`, made if there is none.
  FieldCondition& On(FilterField field);
};

bool Matches(const Filter& filter, const EventView& event, int64_t now_ms);

}  // namespace tidings
