#include "load/process_usage.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "load/socket.h"

namespace tidings::load {
namespace {

TEST(ProcessUsageTest, FindsTheProcessThatListens) {
  const auto listener = Socket::Listen();
  ASSERT_TRUE(listener.ok());
  EXPECT_EQ(FindListener(listener->port()), getpid());
}

TEST(ProcessUsageTest, FindsNobodyWhereNobodyListens) {
  uint16_t port = 0;
  {
    const auto listener = Socket::Listen();
    ASSERT_TRUE(listener.ok());
    port = listener->port();
  }
  EXPECT_EQ(FindListener(port), std::nullopt);
}

TEST(ProcessUsageTest, TellsMemoryAndTimeOfAProcess) {
  const double before = ThreadCpuSeconds();
  while (ThreadCpuSeconds() - before < 0.05) {
  }
  const auto usage = ReadUsage(getpid());
  ASSERT_TRUE(usage);
  EXPECT_GT(usage->cpu_seconds, 0.03);
  EXPECT_GT(usage->resident_bytes, 1'000'000);
}

TEST(ProcessUsageTest, TellsNothingOfAProcessThatIsNone) {
  EXPECT_FALSE(ReadUsage(-1));
}

}  // namespace
}  // namespace tidings::load
