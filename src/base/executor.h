#pragma once

#include <functional>

namespace tidings {

/// Runs work that may block (queries) away from the threads that must not.
///
/// Thread safety: safe.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Runs `work` soon on some thread. False, and nothing is run, when too much waits already or the
  /// executor stops: tell the client to come back.
  [[nodiscard]] virtual bool Post(std::function<void()> work) = 0;
};

/// Runs everything at once on the caller's thread: for tests.
class InlineExecutor final : public Executor {
 public:
  bool Post(std::function<void()> work) override {
    work();
    return true;
  }
};

}  // namespace tidings
