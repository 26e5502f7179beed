#include "query/facets.h"

#include <algorithm>

#include "event/value.h"

namespace tidings::query {

std::string NameOf(const FacetField& field) {
  const auto* const text = std::get_if<FilterField>(&field);
  return text != nullptr ? std::string(tidings::NameOf(*text))
                         : "parameter." + *std::get_if<std::string>(&field);
}

FacetsBuilder::FacetsBuilder(const std::vector<FacetField>& fields, std::string_view prefix)
    : prefix_(prefix) {
  for (const FacetField& field : fields) {
    fields_.push_back({.field = field, .counts = {}});
  }
}

bool FacetsBuilder::NeedsParameters() const {
  return std::any_of(fields_.begin(), fields_.end(), [](const Field& field) {
    return std::holds_alternative<std::string>(field.field);
  });
}

void FacetsBuilder::Add(const EventView& event) {
  ++total_;
  const bool is_error = event.type == EventType::kError;
  for (Field& field : fields_) {
    if (const auto* const text = std::get_if<FilterField>(&field.field)) {
      Count(field, ShownValue(event, *text), is_error);
      continue;
    }
    const Parameter* const parameter =
        FindParameter(event, *std::get_if<std::string>(&field.field));
    if (parameter != nullptr) {
      Count(field, ValueText(parameter->value), is_error);
    }
  }
}

void FacetsBuilder::Count(Field& field, std::string_view value, bool is_error) {
  if (!value.starts_with(prefix_)) {
    return;
  }
  auto found = field.counts.find(value);
  if (found == field.counts.end()) {
    if (field.counts.size() == kMaxFacetValues) {
      is_cut_ = true;
      return;
    }
    found = field.counts.try_emplace(std::string(value)).first;
  }
  ++found->second.events;
  found->second.errors += is_error ? 1 : 0;
}

std::vector<Facet> FacetsBuilder::Finish(size_t top) const {
  std::vector<Facet> facets;
  for (const Field& field : fields_) {
    Facet facet{.distinct = field.counts.size(), .values = {}};
    for (const auto& [value, counts] : field.counts) {
      facet.values.push_back({.value = value, .events = counts.events, .errors = counts.errors});
    }
    const size_t kept = std::min(top, facet.values.size());
    const auto end = facet.values.begin() + static_cast<ptrdiff_t>(kept);
    std::partial_sort(
        facet.values.begin(),
        end,
        facet.values.end(),
        [](const FacetValue& a, const FacetValue& b) {
          return a.events != b.events ? a.events > b.events : a.value < b.value;
        }
    );
    facet.values.erase(end, facet.values.end());
    facets.push_back(std::move(facet));
  }
  return facets;
}

}  // namespace tidings::query
