#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <random>
#include <spawn.h>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/testing/crash_events.h"
#include "store/embedded/testing/temporary_directory.h"

/// kill -9 of a process that commits and compacts without end: what it was told to be durable is
/// there, rightly joined, and nothing is there in part (store.md, law 1).
namespace tidings::embedded {
namespace {

using testing::CrashId;
using testing::kCrashBatchEvents;

/// The committing process.
class Child {
 public:
  Child(const std::string& directory, int first_batch) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    std::string program = (self.parent_path() / "store_crash_child").string();
    std::string path = directory;
    std::string first = std::to_string(first_batch);
    char* arguments[] = {program.data(), path.data(), first.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    Kill();
    (void)std::fclose(output_);
  }

  /// Nothing at the end of its output.
  std::optional<std::string> ReadLine() {
    char line[64];
    if (std::fgets(line, sizeof(line), output_) == nullptr) {
      return std::nullopt;
    }
    return std::string(line);
  }

  void Kill() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      int status = 0;
      waitpid(pid_, &status, 0);
      EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
      pid_ = 0;
    }
  }

 private:
  pid_t pid_ = 0;
  std::FILE* output_ = nullptr;
};

/// The last batch that the child was told to be durable.
int ReadAcknowledged(Child& child, int acknowledged) {
  while (const std::optional<std::string> line = child.ReadLine()) {
    int batch = 0;
    if (std::sscanf(line->c_str(), "ack %d", &batch) == 1) {
      acknowledged = batch;
    }
  }
  return acknowledged;
}

/// The event after batches 0 .. `last`.
std::string ExpectedEvent(int batch, int i, int last) {
  const std::string end = batch < last ? std::to_string(5'000 + batch + 1) : "0";
  return fmt::format(
      "{} gen=0 Normal {}..{} service=\"shop\"@{} name=\"Deploy\"@{} message=\"batch {} event "
      "{}\"@{}",
      CrashId(batch, i),
      1'000 + batch,
      end,
      1'000 + batch,
      1'000 + batch,
      batch,
      i,
      1'000 + batch
  );
}

/// Looks whether batches 0 .. `acknowledged` are there, and the one after it whole or not at all.
/// Returns the last batch that is there.
int CheckStore(const std::string& directory, int acknowledged) {
  const SystemClock clock;
  const auto store = EmbeddedStore::Open({.directory = directory}, clock);
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) {
    return acknowledged;
  }
  const auto events = static_cast<int>((*store)->Stats().events);
  EXPECT_EQ(events % kCrashBatchEvents, 0);
  const int last = events / kCrashBatchEvents - 1;
  EXPECT_GE(last, acknowledged);
  EXPECT_LE(last, acknowledged + 1);
  const EventQuery query = {
      .limit = 1'000'000, .page_bytes = size_t{1} << 30, .wants_cursor = false};
  const absl::StatusOr<EventPage> page = (*store)->Query(query);
  EXPECT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->events.size(), events);
  for (int batch = 0; batch <= last; ++batch) {
    for (int i = 0; i < kCrashBatchEvents; ++i) {
      const auto event = (*store)->Get(CrashId(batch, i));
      EXPECT_TRUE(event.ok() && *event) << CrashId(batch, i);
      if (event.ok() && *event) {
        EXPECT_EQ(tidings::testing::Describe((*event)->view()), ExpectedEvent(batch, i, last));
      }
    }
  }
  return last;
}

TEST(CrashTest, LosesNothingAcknowledgedWhenItIsKilledAtAnyMoment) {
  constexpr int kRounds = 10;
  const testing::TemporaryDirectory directory;
  std::mt19937 random(static_cast<uint32_t>(GTEST_FLAG_GET(random_seed)));
  int last = -1;
  for (int round = 0; round < kRounds && !::testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(fmt::format("seed {}, round {}", GTEST_FLAG_GET(random_seed), round));
    Child child(directory.path(), last + 1);
    // Some rounds end while the store opens.
    const int lines = round % 3 == 2 ? 1 : std::uniform_int_distribution<int>(2, 60)(random);
    int acknowledged = last;
    for (int i = 0; i < lines; ++i) {
      const std::optional<std::string> line = child.ReadLine();
      ASSERT_TRUE(line);
      (void)std::sscanf(line->c_str(), "ack %d", &acknowledged);
    }
    child.Kill();
    acknowledged = ReadAcknowledged(child, acknowledged);
    last = CheckStore(directory.path(), acknowledged);
  }
  EXPECT_GT(last, 0);
}

}  // namespace
}  // namespace tidings::embedded
