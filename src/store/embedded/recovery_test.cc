#include "store/embedded/recovery.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "store/embedded/testing/crash_events.h"
#include "store/embedded/testing/store_fixture.h"

namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RecoveryTest : public testing::StoreTest {
 protected:
  std::mt19937 random_{4711};

  /// Changes the database behind the store's back.
  void WithDatabase(const std::function<void(Database&)>& change) {
    store_.reset();
    Database database({.directory = directory_.path() + "/db"});
    ASSERT_TRUE(database.Open().ok());
    change(database);
  }

  absl::Status OpenFails() {
    store_.reset();
    return EmbeddedStore::Open(config_, clock_, options_).status();
  }

  static BlockKey KeyOfBlock(Database& database, uint64_t number) {
    const auto record = database.Get(Space::kRecords, RecordKey(RecordKind::kBlock, number));
    EXPECT_TRUE(record.ok()) << record.status();
    return DecodeBlockInfo(*record, number)->key;
  }

  static void Damage(Database& database, Space space, const std::string& key) {
    absl::StatusOr<std::string> value = database.Get(space, key);
    ASSERT_TRUE(value.ok()) << value.status();
    value->back() = static_cast<char>(value->back() ^ 1);
    WriteBatch batch;
    batch.Put(space, key, *value);
    ASSERT_TRUE(database.Write(batch).ok());
  }
};

TEST_F(RecoveryTest, TellsADamagedPageAndReadsTheRest) {
  Open();
  Commit({{.id = "a", .start = 1}});
  Commit({{.id = "b", .start = 2}});
  WithDatabase([](Database& database) {
    Damage(database, Space::kFresh, DataKey(KeyOfBlock(database, 1), 1));
  });
  Open();
  const EventPage page = Page({.order = Order::kOldestFirst});
  EXPECT_THAT(testing::Ids(page.events), ElementsAre("b"));
  ASSERT_EQ(page.incomplete.size(), 1);
  EXPECT_EQ(page.incomplete[0].reason, Incompleteness::Reason::kDamaged);
  EXPECT_THAT(page.incomplete[0].detail, HasSubstr("block 1"));
}

TEST_F(RecoveryTest, RewritesTheOtherGroupThoughOneOfTwoIsDamaged) {
  options_.most_waiting_rows = 0;
  Open();
  Commit({{.id = "a", .start = 1, .end = 2}});
  clock_.Advance(std::chrono::hours(24));
  Commit({{.id = "b", .start = 3, .end = 4}});
  WithDatabase([](Database& database) {
    Damage(database, Space::kFresh, DataKey(KeyOfBlock(database, 1), 1));
  });
  Open();
  Compact();
  EXPECT_EQ(store_->Stats().compacted_rows, 1);
  Open();
  const EventPage page = Page({.order = Order::kOldestFirst});
  EXPECT_THAT(testing::Ids(page.events), ElementsAre("b"));
  ASSERT_EQ(page.incomplete.size(), 1);
  EXPECT_THAT(page.incomplete[0].detail, HasSubstr("block 1"));
}

TEST_F(RecoveryTest, TellsDamagedHotColumnsAndReadsTheRest) {
  Open();
  Commit({{.id = "a", .start = 1}});
  Commit({{.id = "b", .start = 2}});
  WithDatabase([](Database& database) {
    Damage(database, Space::kFresh, DataKey(KeyOfBlock(database, 2), kHotPart));
  });
  Open();
  const EventPage page = Page({});
  EXPECT_THAT(testing::Ids(page.events), ElementsAre("a"));
  ASSERT_EQ(page.incomplete.size(), 1);
  EXPECT_THAT(page.incomplete[0].detail, HasSubstr("block 2"));
  Compact();
  EXPECT_EQ(Page({}).incomplete.size(), 1);
}

