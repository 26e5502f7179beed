#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>
#include <spdlog/spdlog.h>

#include "base/published.h"
#include "base/status.h"
#include "net/watched_files.h"

namespace tidings::net {

/// What was read from files that may be replaced while the server runs.
///
/// Thread safety: current: any thread. The rest: one thread.
/// Errors:        of Load: as the source's. A reading that fails later is logged, and what was
/// there
///                stays.
template <typename T>
class Reloaded {
 public:
  using Value = typename Published<T>::Value;
  struct Source {
    std::vector<std::string> files;
    std::function<absl::StatusOr<Value>()> read;
    /// For the log: what was taken up, and that the old one stays.
    std::function<std::string(const T&)> taken_up;
    std::string kept;
  };

  static absl::StatusOr<std::shared_ptr<Reloaded>> Load(Source source) {
    // Before reading: a change meanwhile is then still one.
    WatchedFiles files(source.files);
    absl::StatusOr<Value> value = source.read();
    if (!value.ok()) {
      return value.status();
    }
    return std::shared_ptr<Reloaded>(
        new Reloaded(std::move(source), std::move(files), *std::move(value))
    );
  }

  Value current() const { return current_.current(); }

  void Reload() {
    files_.Remember();
    absl::StatusOr<Value> value = source_.read();
    if (!value.ok()) {
      spdlog::error("{}: {}", source_.kept, MessageOf(value.status()));
      return;
    }
    spdlog::info("{}", source_.taken_up(**value));
    current_.Replace(*std::move(value));
  }

  /// Reloads when a file was replaced. To be called once a second or so.
  void ReloadIfChanged() {
    if (files_.HaveChanged()) {
      Reload();
    }
  }

 private:
  Reloaded(Source source, WatchedFiles files, Value value)
      : source_(std::move(source)), files_(std::move(files)), current_(std::move(value)) {}

  const Source source_;
  WatchedFiles files_;
  Published<T> current_;
};

}  // namespace tidings::net
