#include "net/watched_files.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings::net {
namespace {

class WatchedFilesTest : public testing::Test {
 protected:
  void SetUp() override { Write("a"); }
  void TearDown() override { std::filesystem::remove(path_); }
  void Write(const std::string& text) const { std::ofstream(path_) << text; }

  const std::string path_ =
      fmt::format("{}/watched-{}", std::filesystem::temp_directory_path().string(), getpid());
};

TEST_F(WatchedFilesTest, TellsAChangeOnceWhenItHasSettled) {
  WatchedFiles files({path_});
  EXPECT_FALSE(files.HaveChanged());
  Write("ab");
  EXPECT_FALSE(files.HaveChanged());
  EXPECT_TRUE(files.HaveChanged());
  EXPECT_FALSE(files.HaveChanged());
}

TEST_F(WatchedFilesTest, WaitsWhileFilesGoOnChanging) {
  WatchedFiles files({path_});
  Write("ab");
  EXPECT_FALSE(files.HaveChanged());
  Write("abc");
  EXPECT_FALSE(files.HaveChanged());
  EXPECT_TRUE(files.HaveChanged());
}

TEST_F(WatchedFilesTest, DoesNotTellWhatIsKnown) {
  WatchedFiles files({path_});
  Write("ab");
  files.Remember();
  EXPECT_FALSE(files.HaveChanged());
  EXPECT_FALSE(files.HaveChanged());
}

TEST_F(WatchedFilesTest, SeesAFileGo) {
  WatchedFiles files({path_});
  std::filesystem::remove(path_);
  EXPECT_FALSE(files.HaveChanged());
  EXPECT_TRUE(files.HaveChanged());
}

}  // namespace
}  // namespace tidings::net