TEST_F(RecoveryTest, RefusesADatabaseWithoutItsHeadAndLeavesItsFilesAlone) {
  Open();
  Commit({{.id = "a", .start = 1}});
  store_.reset();
  const std::string current = directory_.path() + "/db/CURRENT";
  std::filesystem::rename(current, directory_.path() + "/kept");
  for (int attempt = 0; attempt < 3; ++attempt) {
    const absl::Status status = OpenFails();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("CURRENT is missing"));
  }
  std::filesystem::rename(directory_.path() + "/kept", current);
  Open();
  EXPECT_THAT(AllIds(), ElementsAre("a"));
}

TEST_F(RecoveryTest, TellsThatTheDatabaseIsGone) {
  Open();
  store_.reset();
  std::ofstream(directory_.path() + "/ballast") << "room";
  std::filesystem::remove_all(directory_.path() + "/db");
  const absl::Status status = OpenFails();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("/db: the database is gone"));
}

/// The sweep of what a crash left reads all keys, also through what is damaged.
TEST_F(RecoveryTest, OpensThoughATableIsDamagedWhereNobodyReads) {
  Open();
  std::vector<tidings::testing::ReportSpec> reports;
  for (int i = 0; i < 3'000; ++i) {
    std::string message(600, ' ');
    for (char& c : message) {
      c = static_cast<char>('a' + random_() % 26);
    }
    reports.push_back({.id = fmt::format("{}", i), .message = message, .start = 1});
  }
  Commit(reports);
  Compact();
  store_.reset();
  int tables = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path() + "/db")) {
    if (entry.path().extension() == ".sst") {
      std::fstream table(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
      table.seekp(100);
      table.write("damage", 6);
      ++tables;
    }
  }
  ASSERT_GT(tables, 0);
  Open();
  Commit({{.id = "new", .start = 2}});
  EXPECT_EQ(Got("new"), "new gen=0 Normal 2..0");
  EXPECT_THAT(Page({.order = Order::kOldestFirst}).incomplete, ::testing::SizeIs(1));
}

TEST_F(RecoveryTest, RefusesADamagedRecordAndNamesIt) {
  Open();
  Commit({{.id = "a", .start = 1}});
  WithDatabase([](Database& database) {
    Damage(database, Space::kRecords, RecordKey(RecordKind::kBlock, 1));
  });
  const absl::Status status = OpenFails();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("block 1"));
}

TEST_F(RecoveryTest, SweepsValuesThatBelongToNoBlock) {
  Open();
  Commit({{.id = "a", .start = 1}});
  const std::string orphan =
      DataKey({.block_class = BlockClass::kClosed, .day = 3, .number = 99}, 1);
  const std::string other =
      DataKey({.block_class = BlockClass::kFresh, .day = 3, .number = 98}, kHotPart);
  WithDatabase([&](Database& database) {
    WriteBatch batch;
    batch.Put(Space::kPacked, orphan, "x");
    batch.Put(Space::kFresh, other, "x");
    ASSERT_TRUE(database.Write(batch).ok());
  });
  Open();
  EXPECT_THAT(AllIds(), ElementsAre("a"));
  WithDatabase([&](Database& database) {
    EXPECT_FALSE(database.Get(Space::kPacked, orphan).ok());
    EXPECT_FALSE(database.Get(Space::kFresh, other).ok());
  });
}

TEST_F(RecoveryTest, IgnoresABlockWhoseRecordIsMissing) {
  Open();
  Commit({{.id = "a", .start = 1}});
  Commit({{.id = "b", .start = 2}});
  WithDatabase([](Database& database) {
    WriteBatch batch;
    batch.Delete(Space::kRecords, RecordKey(RecordKind::kBlock, 1));
    ASSERT_TRUE(database.Write(batch).ok());
  });
  Open();
  EXPECT_THAT(AllIds(), ElementsAre("b"));
  EXPECT_EQ(Got("a"), "nothing");
}

TEST_F(RecoveryTest, IgnoresKillMarksOfBlocksThatAreGone) {
  Open();
  Commit({{.id = "a", .start = 1}});
  WithDatabase([](Database& database) {
    std::vector<KillMark> marks = {{.row = {.block = 77, .row = 0}, .killed = 5}};
    const std::string value = EncodeKills(marks, 9);
    WriteBatch batch;
    batch.Put(Space::kRecords, RecordKey(RecordKind::kKills, 9), value);
    ASSERT_TRUE(database.Write(batch).ok());
  });
  Open();
  EXPECT_THAT(AllIds(), ElementsAre("a"));
}

