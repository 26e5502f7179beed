#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "load/shape.h"

namespace tidings::load {

/// The server's half of one connection whose requests are all dropped and acknowledged.
///
/// Thread safety: externally synchronised.
class DropSession {
 public:
  virtual ~DropSession() = default;

  /// Takes what the client sent, and appends what it is answered.
  /// Errors: kInternal - the client does not speak the protocol.
  virtual absl::Status Take(std::string_view bytes, std::string& out) = 0;
};

std::unique_ptr<DropSession> MakeDropSession(Protocol protocol);

}  // namespace tidings::load
