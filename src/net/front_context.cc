#include "net/front_context.h"

#include <spdlog/spdlog.h>

#include "base/text.h"

namespace tidings::net {

void UnknownMethods::Report(std::string_view path) {
  constexpr size_t kMaxReported = 100;
  {
    const MutexLock lock(mutex_);
    if (reported_.size() >= kMaxReported || !reported_.insert(std::string(path)).second) {
      return;
    }
  }
  spdlog::warn(
      "a client calls the gRPC method {}, which is not served; it gets UNIMPLEMENTED (said once)",
      EscapeForDisplay(path)
  );
}

}  // namespace tidings::net
