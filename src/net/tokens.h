#pragma once

#include <memory>
#include <string>

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>

#include "base/mutex.h"
#include "net/token_table.h"
#include "net/watched_files.h"

namespace tidings::net {

/// The tokens that are accepted now; replaced while the server runs.
///
/// Thread safety: current: any thread. The rest: one thread.
/// Errors:        as TokenTable::Load. A failed Reload keeps what was there.
class Tokens {
 public:
  static absl::StatusOr<std::shared_ptr<Tokens>> Load(std::string path);

  std::shared_ptr<const TokenTable> current() const;
  absl::Status Reload();
  /// Reloads when the file was replaced; logs what came of it. To be called once a second or so.
  void ReloadIfChanged();

 private:
  Tokens(std::string path, WatchedFiles files, TokenTable table);

  const std::string path_;
  WatchedFiles files_;
  mutable Mutex mutex_;
  std::shared_ptr<const TokenTable> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings::net
