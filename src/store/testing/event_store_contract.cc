#include "store/testing/event_store_contract.h"

#include <future>
#include <optional>
#include <utility>

namespace tidings::testing {
namespace {

/// More events than any test of the suite makes.
constexpr size_t kAll = 10'000;

}  // namespace

std::ostream& operator<<(std::ostream& out, const StoreFactory& factory) {
  return out << factory.name;
}

std::string NameOfStore(const ::testing::TestParamInfo<StoreFactory>& info) {
  return info.param.name;
}

absl::StatusOr<CommitResult> CommitAndWait(EventStore& store, ReportBatch batch) {
  // Shared: set_value still touches the promise when get() has returned.
  const auto promise = std::make_shared<std::promise<absl::StatusOr<CommitResult>>>();
  std::future<absl::StatusOr<CommitResult>> result = promise->get_future();
  store.Commit(std::move(batch), [promise](absl::StatusOr<CommitResult> committed) {
    promise->set_value(std::move(committed));
  });
  return result.get();
}

std::vector<Outcome> EventStoreContract::Commit(const std::vector<ReportSpec>& reports) {
  BatchBuilder builder(clock_.NowMs());
  for (const ReportSpec& report : reports) {
    builder.Add(report);
  }
  absl::StatusOr<CommitResult> result = CommitAndWait(store(), builder.Build());
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? result->outcomes : std::vector<Outcome>();
}

Outcome EventStoreContract::CommitOne(const ReportSpec& report) {
  const std::vector<Outcome> outcomes = Commit({report});
  EXPECT_EQ(outcomes.size(), 1);
  return outcomes.empty() ? Outcome::kSuperseded : outcomes.front();
}

EventPage EventStoreContract::Page(const EventQuery& query) {
  absl::StatusOr<EventPage> page = store().Query(query);
  EXPECT_TRUE(page.ok()) << page.status();
  if (!page.ok()) {
    return {};
  }
  EXPECT_TRUE(page->incomplete.empty());
  return *std::move(page);
}

std::vector<std::string> EventStoreContract::IdsOf(const Filter& filter) {
  return Ids(Page({.filter = filter, .order = Order::kOldestFirst, .limit = kAll}).events);
}

std::string EventStoreContract::Got(std::string_view id) {
  const absl::StatusOr<std::optional<Event>> event = store().Get(id);
  if (!event.ok()) {
    return event.status().ToString();
  }
  const std::optional<Event>& found = *event;
  return found ? Describe(found->view()) : "nothing";
}

std::string EventStoreContract::OnlyThis(const ReportSpec& report) {
  return Describe(EventOf(report, clock_.NowMs()).view());
}

void EventStoreContract::ExpectSnapshot(EventQuery query, const std::function<void(int)>& disturb) {
  EventQuery whole = query;
  whole.limit = kAll;
  const std::vector<std::string> expected = Descriptions(Page(whole).events);
  std::vector<std::string> read;
  for (int page_number = 1;; ++page_number) {
    EventPage page = Page(query);
    for (std::string& description : Descriptions(page.events)) {
      read.push_back(std::move(description));
    }
    if (!page.next) {
      break;
    }
    query.cursor = std::move(page.next);
    disturb(page_number);
  }
  EXPECT_EQ(read, expected);
}

std::vector<std::string> Described(const LanesPage& page) {
  std::vector<std::string> lanes;
  for (const Lane& lane : page.lanes) {
    std::string line = fmt::format(
        "{}: {} ({} errors)", fmt::join(lane.key, "/"), lane.counts.events, lane.counts.errors
    );
    for (const Event& event : lane.spans) {
      line += fmt::format(" {}", event->id);
    }
    for (const LaneCell& cell : lane.cells) {
      const TypeCounts& counts = cell.counts;
      line += fmt::format(
          " [{}: {} ({}) {}..{}]",
          cell.bucket,
          counts.events,
          counts.errors,
          cell.first_id,
          cell.last_id
      );
    }
    lanes.push_back(std::move(line));
  }
  return lanes;
}

std::vector<std::string> Ids(const std::vector<Event>& events) {
  std::vector<std::string> ids;
  ids.reserve(events.size());
  for (const Event& event : events) {
    ids.emplace_back(event->id);
  }
  return ids;
}

std::vector<std::string> Descriptions(const std::vector<Event>& events) {
  std::vector<std::string> descriptions;
  descriptions.reserve(events.size());
  for (const Event& event : events) {
    descriptions.push_back(Describe(event.view()));
  }
  return descriptions;
}

}  // namespace tidings::testing
