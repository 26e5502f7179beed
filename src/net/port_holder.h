#pragma once

#include <cstdint>
#include <string>

namespace tidings::net {

/// Who listens on a TCP port of this machine, for an error message: `process 4711 (tidings)`; empty
/// when it cannot be seen (another user's, another container's).
std::string FindPortHolder(uint16_t port);

}  // namespace tidings::net
