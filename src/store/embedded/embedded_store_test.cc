#include "store/embedded/embedded_store.h"

#include <memory>

#include <gtest/gtest.h>

#include "store/embedded/testing/temporary_directory.h"
#include "store/testing/event_store_contract.h"

namespace tidings {
namespace {

using testing::EventStoreContract;
using testing::NameOfStore;
using testing::StoreFactory;
using testing::StoreUnderTest;

class EmbeddedStoreUnderTest final : public StoreUnderTest {
 public:
  explicit EmbeddedStoreUnderTest(const Clock& clock) : clock_(clock) { Open(); }

  EventStore& store() override { return *store_; }

  void Reopen() override {
    store_.reset();
    Open();
  }

  void Compact() override {
    const absl::Status status = store_->CompactNow();
    EXPECT_TRUE(status.ok()) << status;
  }

 private:
  void Open() {
    absl::StatusOr<std::unique_ptr<EmbeddedStore>> store =
        EmbeddedStore::Open({.directory = directory_.path()}, clock_, options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  const Clock& clock_;
  /// Every compaction makes an id run.
  const EmbeddedStoreOptions options_ = {.least_run_entries = 1};
  embedded::testing::TemporaryDirectory directory_;
  std::unique_ptr<EmbeddedStore> store_;
};

std::unique_ptr<StoreUnderTest> MakeEmbeddedStore(const Clock& clock) {
  return std::make_unique<EmbeddedStoreUnderTest>(clock);
}

}  // namespace

namespace testing {

INSTANTIATE_TEST_SUITE_P(
    Embedded,
    EventStoreContract,
    ::testing::Values(StoreFactory{.name = "EmbeddedStore", .make = MakeEmbeddedStore}),
    NameOfStore
);

}  // namespace testing
}  // namespace tidings
