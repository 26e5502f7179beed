#include "store/embedded/store_check.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "store/embedded/backup.h"
#include "store/embedded/testing/store_fixture.h"

namespace tidings::embedded {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace fs = std::filesystem;

/// A store with fresh and compacted blocks, killed rows, an id run and a chain of pages.
class StoreCheckTest : public testing::StoreTest {
 protected:
  StoreCheckTest() {
    options_.least_run_entries = 1;
    config_.directory = directory_.path() + "/data";
  }

  void Fill() {
    Open();
    std::vector<testing::ReportSpec> reports;
    for (int i = 0; i < 500; ++i) {
      reports.push_back(
          {.id = fmt::format("event-{}", i),
           .service = "shop",
           .name = "Deploy",
           .message = fmt::format("number {}", i),
           .start = 1'000 + i,
           .end = 2'000 + i}
      );
    }
    Commit(reports);
    Compact();
    Commit({{.id = "event-7", .end = 9'000}, {.id = "open", .start = 5}});
    ASSERT_TRUE(Page({.limit = 10}).next);
    store_.reset();
  }

  /// Text that no compression makes smaller.
  std::string Noise(size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
      text.push_back(static_cast<char>('!' + random_() % 90));
    }
    return text;
  }

  StoreCheck Check(const StoreCheckOptions& options = {}) {
    const absl::StatusOr<StoreCheck> check = CheckStore(config_.directory, options);
    EXPECT_TRUE(check.ok()) << check.status();
    return check.value_or(StoreCheck());
  }

  /// Files whose every bit matters.
  std::vector<std::string> DataFiles() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(config_.directory)) {
      const std::string extension = entry.path().extension();
      if (entry.is_regular_file() && (extension == ".sst" || extension == ".run") &&
          entry.file_size() != 0) {
        files.push_back(entry.path());
      }
    }
    return files;
  }

  static void Flip(const std::string& file, uint64_t at) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(stream.get() ^ 16);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(byte);
  }

  std::mt19937 random_{1};

