#include "event/filter.h"

#include <algorithm>
#include <array>

namespace tidings {
namespace {

/// In the order of FilterField.
constexpr std::array<std::string_view, 8> kFieldNames = {
    "service", "instance", "endpoint", "layer", "name", "type", "state", "id"};

constexpr std::string_view kDefaultLayer = "GENERAL";

bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool Holds(const FieldCondition& condition, const EventView& event) {
  const std::string_view value = ShownValue(event, condition.field);
  if (!condition.any_of.empty() && !Contains(condition.any_of, value)) {
    return false;
  }
  return !Contains(condition.none_of, value);
}

}  // namespace

std::string_view NameOf(FilterField field) {
  return kFieldNames[static_cast<size_t>(field)];
}

std::optional<FilterField> FilterFieldFromName(std::string_view name) {
  const auto* const found = std::find(kFieldNames.begin(), kFieldNames.end(), name);
  if (found == kFieldNames.end()) {
    return std::nullopt;
  }
  return static_cast<FilterField>(found - kFieldNames.begin());
}

std::string_view ShownValue(const EventView& event, FilterField field) {
  switch (field) {
    case FilterField::kService:
      return event.text[TextField::kService];
    case FilterField::kInstance:
      return event.text[TextField::kInstance];
    case FilterField::kEndpoint:
      return event.text[TextField::kEndpoint];
    case FilterField::kLayer: {
      const std::string_view layer = event.text[TextField::kLayer];
      return layer.empty() ? kDefaultLayer : layer;
    }
    case FilterField::kName:
      return event.text[TextField::kName];
    case FilterField::kType:
      return NameOf(event.type);
    case FilterField::kState:
      return NameOf(StateOf(event));
    case FilterField::kId:
      return event.id;
  }
  return {};
}

FieldCondition& Filter::On(FilterField field) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [field](const FieldCondition& condition) {
        return condition.field == field;
      });
  if (found != conditions.end()) {
    return *found;
  }
  conditions.push_back({.field = field, .any_of = {}, .none_of = {}});
  return conditions.back();
}

bool Matches(const Filter& filter, const EventView& event, int64_t now_ms) {
  if (event.withdrawn || !Overlaps(IntervalOf(event, now_ms), filter.window)) {
    return false;
  }
  return std::all_of(
      filter.conditions.begin(),
      filter.conditions.end(),
      [&event](const FieldCondition& condition) { return Holds(condition, event); }
  );
}

}  // namespace tidings
