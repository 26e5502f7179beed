#pragma once

#include <memory>

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>

#include "base/mutex.h"
#include "net/tls_context.h"
#include "net/watched_files.h"

namespace tidings::net {

/// The certificate that new connections get. Replaced while the server runs; connections keep the
/// one that they began with.
///
/// Thread safety: current: any thread. The rest: one thread.
/// Errors:        as TlsContext::Load. A failed Reload keeps what was there.
class TlsCredentials {
 public:
  static absl::StatusOr<std::shared_ptr<TlsCredentials>> Load(TlsConfig config);

  std::shared_ptr<const TlsContext> current() const;
  absl::Status Reload();
  /// Reloads when a file was replaced; logs what came of it. To be called once a second or so.
  void ReloadIfChanged();

 private:
  TlsCredentials(TlsConfig config, WatchedFiles files, std::shared_ptr<const TlsContext> context);

  const TlsConfig config_;
  WatchedFiles files_;
  mutable Mutex mutex_;
  std::shared_ptr<const TlsContext> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings::net
