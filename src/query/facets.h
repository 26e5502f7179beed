#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/text_map.h"
#include "event/condition.h"
#include "event/event.h"

namespace tidings::query {

/// A field with a text, or the key of a parameter.
using FacetField = std::variant<FilterField, std::string>;
/// `service`, `parameter.KEY`.
std::string NameOf(const FacetField& field);

struct FacetValue {
  std::string value;
  uint64_t events = 0;
  uint64_t errors = 0;  ///< of those, events of type Error
};

struct Facet {
  /// Values that there are, of which `values` may be a part.
  uint64_t distinct = 0;
  /// Most events first, then by value.
  std::vector<FacetValue> values;
};

/// Distinct values per field that are counted; more are left out.
inline constexpr size_t kMaxFacetValues = 100'000;

/// Counts the values that fields have. An event without a text counts for the empty one, an event
/// without a parameter does not count.
///
/// Thread safety: externally synchronised.
class FacetsBuilder {
 public:
  /// Counts only values that begin with `prefix`.
  FacetsBuilder(const std::vector<FacetField>& fields, std::string_view prefix);

  void Add(const EventView& event);

  /// Whether parameters are asked for: then whole rows are needed.
  bool NeedsParameters() const;
  uint64_t total() const { return total_; }
  /// Some values were left out.
  bool IsCut() const { return is_cut_; }
  /// One for each field, in their order, each with at most `top` values.
  std::vector<Facet> Finish(size_t top) const;

 private:
  struct Counts {
    uint64_t events = 0;
    uint64_t errors = 0;
  };
  struct Field {
    FacetField field;
    TextMap<Counts> counts;
  };

  void Count(Field& field, std::string_view value, bool is_error);

  const std::string prefix_;
  std::vector<Field> fields_;
  uint64_t total_ = 0;
  bool is_cut_ = false;
};

}  // namespace tidings::query
