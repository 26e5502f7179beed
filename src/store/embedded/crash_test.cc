#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <spawn.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/manual_clock.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/store_check.h"
#include "store/embedded/testing/crash_events.h"
#include "store/embedded/testing/temporary_directory.h"

/// kill -9 of a process that commits and compacts without end: what it was told to be durable is
/// there, rightly joined, and nothing is there in part (store.md, law 1).
namespace tidings::embedded {
namespace {

using testing::CrashId;
using testing::kCrashBatchEvents;

/// A program that stands beside this one, with its standard output.
class Child {
 public:
  Child(const std::string& name, std::vector<std::string> arguments) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    const std::string program = (self.parent_path() / name).string();
    arguments.insert(arguments.begin(), program);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
      pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers.data(), environ), 0);
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
    char line[256];
    if (std::fgets(line, sizeof(line), output_) == nullptr) {
      return std::nullopt;
    }
    return std::string(line);
  }

  void Kill() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      EXPECT_TRUE(WIFSIGNALED(AwaitEnd())) << "the child ended by itself";
    }
  }

  /// As waitpid tells it.
  int AwaitEnd() {
    int status = 0;
    waitpid(std::exchange(pid_, 0), &status, 0);
    return status;
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

/// Looks whether batches 0 .. `acknowledged` are there, and the one after it whole or not at all.
/// Returns the last batch that is there.
int CheckCommitted(const std::string& directory, int acknowledged) {
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
        EXPECT_EQ(
            tidings::testing::Describe((*event)->view()),
            testing::ExpectedCrashEvent(batch, i, last)
        );
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
    Child child("store_crash_child", {directory.path(), std::to_string(last + 1)});
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
    last = CheckCommitted(directory.path(), acknowledged);
  }
  EXPECT_GT(last, 0);
}

/// What kill_child told before it was killed.
struct Told {
  int acknowledged = -1;
  bool is_expiring = false;
  bool is_expired = false;
  bool is_killed = false;
  /// How often each point was passed, where it was not killed.
  std::map<std::string, int> points;
};

Told RunKillChild(std::vector<std::string> arguments) {
  Child child("store_kill_child", std::move(arguments));
  Told told;
  while (const std::optional<std::string> line = child.ReadLine()) {
    int count = 0;
    char point[128];
    told.is_expiring = told.is_expiring || *line == "expiring\n";
    told.is_expired = told.is_expired || *line == "expired\n";
    (void)std::sscanf(line->c_str(), "ack %d", &told.acknowledged);
    if (std::sscanf(line->c_str(), "point %d %127[^\n]", &count, point) == 2) {
      told.points[point] = count;
    }
  }
  const int status = child.AwaitEnd();
  told.is_killed = WIFSIGNALED(status);
  EXPECT_TRUE(told.is_killed || status == 0) << status;
  return told;
}

std::string GotFrom(const EmbeddedStore& store, const std::string& id) {
  const absl::StatusOr<std::optional<Event>> event = store.Get(id);
  EXPECT_TRUE(event.ok()) << event.status();
  return event.ok() && *event ? tidings::testing::Describe((*event)->view()) : "nothing";
}

/// The last batch that is there; the one behind the last acknowledged one may be.
int LastBatch(const EmbeddedStore& store, int acknowledged) {
  return acknowledged + (GotFrom(store, CrashId(acknowledged + 1, 0)) == "nothing" ? 0 : 1);
}

