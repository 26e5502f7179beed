#include "query/facet_field.h"

namespace tidings::query {

std::string NameOf(const FacetField& field) {
  const auto* const text = std::get_if<FilterField>(&field);
  return text != nullptr ? std::string(tidings::NameOf(*text))
                         : "parameter." + *std::get_if<std::string>(&field);
}

}  // namespace tidings::query
