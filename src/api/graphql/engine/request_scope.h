#pragma once

#include <any>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "api/graphql/engine/schema.h"
#include "base/clock.h"

namespace tidings::graphql {

/// What the resolvers of one request share.
///
/// Thread safety: one thread.
class RequestScope {
 public:
  RequestScope(
      const Schema& schema,
      const Clock& clock,
      std::chrono::milliseconds time_limit,
      std::stop_token abandoned = {}
  )
      : schema_(schema),
        clock_(clock),
        time_limit_(time_limit),
        deadline_(clock.Steady() + time_limit),
        abandoned_(std::move(abandoned)) {}

  const Schema& schema() const { return schema_; }
  std::chrono::milliseconds time_limit() const { return time_limit_; }
  std::chrono::milliseconds TimeLeft() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - clock_.Steady());
  }
  bool IsOver() const { return clock_.Steady() >= deadline_ || abandoned_.stop_requested(); }
  /// Told when nobody waits for the answer any more.
  const std::stop_token& abandoned() const { return abandoned_; }

  /// Keeps a value for as long as the field that is being resolved is written: what the objects
  /// below it point to.
  template <typename T>
  const T* Keep(T value) {
    auto kept = std::make_shared<const T>(std::move(value));
    kept_.push_back(kept);
    return kept.get();
  }

  size_t kept() const { return kept_.size(); }
  /// Lets go of what was kept since kept() was `count`.
  void ReleaseTo(size_t count) { kept_.resize(count); }

  /// An error of the field that is being resolved, beside the value that it has all the same.
  void AddError(std::string message) { errors_.push_back(std::move(message)); }
  std::vector<std::string> TakeErrors() { return std::exchange(errors_, {}); }

 private:
  const Schema& schema_;
  const Clock& clock_;
  const std::chrono::milliseconds time_limit_;
  const std::chrono::steady_clock::time_point deadline_;
  const std::stop_token abandoned_;
  /// Shared only to forget their types.
  std::vector<std::shared_ptr<const void>> kept_;
  std::vector<std::string> errors_;
};

}  // namespace tidings::graphql