/// Looks whether each event of batches 0 .. `last` is there, or gone where it may be.
void CheckAfterKill(const EmbeddedStore& store, const Told& told, int last) {
  std::map<std::string, std::string> listed;
  const absl::StatusOr<EventPage> page = store.Query({.limit = 100'000, .wants_cursor = false});
  ASSERT_TRUE(page.ok()) << page.status();
  for (const Event& event : page->events) {
    EXPECT_TRUE(listed.emplace(event->id, tidings::testing::Describe(event.view())).second)
        << "two live rows of " << event->id;
  }
  for (int batch = 0; batch <= last; ++batch) {
    for (int i = 0; i < kCrashBatchEvents; ++i) {
      const std::string id = CrashId(batch, i);
      const std::string got = GotFrom(store, id);
      const bool may_be_gone = told.is_expiring && batch < testing::kExpiringBatches;
      EXPECT_EQ(listed.contains(id) ? listed[id] : "nothing", got);
      if (!may_be_gone) {
        EXPECT_EQ(got, testing::ExpectedCrashEvent(batch, i, last));
      } else if (told.is_expired) {
        EXPECT_EQ(got, "nothing");
      }
      listed.erase(id);
    }
  }
  EXPECT_TRUE(listed.empty()) << "a part of a batch that was not acknowledged: "
                              << listed.begin()->first;
}

void CheckKilled(const std::string& directory, const Told& told) {
  ManualClock clock;
  if (told.is_expiring) {
    clock.Advance(std::chrono::hours(24 * 40 + 1));
  }
  const EmbeddedStoreOptions options = {.background_maintenance = false, .least_run_entries = 1};
  auto store = EmbeddedStore::Open({.directory = directory}, clock, options);
  ASSERT_TRUE(store.ok()) << store.status();
  const int last = LastBatch(**store, told.acknowledged);
  CheckAfterKill(**store, told, last);
  EXPECT_TRUE((*store)->CompactNow().ok());
  EXPECT_TRUE((*store)->DropExpiredNow().ok());
  CheckAfterKill(**store, told, last);
  store->reset();
  const absl::StatusOr<StoreCheck> check = embedded::CheckStore(directory, {});
  ASSERT_TRUE(check.ok()) << check.status();
  EXPECT_TRUE(check->findings.empty());
}

/// One time of all; every time with KILL_EVERY_TIME=1.
std::vector<int> PickTimes(int count, std::mt19937& random) {
  std::vector<int> times;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment.
  const bool every = std::getenv("KILL_EVERY_TIME") != nullptr;
  for (int i = 1; i <= count && every; ++i) {
    times.push_back(i);
  }
  if (!every) {
    times.push_back(std::uniform_int_distribution<int>(1, count)(random));
  }
  return times;
}

/// That must be there. Those of the file system are passed on RocksDB's threads too, so that a run
/// may end before it passes one as often as the run before did.
constexpr std::string_view kPoints[] = {
    "before block commit",
    "after block commit",
    "before compaction switch",
    "after compaction switch",
    "before run switch",
    "after run switch",
    "before retention hide",
    "after retention hide",
    "before retention drop",
    "after retention drop",
    "before file ingest",
    "after file ingest",
    "before block delete",
    "after block delete",
    "before cursor",
    "after cursor",
    "before append .log",
    "after append .log",
    "before sync .log",
    "after sync .log",
    "before append .run",
    "after append .run",
    "before sync .run",
    "after sync .run",
    "before append .sst",
    "after append .sst",
    "before sync .sst",
    "after sync .sst",
    "before append MANIFEST",
    "after append MANIFEST",
    "before sync MANIFEST",
    "after sync MANIFEST",
    "before rename CURRENT",
    "after rename CURRENT",
    "before sync directory",
    "after sync directory"};

TEST(CrashTest, LosesNothingAcknowledgedWhenItIsKilledAtANamedPoint) {
  std::mt19937 random(static_cast<uint32_t>(GTEST_FLAG_GET(random_seed)));
  const testing::TemporaryDirectory quiet;
  const Told unharmed = RunKillChild({quiet.path()});
  for (const std::string_view point : kPoints) {
    EXPECT_TRUE(unharmed.points.contains(std::string(point))) << point << " is passed by nothing";
  }
  for (const auto& [point, count] : unharmed.points) {
    for (const int times : PickTimes(count, random)) {
      SCOPED_TRACE(fmt::format(
          "seed {}, {}, time {} of {}", GTEST_FLAG_GET(random_seed), point, times, count
      ));
      const testing::TemporaryDirectory directory;
      const Told told = RunKillChild({directory.path(), point, std::to_string(times)});
      EXPECT_TRUE(told.is_killed || times > 1);
      CheckKilled(directory.path(), told);
      if (::testing::Test::HasFailure()) {
        return;
      }
    }
  }
}

}  // namespace
}  // namespace tidings::embedded
