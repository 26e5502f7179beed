#include "store/embedded/row_filter.h"

#include <algorithm>
#include <optional>

namespace tidings::embedded {
namespace {

bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// The hot text that a field of the filter is about.
std::optional<TextField> HotTextOf(FilterField field) {
  switch (field) {
    case FilterField::kService:
      return TextField::kService;
    case FilterField::kInstance:
      return TextField::kInstance;
    case FilterField::kEndpoint:
      return TextField::kEndpoint;
    case FilterField::kLayer:
      return TextField::kLayer;
    case FilterField::kName:
      return TextField::kName;
    case FilterField::kType:
    case FilterField::kState:
    case FilterField::kId:
      return std::nullopt;
  }
  return std::nullopt;
}

bool Passes(const FieldCondition& condition, std::string_view value) {
  return (condition.any_of.empty() || Contains(condition.any_of, value)) &&
         !Contains(condition.none_of, value);
}

}  // namespace

RowFilter::RowFilter(const Filter& filter, const HotBlock& block, int64_t now_ms)
    : filter_(filter), block_(block), now_ms_(now_ms) {
  of_times_.window = filter_.window;
  for (const FieldCondition& condition : filter_.conditions) {
    if (const std::optional<TextField> text = HotTextOf(condition.field)) {
      AddTextCondition(condition, static_cast<size_t>(*text));
    } else if (condition.field != FilterField::kId) {
      of_times_.conditions.push_back(condition);
    }
  }
}

void RowFilter::AddTextCondition(const FieldCondition& condition, size_t field) {
  const std::span<const std::string_view> texts = block_.texts(field);
  AllowedCodes codes{.field = field, .is_allowed = std::vector<bool>(texts.size())};
  EventView event;
  bool any = false;
  for (size_t code = 0; code < texts.size(); ++code) {
    event.text.values[field] = texts[code];
    codes.is_allowed[code] = Passes(condition, ShownValue(event, condition.field));
    any = any || codes.is_allowed[code];
  }
  is_empty_ = is_empty_ || !any;
  texts_.push_back(std::move(codes));
}

bool RowFilter::Matches(size_t row) const {
  for (const AllowedCodes& codes : texts_) {
    if (!codes.is_allowed[block_.Code(codes.field, row)]) {
      return false;
    }
  }
  EventView event;
  block_.FillTimes(row, event);
  return tidings::Matches(of_times_, event, now_ms_);
}

bool HasIdCondition(const Filter& filter) {
  return std::any_of(
      filter.conditions.begin(),
      filter.conditions.end(),
      [](const FieldCondition& condition) { return condition.field == FilterField::kId; }
  );
}

bool MatchesId(const Filter& filter, std::string_view id) {
  return std::all_of(
      filter.conditions.begin(),
      filter.conditions.end(),
      [id](const FieldCondition& condition) {
        return condition.field != FilterField::kId || Passes(condition, id);
      }
  );
}

}  // namespace tidings::embedded
