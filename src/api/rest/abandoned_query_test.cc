#include <array>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"
#include "store/testing/forwarding_store.h"

/// Queries that find the world changed between one look at the store and the next.
namespace tidings::rest {
namespace {

using rest_testing::RestHarness;

constexpr char kAbandoned[] = "tidings_abandoned_queries_total";

/// Calls the test before and after each look that a query takes.
class InterruptedStore final : public store_testing::ForwardingStore {
 private:
  template <typename Look>
  auto Between(const Look& look) const {
    ++looks;
    before();
    auto result = look();
    after();
    return result;
  }

 public:
  using ForwardingStore::ForwardingStore;

  absl::StatusOr<EventPage> Query(const EventQuery& query) const override {
    return Between([&] { return ForwardingStore::Query(query); });
  }
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery& query) const override {
    return Between([&] { return ForwardingStore::Aggregate(query); });
  }
  absl::StatusOr<LanesPage> Lanes(const LanesQuery& query) const override {
    return Between([&] { return ForwardingStore::Lanes(query); });
  }
  absl::StatusOr<ScanEnd> Scan(const ScanQuery& query, const ScanVisitor& visit) const override {
    return Between([&] { return ForwardingStore::Scan(query, visit); });
  }

  std::function<void()> before = [] {};
  std::function<void()> after = [] {};
  mutable int looks = 0;
};

class AbandonedQueryTest : public ::testing::Test {
 protected:
  AbandonedQueryTest() {
    rest_.Post(R"({"id":"a","name":"Deploy","service":"shop","start":"5m"})");
  }

  // The store that the harness has is borrowed before it exists: nothing is asked until then.
  RestHarness rest_{nullptr, {}, nullptr, &store_};
  InterruptedStore store_{rest_.store};
};

constexpr std::array<const char*, 7> kQueries = {
    "/api/v1/events",
    "/api/v1/histogram",
    "/api/v1/facets",
    "/api/v1/changes",
    "/api/v1/before",
    "/api/v1/lanes",
    "/api/v1/histogram?from=0"};

TEST_F(AbandonedQueryTest, EndsWhenItsClientHangsUp) {
  for (const char* const target : kQueries) {
    EXPECT_EQ(rest_.Get(target).status, 200) << target;
  }
  EXPECT_EQ(rest_.Counter(kAbandoned), 0);
  double abandoned = 0;
  for (const char* const target : kQueries) {
    std::stop_source client;
    store_.looks = 0;
    store_.before = [&client] { client.request_stop(); };
    EXPECT_EQ(rest_.Send({.target = target, .abandoned = client.get_token()}).status, 503);
    EXPECT_EQ(store_.looks, 1) << target << " looks on";
    EXPECT_EQ(rest_.Counter(kAbandoned), ++abandoned) << target;
  }
}

TEST_F(AbandonedQueryTest, EndsAnExportToo) {
  std::stop_source client;
  store_.before = [&client] { client.request_stop(); };
  EXPECT_EQ(rest_.Send({.target = "/api/v1/export", .abandoned = client.get_token()}).status, 503);
}

/// Whatever is committed between the scans of one answer is not in it.
TEST_F(AbandonedQueryTest, AnswersFromOneSnapshotWhileEventsArrive) {
  for (const char* const target : {"/api/v1/changes", "/api/v1/before"}) {
    store_.after = [] {};
    const std::string quiet = rest_.Get(target).body;
    store_.looks = 0;
    store_.after = [this] {
      const std::string id = std::to_string(rest_.store.LastSequence());
      rest_.Post(R"({"id":"b)" + id + R"(","name":"Deploy","service":"shop","start":"1m"})");
      rest_.Post(R"({"id":"c)" + id + R"(","name":"Oops","service":"shop","type":"Error"})");
    };
    EXPECT_EQ(rest_.Get(target).body, quiet);
    EXPECT_GE(store_.looks, 2) << target;
    EXPECT_NE(rest_.Get(target).body, quiet);
  }
}

}  // namespace
}  // namespace tidings::rest
