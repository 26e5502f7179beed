#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "store/event_store.h"

namespace tidings {

/// A cursor as clients carry it: URL-safe text, opaque, with a checksum. `binding` is a hash of
/// what the chain is bound to (filters, from, to, order as the client wrote them).
std::string EncodeCursor(const Cursor& cursor, uint64_t binding);

/// kInvalidArgument when the text is no cursor, or one of another query (a different binding).
absl::StatusOr<Cursor> DecodeCursor(std::string_view token, uint64_t binding);

/// The cursor's frozen `now`, without a check of its binding: relative times of a chain's later
/// pages mean what they meant on its first.
absl::StatusOr<int64_t> CursorNow(std::string_view token);

}  // namespace tidings
