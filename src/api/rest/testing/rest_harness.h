#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/registry.h>

#include "api/rest/rest.h"
#include "base/executor.h"
#include "base/manual_clock.h"
#include "net/http.h"
#include "pipeline/pipeline.h"
#include "store/memory/memory_store.h"

namespace tidings::rest_testing {

/// An executor that a test can fill up, or put threads behind.
class TestExecutor final : public Executor {
 public:
  bool Post(std::function<void()> work) override {
    return !full &&
           (threads != nullptr ? threads->Post(std::move(work)) : here_.Post(std::move(work)));
  }
  bool full = false;
  Executor* threads = nullptr;

 private:
  InlineExecutor here_;
};

/// A request as a test writes it.
struct TestRequest {
  std::string method = "GET";
  /// Path and query, as on the wire.
  std::string target;
  std::string body;
  std::string content_type;
  bool from_loopback = true;
  std::string last_event_id = {};
  std::stop_token abandoned = {};
};

/// A body that a test sends piece by piece.
class TestUpload {
 public:
  TestUpload() : answer_(std::make_shared<std::optional<net::HttpResponse>>()) {}

  /// Whether the consumer wants more by now.
  bool Send(std::string chunk);
  void End();
  void Break(const absl::Status& status);
  /// The connection is gone.
  void Disconnect() { consumer_ = nullptr; }

  bool wants_more() const { return *resumed_; }
  const std::optional<net::HttpResponse>& answer() const { return *answer_; }

 private:
  friend class RestHarness;
  std::unique_ptr<net::BodyConsumer> consumer_;
  std::shared_ptr<std::optional<net::HttpResponse>> answer_;
  std::shared_ptr<bool> resumed_ = std::make_shared<bool>(true);
};

/// All calls over a memory store and the real pipeline, without a network and on one thread.
class RestHarness {
 public:
  /// With `sink` in the pipeline's place, if given, and calls ask `asked` instead of the store.
  explicit RestHarness(
      ReportSink* sink = nullptr,
      rest::Config config = {},
      StoreAdmin* admin = nullptr,
      EventStore* asked = nullptr
  );

  net::HttpResponse Send(const TestRequest& request);
  /// Nothing when it was not answered yet. The answer may still come: it is held by the harness.
  const std::optional<net::HttpResponse>& Begin(const TestRequest& request);
  net::HttpResponse Get(std::string target);
  net::HttpResponse Post(std::string json);
  net::HttpResponse Put(std::string target, std::string json);
  net::HttpResponse Delete(std::string target);
  /// What a call needs.
  net::Scope ScopeOf(std::string_view method, std::string_view path) const;
  TestUpload Upload(bool from_loopback = true);
  /// The value of a counter without labels.
  double Counter(std::string_view name) const;

  ManualClock clock;
  MemoryStore store{clock};
  query::FeedWatch feed{store};
  TestExecutor executor;
  rest::ServerStatus status;
  const std::unique_ptr<SavedViews> views = SavedViews::Open("").value();
  const std::shared_ptr<const net::Access> access = std::make_shared<net::Access>();

 private:
  prometheus::Registry metrics_;
  Pipeline pipeline_{{}, store, clock, metrics_};
  net::Router router_;
  std::vector<std::shared_ptr<std::optional<net::HttpResponse>>> answers_;
};

/// The next piece of a body that is made while it is sent.
net::BodyStream::Piece NextPiece(net::BodyStream& stream);
/// The rest of it, to its end; what was given before it broke, if it does.
std::string WholeBody(const net::HttpResponse& response);

/// The value of a header, empty when it is not there.
std::string HeaderOf(const net::HttpResponse& response, std::string_view name);

}  // namespace tidings::rest_testing