  /// Another process has it, so to say: the same bytes elsewhere.
  std::string Copy() {
    const std::string copy = directory_.path() + "/copy";
    fs::remove_all(copy);
    fs::copy(config_.directory, copy, fs::copy_options::recursive);
    return copy;
  }
};

TEST_F(StoreCheckTest, FindsNothingWhereNothingIsWrong) {
  Fill();
  const StoreCheck check = Check();
  EXPECT_THAT(check.findings, IsEmpty());
  EXPECT_EQ(check.blocks, 2);
  EXPECT_EQ(check.rows, 502);
  EXPECT_EQ(check.runs, 1);
  EXPECT_GT(check.values, 4);
}

TEST_F(StoreCheckTest, FindsEveryFlippedBitOfTablesAndRunsAndNamesTheFile) {
  Fill();
  // Opening flushes what is in the log; the second opening leaves everything as it is.
  ASSERT_THAT(Check().findings, IsEmpty());
  const std::vector<std::string> files = DataFiles();
  ASSERT_THAT(files, SizeIs(::testing::Ge(2)));
  for (const std::string& file : files) {
    const uint64_t bytes = fs::file_size(file);
    for (uint64_t at = 0; at < bytes; at += 1 + bytes / 12) {
      Flip(file, at);
      const StoreCheck check = Check();
      Flip(file, at);
      ASSERT_FALSE(check.findings.empty()) << file << " byte " << at << " of " << bytes;
      std::string told;
      for (const StoreCheck::Finding& finding : check.findings) {
        told += finding.where + ": " + finding.what + "\n";
      }
      EXPECT_THAT(told, HasSubstr(fs::path(file).filename().string()));
    }
  }
}

TEST_F(StoreCheckTest, NamesTheBlockAndWhatADamagedValueHeld) {
  Fill();
  {
    Database database({.directory = config_.directory + "/db"});
    ASSERT_TRUE(database.Open().ok());
    std::string key;
    ASSERT_TRUE(database
                    .ForEachRecord(
                        RecordKind::kBlock,
                        [&key](uint64_t number, std::string_view value) {
                          const auto info = DecodeBlockInfo(value, number);
                          if (info->pages == 2) {
                            key = DataKey(info->key, 2);
                          }
                          return absl::OkStatus();
                        }
                    )
                    .ok());
    WriteBatch batch;
    batch.Put(Space::kPacked, key, "not a page");
    ASSERT_TRUE(database.Write(batch).ok());
  }
  const StoreCheck check = Check();
  ASSERT_THAT(check.findings, SizeIs(1));
  EXPECT_THAT(check.findings[0].what, HasSubstr("ids, messages and parameters of rows 250 and up"));
  EXPECT_THAT(check.findings[0].what, HasSubstr("500 rows, events from 1970-01-01T00:00:01"));
}

TEST_F(StoreCheckTest, CutsADamagedLogOffOnlyWhenItIsToldTo) {
  Open();
  for (int i = 0; i < 10; ++i) {
    Commit({{.id = fmt::format("{}", i), .message = Noise(1'000), .start = 1}});
  }
  config_.directory = Copy();
  store_.reset();
  for (const auto& entry : fs::directory_iterator(config_.directory + "/db")) {
    if (entry.path().extension() == ".log" && entry.file_size() > 5'000) {
      Flip(entry.path(), 4'500);
    }
  }
  const StoreCheck found = Check();
  ASSERT_THAT(found.findings, SizeIs(1));
  EXPECT_THAT(found.findings[0].what, HasSubstr(".log"));
  EXPECT_THAT(found.repairs, IsEmpty());
  const StoreCheck repaired = Check({.repair = true});
  EXPECT_THAT(repaired.repairs, SizeIs(1));
  EXPECT_THAT(Check().findings, IsEmpty());
  Open();
  EXPECT_THAT(AllIds(), SizeIs(::testing::AllOf(::testing::Ge(2), ::testing::Le(5))));
}

TEST_F(StoreCheckTest, RefusesADirectoryThatIsInUseAndOneThatIsNone) {
  Open();
  const absl::Status in_use = CheckStore(config_.directory, {}).status();
  EXPECT_EQ(in_use.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(MessageOf(in_use)), HasSubstr("in use by process"));
  EXPECT_EQ(
      CheckStore(directory_.path() + "/none", {}).status().code(), absl::StatusCode::kNotFound
  );
  EXPECT_FALSE(fs::exists(directory_.path() + "/none"));
}

TEST_F(StoreCheckTest, BacksUpARunningStoreAndRestoresIt) {
  Fill();
  Open();
  std::ofstream(config_.directory + "/views.json") << "saved";
  const absl::StatusOr<BackupInfo> backup = store_->BackUpNow();
  ASSERT_TRUE(backup.ok()) << backup.status();
  Commit({{.id = "later", .start = 1}});
  Compact();
  store_.reset();
  const std::string restored = directory_.path() + "/restored";
  ASSERT_TRUE(RestoreBackup(backup->directory, restored).ok());
  config_.directory = restored;
  EXPECT_EQ(fs::file_size(restored + "/views.json"), 5U);
  EXPECT_THAT(Check().findings, IsEmpty());
  Open();
  EXPECT_EQ(store_->Stats().events, 501);
  EXPECT_EQ(Got("later"), "nothing");
  EXPECT_THAT(Got("event-7"), HasSubstr("1007..9000"));
  EXPECT_THAT(Commit({{.id = "event-8", .end = 9'001}}), ::testing::ElementsAre(Outcome::kJoined));
}

TEST_F(StoreCheckTest, RestoresNothingThatHasNoDatabase) {
  Fill();
  const std::string target = directory_.path() + "/target";
  fs::remove_all(config_.directory + "/db");
  const absl::Status none = RestoreBackup(config_.directory, target);
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(MessageOf(none)), HasSubstr("is no backup: it has no file db/CURRENT"));
  EXPECT_FALSE(fs::exists(target));
}

TEST_F(StoreCheckTest, RestoresNothingOverSomethingAndNothingThatIsNoBackup) {
  Fill();
  const std::string target = directory_.path() + "/target";
  fs::create_directories(target);
  EXPECT_EQ(RestoreBackup(directory_.path() + "/none", target).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(
      RestoreBackup(config_.directory, config_.directory).code(),
      absl::StatusCode::kFailedPrecondition
  );
  EXPECT_TRUE(RestoreBackup(config_.directory, target).ok());
}

}  // namespace
}  // namespace tidings::embedded
