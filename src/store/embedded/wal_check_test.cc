#include "store/embedded/wal_check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "base/status.h"
#include "store/embedded/testing/temporary_directory.h"

namespace tidings::embedded {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Logs as RocksDB leaves them when the process dies: one record per value.
class WalCheckTest : public ::testing::Test {
 protected:
  /// Writes the values into the log of a database, and gives the log's path in a directory that has
  /// nothing else.
  std::string MakeLog(const std::vector<std::string>& values) {
    const testing::TemporaryDirectory database;
    rocksdb::Options options;
    options.create_if_missing = true;
    options.avoid_flush_during_shutdown = true;
    rocksdb::DB* db = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, database.path(), &db).ok());
    for (const std::string& value : values) {
      EXPECT_TRUE(db->Put({}, "key", value).ok());
    }
    delete db;
    std::string log;
    for (const auto& entry : std::filesystem::directory_iterator(database.path())) {
      if (entry.path().extension() == ".log") {
        log = logs_.path() + "/" + entry.path().filename().string();
        std::filesystem::copy_file(entry.path(), log);
      }
    }
    return log;
  }

  void Flip(const std::string& path, size_t at) {
    std::string bytes = ReadFile(path);
    ASSERT_LT(at, bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
    WriteFile(path, bytes);
  }

  testing::TemporaryDirectory logs_;
};

TEST_F(WalCheckTest, LeavesAnIntactLogAlone) {
  const std::string log = MakeLog({"a", std::string(100'000, 'b'), "c"});
  const std::string before = ReadFile(log);
  EXPECT_TRUE(CheckWals(logs_.path()).ok());
  EXPECT_EQ(ReadFile(log), before);
}

TEST_F(WalCheckTest, TakesADirectoryWithoutLogs) {
  EXPECT_TRUE(CheckWals(logs_.path()).ok());
}

TEST_F(WalCheckTest, CutsOffARecordThatTheCrashCutShort) {
  const std::string log = MakeLog({"first", "second"});
  const std::string whole = ReadFile(log);
  const size_t second = InspectWal(whole.substr(0, whole.size() - 1), 0).good_bytes;
  ASSERT_GT(second, 0);
  for (size_t size = second + 1; size < whole.size(); ++size) {
    WriteFile(log, whole.substr(0, size));
    ASSERT_TRUE(CheckWals(logs_.path()).ok());
    EXPECT_EQ(std::filesystem::file_size(log), second);
  }
}

TEST_F(WalCheckTest, CutsOffALargeRecordThatIsIncompleteInAnyPlace) {
  const std::string log = MakeLog({"first", std::string(200'000, 'x')});
  const std::string whole = ReadFile(log);
  const size_t second = InspectWal(whole.substr(0, whole.size() - 1), 0).good_bytes;
  for (size_t at = second; at < whole.size(); at += 9'999) {
    std::string torn = whole;
    // Pages of one write reach the disk in any order: a hole, and whole pieces behind it.
    std::fill_n(
        torn.begin() + static_cast<ptrdiff_t>(at), std::min<size_t>(4096, torn.size() - at), 0
    );
    WriteFile(log, torn);
    ASSERT_TRUE(CheckWals(logs_.path()).ok()) << at;
    EXPECT_EQ(std::filesystem::file_size(log), second);
  }
}

TEST_F(WalCheckTest, TakesZerosBehindTheLastRecord) {
  const std::string log = MakeLog({"first"});
  const std::string bytes = ReadFile(log) + std::string(100'000, '\0');
  WriteFile(log, bytes);
  EXPECT_TRUE(CheckWals(logs_.path()).ok());
  EXPECT_EQ(ReadFile(log), bytes);
}

TEST_F(WalCheckTest, RefusesABadRecordThatAnIntactOneFollowsAndNamesThePlace) {
  const std::string log = MakeLog({"first", "second", "third"});
  const std::string whole = ReadFile(log);
  const size_t place = whole.find("second");
  Flip(log, place);
  const std::string flipped = ReadFile(log);
  const absl::Status status = CheckWals(logs_.path());
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(
      std::string(MessageOf(status)),
      AllOf(
          HasSubstr(log),
          HasSubstr(fmt::format("byte {}", InspectWal(flipped, 0).good_bytes)),
          HasSubstr("an intact one at byte")
      )
  );
  EXPECT_EQ(ReadFile(log), flipped);
}

TEST_F(WalCheckTest, RefusesAFlippedBitAnywhereBeforeTheLastRecord) {
  const std::string log = MakeLog({"first", std::string(40'000, 'x'), "third"});
  const std::string whole = ReadFile(log);
  const size_t last = InspectWal(whole.substr(0, whole.size() - 1), 0).good_bytes;
  for (size_t at = 0; at < last; at += at < 100 ? 1 : 997) {
    Flip(log, at);
    EXPECT_EQ(CheckWals(logs_.path()).code(), absl::StatusCode::kDataLoss) << at;
    WriteFile(log, whole);
  }
}

TEST_F(WalCheckTest, RefusesATornLogThatALaterOneFollows) {
  const std::string log = MakeLog({"first", "second"});
  const std::string whole = ReadFile(log);
  WriteFile(logs_.path() + "/999999.log", whole);
  WriteFile(log, whole.substr(0, whole.size() - 1));
  const absl::Status status = CheckWals(logs_.path());
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("999999.log"));
}

/// Made by hand after RocksDB's format: types 5 to 8 carry the log's number.
TEST_F(WalCheckTest, KnowsRecyclableRecordsAndTellsThoseOfAnEarlierLifeApart) {
  // Type 5 (whole), length 3, log number 7, "abc"; the checksum is over type, number and text.
  const std::string record(
      "\x5e\x4a\x8c\x65\x03\x00\x05\x07\x00\x00\x00"
      "abc",
      14
  );
  const WalVerdict ours = InspectWal(record, 7);
  const WalVerdict others = InspectWal(record, 8);
  EXPECT_EQ(others.good_bytes, 0);
  EXPECT_EQ(ours.good_bytes, 14);
  EXPECT_FALSE(ours.is_torn);
}

}  // namespace
}  // namespace tidings::embedded
