#include "store/memory/memory_store.h"

#include <memory>

#include <gtest/gtest.h>

#include "store/testing/event_store_contract.h"

namespace tidings {
namespace {

using testing::EventStoreContract;
using testing::NameOfStore;
using testing::StoreFactory;
using testing::StoreUnderTest;

class MemoryStoreUnderTest final : public StoreUnderTest {
 public:
  explicit MemoryStoreUnderTest(const Clock& clock) : store_(clock) {}
  EventStore& store() override { return store_; }

 private:
  MemoryStore store_;
};

std::unique_ptr<StoreUnderTest> MakeMemoryStore(const Clock& clock) {
  return std::make_unique<MemoryStoreUnderTest>(clock);
}

}  // namespace

namespace testing {

INSTANTIATE_TEST_SUITE_P(
    Memory,
    EventStoreContract,
    ::testing::Values(StoreFactory{.name = "MemoryStore", .make = MakeMemoryStore}),
    NameOfStore
);

}  // namespace testing
}  // namespace tidings
