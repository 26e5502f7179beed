#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "net/reloaded.h"
#include "net/token_table.h"

namespace tidings::net {

/// The tokens that are accepted now; replaced while the server runs.
using Tokens = Reloaded<TokenTable>;

/// Errors: as TokenTable::Load.
absl::StatusOr<std::shared_ptr<Tokens>> LoadTokens(const std::string& path);

}  // namespace tidings::net