TEST_F(RecoveryTest, RefusesALogThatIsDamagedInTheMiddle) {
  Open();
  for (int i = 0; i < 10; ++i) {
    Commit({{.id = fmt::format("{}", i), .message = std::string(500, 'm'), .start = 1}});
  }
  // The log as a crash would leave it: copied while the store holds it open.
  const testing::TemporaryDirectory copy;
  std::filesystem::copy(directory_.path(), copy.path(), std::filesystem::copy_options::recursive);
  for (const auto& entry : std::filesystem::directory_iterator(copy.path() + "/db")) {
    if (entry.path().extension() == ".log" && entry.file_size() > 2'000) {
      std::fstream log(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
      log.seekp(1'000);
      log.write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    }
  }
  const absl::Status status =
      EmbeddedStore::Open({.directory = copy.path()}, clock_, options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr(copy.path() + "/db"));
}

TEST_F(RecoveryTest, OpensWhatACrashLeft) {
  Open();
  Commit({{.id = "a", .start = 1}});
  Commit({{.id = "a", .end = 2}, {.id = "b", .start = 3}});
  const testing::TemporaryDirectory copy;
  std::filesystem::copy(directory_.path(), copy.path(), std::filesystem::copy_options::recursive);
  store_.reset();
  config_.directory = copy.path();
  Open();
  EXPECT_THAT(AllIds(), ElementsAre("a", "b"));
  EXPECT_EQ(Got("a"), "a gen=0 Normal 1..2");
}

TEST_F(RecoveryTest, RefusesASecondStoreOnTheSameDirectory) {
  Open();
  const absl::Status status = EmbeddedStore::Open(config_, clock_, options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("in use by process"));
}

/// testdata/version-N was written by the last build of format version N: batches 0 to 5 of
/// crash_events.h, some of them compacted, and then killed.
class OldFormatTest : public RecoveryTest {
 protected:
  void CopyFrom(int version) {
    const std::string old = directory_.path() + "/old";
    std::filesystem::copy(
        fmt::format("testdata/version-{}", version), old, std::filesystem::copy_options::recursive
    );
    config_.directory = old;
  }

  /// Opens it, and again after a compaction; `others` events besides those of the batches.
  void ExpectAll(size_t others) {
    constexpr int kLast = 5;
    for (const bool is_compacted : {false, true}) {
      Open();
      if (is_compacted) {
        Commit({{.id = "new", .start = 1}});
        Compact();
      }
      EXPECT_EQ(
          store_->Stats().events, testing::kCrashBatchEvents * 6 + others + (is_compacted ? 1 : 0)
      );
      for (int batch = 0; batch <= kLast; ++batch) {
        for (int i = 0; i < testing::kCrashBatchEvents; ++i) {
          EXPECT_EQ(Got(testing::CrashId(batch, i)), testing::ExpectedCrashEvent(batch, i, kLast));
        }
      }
    }
    const EventQuery query = {
        .filter = {.window = {.from = 5'003, .to = 5'004}}, .limit = 1'000, .wants_cursor = false};
    // Those that end at 5,003 and later, and those that are open.
    EXPECT_THAT(Page(query).events, ::testing::SizeIs(testing::kCrashBatchEvents * 4 + others + 1));
  }
};

TEST_F(OldFormatTest, Version1IsTakenOver) {
  CopyFrom(1);
  ExpectAll(0);
}

/// Version 2 had no values by their place in the message.
TEST_F(OldFormatTest, Version2IsTakenOver) {
  CopyFrom(2);
  ExpectAll(2);
  for (const char* id : {"told-2", "told-5"}) {
    EXPECT_EQ(
        Got(id),
        fmt::format(
            R"({} gen=0 Normal 1..0 message="rev 4711 on node-7 done"@1 node=string"node-7"@1 rev=string"4711"@1)",
            id
        )
    );
  }
}

}  // namespace
}  // namespace tidings::embedded
