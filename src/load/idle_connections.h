#pragma once

#include <cstddef>
#include <vector>

#include <absl/status/statusor.h>

#include "load/shape.h"
#include "load/socket.h"

namespace tidings::load {

/// Opens connections of the protocol that have spoken once and then stay silent. More than the soft
/// limit of open files allows raises that limit, up to the hard one.
/// Errors: kUnavailable - a connection that could not be made, or was not answered.
absl::StatusOr<std::vector<Socket>> OpenIdleConnections(
    const Target& target, Protocol protocol, size_t count
);

}  // namespace tidings::load
