#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/rest/answer.h"
#include "api/rest/query_parameters.h"
#include "store/event_store.h"

/// The parameter `cursor` of calls that answer by pages.
namespace tidings::rest {

/// What a cursor is bound to: the call (`events`), and its parameters as they were written, in any
/// order, but for `cursor` and those that may change from page to page.
uint64_t CursorBinding(
    std::string_view call,
    const QueryParameters& parameters,
    std::span<const std::string_view> may_change
);

/// Left empty when none is given.
std::optional<FieldProblem> ParseCursor(
    const QueryParameters& parameters, uint64_t binding, std::optional<Cursor>& cursor
);

}  // namespace tidings::rest
