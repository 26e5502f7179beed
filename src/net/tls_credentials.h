#pragma once

#include <memory>

#include <absl/status/statusor.h>

#include "net/config.h"
#include "net/reloaded.h"
#include "net/tls_context.h"

namespace tidings::net {

/// The certificate that new connections get. Replaced while the server runs; connections keep the
/// one that they began with.
using TlsCredentials = Reloaded<TlsContext>;

/// Errors: as TlsContext::Load.
absl::StatusOr<std::shared_ptr<TlsCredentials>> LoadTlsCredentials(const TlsConfig& config);

}  // namespace tidings::net
