#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "base/clock.h"
#include "config/config.h"

namespace tidings {

/// A running Tidings: the store, the pipeline, every receiver and API on the network front. The
/// only place that names concrete classes.
///
/// Thread safety: one thread.
/// Errors:        Start: kFailedPrecondition - certificate, key or tokens (key and file named);
///                       kUnavailable       - an address is taken (named), a directory cannot be
/// used;
///                       kFailedPrecondition - the data directory is held by another process
///                       (named),
///                                             or of a newer format;
///                       kDataLoss           - the store is damaged; names file and offset.
class Server {
 public:
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Config& config, const Clock& clock);
  ~Server();

  /// `Tidings 0.1.0 is ready: HTTP http://127.0.0.1:12800, …`: every address, the page, the
  /// absolute data directory.
  std::string ReadyLine() const;

  /// Takes up certificates and tokens that were replaced; to be called once a second or so.
  void ReloadChangedFiles();
  /// Reads certificates and tokens again, changed or not. What is broken is logged and stays as it
  /// was.
  void ReloadFiles();
  /// Takes up the configuration section `limits`.
  void SetLimits(const Config& config);

  /// Readiness off, stop accepting, drain what is under way until `grace` is over, flush, close.
  /// Idempotent.
  void Stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidings
