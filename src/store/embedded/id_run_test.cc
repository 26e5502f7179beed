#include "store/embedded/id_run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "store/embedded/id_hash.h"
#include "store/embedded/run_plan.h"
#include "store/embedded/testing/temporary_directory.h"

namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr uint64_t kHashMask = (uint64_t{1} << kShortHashBits) - 1;

class IdRunTest : public ::testing::Test {
 protected:
  std::shared_ptr<IdRun> Make(std::vector<IdEntry> entries) {
    const absl::StatusOr<RunInfo> info = WriteRun(files_, 7, entries);
    EXPECT_TRUE(info.ok()) << info.status();
    info_ = *info;
    absl::StatusOr<std::shared_ptr<IdRun>> run = IdRun::Open(files_, *info);
    EXPECT_TRUE(run.ok()) << run.status();
    return *run;
  }

  static std::vector<Location> Find(const IdRun& run, uint64_t hash) {
    std::vector<Location> found;
    const absl::Status status = run.Find(hash, found);
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  std::vector<IdEntry> Random(size_t count) {
    std::vector<IdEntry> entries;
    for (size_t i = 0; i < count; ++i) {
      const Location location = {.block = 3 + i % 40, .row = static_cast<uint32_t>(i % 131'072)};
      entries.push_back({.hash = random_() & kHashMask, .location = location});
    }
    return entries;
  }

  std::string file() const { return RunFileName(directory_.path(), 7); }

  std::mt19937_64 random_{7};
  testing::TemporaryDirectory directory_;
  RunPageCache cache_{size_t{1} << 20};
  IdRun::Files files_ = {
      .env = rocksdb::Env::Default(), .cache = &cache_, .directory = directory_.path()};
  RunInfo info_;
};

TEST_F(IdRunTest, FindsEveryEntryAndFiltersNone) {
  const std::vector<IdEntry> entries = Random(20'000);
  const std::shared_ptr<IdRun> run = Make(entries);
  EXPECT_EQ(run->info().entries, entries.size());
  for (const IdEntry& entry : entries) {
    ASSERT_TRUE(run->filter().MayContain(entry.hash));
    ASSERT_THAT(Find(*run, entry.hash), ::testing::Contains(entry.location));
  }
}

TEST_F(IdRunTest, FiltersNearlyAllOthersAndFindsNoneOfThem) {
  const std::shared_ptr<IdRun> run = Make(Random(20'000));
  constexpr int kOthers = 20'000;
  int possible = 0;
  for (int i = 0; i < kOthers; ++i) {
    const uint64_t hash = random_() & kHashMask;
    possible += run->filter().MayContain(hash) ? 1 : 0;
    ASSERT_THAT(Find(*run, hash), IsEmpty());
  }
  // 0.44 % of 20,000 are 88; with 10 bits per id they would be 192.
  EXPECT_LT(possible, kOthers / 150);
}

TEST_F(IdRunTest, FindsAllRowsOfOneHashAlsoOverPages) {
  std::vector<IdEntry> entries = Random(600);
  const uint64_t hash = uint64_t{1} << 40;
  for (uint32_t row = 0; row < 2 * kRunPageEntries + 5; ++row) {
    entries.push_back({.hash = hash, .location = {.block = 9, .row = row}});
  }
  EXPECT_EQ(Find(*Make(entries), hash).size(), 2 * kRunPageEntries + 5);
}

TEST_F(IdRunTest, TakesAboutNineBytesAnEntry) {
  Make(Random(100'000));
  EXPECT_EQ(std::filesystem::file_size(file()), info_.bytes());
  EXPECT_LT(info_.bytes(), 100'000 * 10);
}

TEST_F(IdRunTest, KnowsWhichBlocksItCovers) {
  const std::shared_ptr<IdRun> run = Make(
      {{.hash = 1, .location = {.block = 90, .row = 1}},
       {.hash = 2, .location = {.block = 5, .row = 2}},
       {.hash = 3, .location = {.block = 90, .row = 3}}}
  );
  EXPECT_THAT(
      run->blocks(),
      ElementsAre(RunBlock{.number = 5, .entries = 1}, RunBlock{.number = 90, .entries = 2})
  );
}

TEST_F(IdRunTest, FindsOutEveryFlippedByte) {
  const std::vector<IdEntry> entries = Random(700);
  Make(entries);
  std::string good;
  {
    std::ifstream in(file(), std::ios::binary);
    good.assign(std::istreambuf_iterator<char>(in), {});
  }
  ASSERT_EQ(good.size(), info_.bytes());
  for (size_t at = 0; at < good.size(); at += 13) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    std::ofstream(file(), std::ios::binary) << bad;
    const absl::StatusOr<std::shared_ptr<IdRun>> run = IdRun::Open(files_, info_);
    bool is_told = !run.ok() && run.status().code() == absl::StatusCode::kDataLoss;
    for (size_t page = 0; run.ok() && page < (*run)->pages(); ++page) {
      is_told = is_told || (*run)->ReadPage(page).status().code() == absl::StatusCode::kDataLoss;
    }
    ASSERT_TRUE(is_told) << "byte " << at;
    ASSERT_TRUE(!run.ok() || (*run)->IsDamaged());
  }
}

TEST_F(IdRunTest, NamesTheFileThatIsMissingOrCutOff) {
  Make(Random(10));
  std::filesystem::resize_file(file(), info_.bytes() - 1);
  const absl::Status cut = IdRun::Open(files_, info_).status();
  EXPECT_EQ(cut.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(MessageOf(cut)), HasSubstr("7.run"));
  std::filesystem::remove(file());
  const absl::Status missing = IdRun::Open(files_, info_).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(MessageOf(missing)), HasSubstr("missing"));
}

TEST_F(IdRunTest, LeavesItsFileUntilTheLastReaderOfARetiredRunIsGone) {
  std::shared_ptr<IdRun> run = Make(Random(10));
  run->Retire();
  EXPECT_TRUE(std::filesystem::exists(file()));
  run.reset();
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(IdRunTest, GivesItsRecordBack) {
  Make(Random(10));
  const absl::StatusOr<RunInfo> again = DecodeRunInfo(EncodeRunInfo(info_), 7);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, info_);
  EXPECT_FALSE(DecodeRunInfo(EncodeRunInfo(info_), 8).ok());
}

TEST(RunPlanTest, MergesEightOfASizeAndNoFewer) {
  std::vector<RunFigures> runs;
  for (uint64_t i = 0; i < 7; ++i) {
    runs.push_back({.number = 10 - i, .entries = 65'000});
  }
  runs.push_back({.number = 50, .entries = 4'000'000});
  EXPECT_THAT(PlanRunMerge(runs), IsEmpty());
  runs.push_back({.number = 60, .entries = 65'000});
  EXPECT_THAT(PlanRunMerge(runs), UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 8));
}

TEST(RunPlanTest, TakesEightMergedRunsForTheNextSize) {
  std::vector<RunFigures> runs(8, {.entries = 8 * 65'000});
  EXPECT_THAT(PlanRunMerge(runs), ::testing::SizeIs(8));
  for (RunFigures& run : runs) {
    run.entries *= 8;
  }
  runs.push_back({.entries = 65'000});
  EXPECT_THAT(PlanRunMerge(runs), ::testing::SizeIs(8));
}

TEST(RunPlanTest, RewritesARunOfMostlyDeadBlocks) {
  const std::vector<RunFigures> runs = {
      {.entries = 100, .dead_entries = 40}, {.entries = 100, .dead_entries = 60}};
  EXPECT_THAT(PlanRunMerge(runs), ElementsAre(1));
}

}  // namespace
}  // namespace tidings::embedded
