#include "base/durable_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings {
namespace {

std::string Content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(DurableFileTest, IsReplacedWholeAndLeavesNothingBeside) {
  const std::string directory = ::testing::TempDir() + "/durable_file_test";
  std::filesystem::create_directories(directory);
  const std::string path = directory + "/file";
  ASSERT_TRUE(ReplaceFile(path, std::string(1 << 20, 'a')).ok());
  ASSERT_TRUE(ReplaceFile(path, "b\n").ok());
  EXPECT_EQ(Content(path), "b\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
  std::filesystem::remove_all(directory);
}

TEST(DurableFileTest, NamesThePathThatCannotBeWritten) {
  const absl::Status status = ReplaceFile("/nowhere/at/all", "text");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      status.ToString(), ::testing::HasSubstr("/nowhere/at/all: cannot be written: No such")
  );
}

TEST(DurableFileTest, ReadsWhateverAFileHolds) {
  const std::string path = ::testing::TempDir() + "/durable_file_test_read";
  const std::string text = std::string(200'000, 'a') + '\0' + "b";
  ASSERT_TRUE(ReplaceFile(path, text).ok());
  const absl::StatusOr<std::string> read = ReadWholeFile(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, text);
  std::filesystem::remove(path);
}

TEST(DurableFileTest, NamesThePathThatCannotBeRead) {
  const absl::Status missing = ReadWholeFile("/nowhere/at/all").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(missing.ToString(), ::testing::HasSubstr("/nowhere/at/all: cannot be read: No such"));
  const absl::Status directory = ReadWholeFile("/").status();
  EXPECT_EQ(directory.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(directory.ToString(), ::testing::HasSubstr("/: cannot be read: Is a directory"));
}

TEST(DurableFileTest, AReadThatFailsIsNoShortFile) {
  // The first page of a process is never mapped: reading it is an I/O error.
  const absl::Status status = ReadWholeFile("/proc/self/mem").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.ToString(), ::testing::HasSubstr("/proc/self/mem: cannot be read: Input"));
}

}  // namespace
}  // namespace tidings
