#include "store/facet_field.h"

#include "event/value.h"

namespace tidings {

std::string NameOf(const FacetField& field) {
  const auto* const text = std::get_if<FilterField>(&field);
  return text != nullptr ? std::string(NameOf(*text))
                         : "parameter." + *std::get_if<std::string>(&field);
}

std::string ValueOf(const EventView& event, const FacetField& field) {
  if (const auto* const text = std::get_if<FilterField>(&field)) {
    return std::string(ShownValue(event, *text));
  }
  const Parameter* const parameter = FindParameter(event, *std::get_if<std::string>(&field));
  return parameter == nullptr ? std::string() : std::string(ValueText(parameter->value));
}

}  // namespace tidings
