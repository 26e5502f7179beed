#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/manual_clock.h"
#include "event/testing/batch_builder.h"
#include "store/event_store.h"

/// What every EventStore must do, as one suite of tests. A store's own test instantiates it:
///
///   INSTANTIATE_TEST_SUITE_P(
///       Memory, EventStoreContract,
///       ::testing::Values(StoreFactory{.name = "Memory", .make = MakeMemoryStore}), NameOfStore
///   );
///
/// and links `tidings_store_contract`, which holds the tests (an object library: linked directly,
/// so that none is left out).
namespace tidings::testing {

/// A store while a test runs, with what lies behind it (its directory).
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;

  /// Valid until the next Reopen.
  virtual EventStore& store() = 0;

  /// Stops the store and opens it again on the same data. Nothing where nothing persists.
  virtual void Reopen() {}

  /// Rewrites what can be rewritten, and returns when that is done.
  virtual void Compact() {}
};

struct StoreFactory {
  std::string name;
  /// An empty store with this clock. Some tests make several.
  std::function<std::unique_ptr<StoreUnderTest>(const Clock&)> make;
};

std::ostream& operator<<(std::ostream& out, const StoreFactory& factory);

/// Names the instances of the suite.
std::string NameOfStore(const ::testing::TestParamInfo<StoreFactory>& info);

/// Hands `batch` over and waits for what became of it.
absl::StatusOr<CommitResult> CommitAndWait(EventStore& store, ReportBatch batch);

class EventStoreContract : public ::testing::TestWithParam<StoreFactory> {
 protected:
  EventStoreContract() : under_test_(GetParam().make(clock_)) {}

  EventStore& store() { return under_test_->store(); }
  void Reopen() { under_test_->Reopen(); }
  void Compact() { under_test_->Compact(); }

  /// Commits the reports as one batch, received now; a refused batch fails the test.
  std::vector<Outcome> Commit(const std::vector<ReportSpec>& reports);
  Outcome CommitOne(const ReportSpec& report);

  /// The page; an error fails the test.
  EventPage Page(const EventQuery& query);
  /// The ids of all events that match, oldest first.
  std::vector<std::string> IdsOf(const Filter& filter);
  /// Describe of the event, or "nothing".
  std::string Got(std::string_view id);
  /// What Got gives for an event of just this report.
  std::string OnlyThis(const ReportSpec& report);
  /// Reads `query` page by page, calls `disturb` (with 1, 2, ...) between the pages, and expects
  /// exactly the events of the first page's moment, each once.
  void ExpectSnapshot(EventQuery query, const std::function<void(int)>& disturb);

  ManualClock clock_{1'700'000'000'000};
  std::unique_ptr<StoreUnderTest> under_test_;
};

/// A line per lane: its key, numbers, and the ids of its events or what stands in its cells.
std::vector<std::string> Described(const LanesPage& page);

std::vector<std::string> Ids(const std::vector<Event>& events);
std::vector<std::string> Descriptions(const std::vector<Event>& events);

}  // namespace tidings::testing
