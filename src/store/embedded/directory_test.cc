#include "store/embedded/directory.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "store/embedded/testing/temporary_directory.h"

namespace tidings::embedded {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class DataDirectoryTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<DataDirectory>> Open() { return DataDirectory::Open(path_); }
  void WriteFile(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path_);
    std::ofstream(path_ + "/" + name) << text;
  }

  testing::TemporaryDirectory parent_;
  const std::string path_ = parent_.path() + "/new/data";
};

TEST_F(DataDirectoryTest, MakesADirectoryAndOpensItAgain) {
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(std::filesystem::exists(path_ + "/FORMAT"));
  EXPECT_TRUE(Open().ok());
}

TEST_F(DataDirectoryTest, IsItsOwnersAloneWhenItIsNew) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(DataDirectoryTest, LeavesTheModeOfADirectoryThatWasThere) {
  std::filesystem::create_directories(path_);
  constexpr auto kShared = std::filesystem::perms::owner_all | std::filesystem::perms::group_read;
  std::filesystem::permissions(path_, kShared);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(std::filesystem::status(path_).permissions(), kShared);
}

TEST_F(DataDirectoryTest, TellsASecondOpenerWhichProcessHoldsIt) {
  const auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = Open().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      std::string(MessageOf(second)),
      AllOf(HasSubstr(path_), HasSubstr(fmt::format("in use by process {}", getpid())))
  );
}

TEST_F(DataDirectoryTest, RefusesANewerVersionAndNamesBoth) {
  WriteFile("FORMAT", "tidings embedded store, version 41\n");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(MessageOf(status)),
      AllOf(HasSubstr("version 41"), HasSubstr(fmt::format("knows {}", kFormatVersion)))
  );
}

TEST_F(DataDirectoryTest, RaisesTheVersionOfADirectoryThatItReadsAsItIs) {
  WriteFile("FORMAT", fmt::format("tidings embedded store, version {}\n", kOldestFormatVersion));
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(CheckFormat(path_).value_or(0), kFormatVersion);
}

TEST_F(DataDirectoryTest, RefusesAPreviewsVersion) {
  WriteFile("FORMAT", "tidings embedded store, version 0\n");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("version 0, a preview"));
}

TEST_F(DataDirectoryTest, RefusesAFormatFileThatSaysSomethingElse) {
  WriteFile("FORMAT", "something else\n");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("something else"));
}

TEST_F(DataDirectoryTest, RefusesADirectoryThatHoldsOtherThings) {
  WriteFile("thesis.txt", "");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("thesis.txt"));
}

TEST_F(DataDirectoryTest, GoesOnWhereACrashLeftAHalfMadeDirectory) {
  WriteFile("LOCK", "1\n");
  WriteFile("FORMAT.new", "tid");
  EXPECT_TRUE(Open().ok());
}

TEST_F(DataDirectoryTest, ThrowsAwayWhatWasStagedBeforeACrash) {
  ASSERT_TRUE(Open().ok());
  WriteFile("staging/7.sst", "half");
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(std::filesystem::is_empty(path_ + "/staging"));
}

}  // namespace
}  // namespace tidings::embedded
