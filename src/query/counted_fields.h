#pragma once

#include <array>

#include "event/condition.h"

namespace tidings::query {

/// The fields whose values are counted, in the order in which they are told: ids and messages are
/// nearly all different. Parameters are counted beside them.
inline constexpr std::array<FilterField, 7> kCountedFields = {
    FilterField::kService,
    FilterField::kInstance,
    FilterField::kEndpoint,
    FilterField::kLayer,
    FilterField::kName,
    FilterField::kType,
    FilterField::kState};

}  // namespace tidings::query
