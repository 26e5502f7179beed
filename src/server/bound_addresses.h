#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "api/ui/ui_routes.h"
#include "base/mutex.h"
#include "net/front.h"

namespace tidings {

/// The configuration keys of the listeners.
constexpr const char* kHttpKey = "http.address";
constexpr const char* kGrpcKey = "grpc.address";
constexpr const char* kOtlpGrpcKey = "otlp.grpc_address";
constexpr const char* kOtlpHttpKey = "otlp.http_address";

/// Where the server listens. Empty until the front has told: requests come in while it starts.
///
/// Thread safety: safe.
class BoundAddresses {
 public:
  void Set(std::vector<net::Front::Bound> bound);
  std::vector<net::Front::Bound> All() const;
  /// Of the listener with that configuration key; empty when it is off.
  std::string Find(std::string_view key) const;
  /// As the page names them.
  std::vector<ui::Address> ForPage() const;
  /// Every listener in one line for a person: `HTTP http://127.0.0.1:12800, gRPC off, …`.
  std::string Describe(bool is_encrypted) const;

 private:
  mutable Mutex mutex_;
  std::vector<net::Front::Bound> bound_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings
