#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "api/graphql/engine/engine.h"

namespace tidings::graphql {

/// The request that a body of `POST /graphql` holds: an object with `query`, and possibly
/// `variables` and `operationName`; other members are ignored. kInvalidArgument when it holds none.
absl::StatusOr<Request> ParseJsonRequest(std::string body);

}  // namespace tidings::graphql
