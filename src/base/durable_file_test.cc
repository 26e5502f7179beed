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

}  // namespace
}  // namespace tidings
