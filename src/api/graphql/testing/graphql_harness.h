#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include <prometheus/registry.h>

#include "api/graphql/graphql_handler.h"
#include "base/manual_clock.h"
#include "event/testing/batch_builder.h"
#include "store/memory/memory_store.h"

namespace tidings::graphql::testing {

/// An executor that runs when it is told to, and can be full.
class HeldExecutor final : public Executor {
 public:
  bool Post(std::function<void()> work) override;
  /// Runs what waits.
  void RunAll();

  bool is_full = false;

 private:
  std::deque<std::function<void()>> waiting_;
};

/// GraphQL over a store in memory.
class GraphqlHarness {
 public:
  explicit GraphqlHarness(Config config = {});

  void Report(const tidings::testing::ReportSpec& report);

  /// Sends a body to the handler and gives its answer.
  net::HttpResponse Post(std::string body, std::string_view content_type = "application/json");
  /// The answer to a query; `variables` is JSON.
  std::string Ask(std::string_view query, std::string_view variables = "null");

  MemoryStore& store() { return store_; }
  ManualClock& clock() { return clock_; }
  HeldExecutor& executor() { return executor_; }
  prometheus::Registry& metrics() { return metrics_; }
  GraphqlHandler& handler() { return handler_; }

  Health health;

 private:
  ManualClock clock_;
  MemoryStore store_{clock_};
  HeldExecutor executor_;
  prometheus::Registry metrics_;
  GraphqlHandler handler_;
};

}  // namespace tidings::graphql::testing
