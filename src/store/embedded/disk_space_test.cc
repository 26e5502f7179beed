#include "store/embedded/disk_space.h"

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "store/embedded/testing/temporary_directory.h"

namespace tidings::embedded {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class DiskSpaceTest : public ::testing::Test {
 protected:
  bool HasBallast() const { return std::filesystem::exists(directory_.path() + "/ballast"); }

  uint64_t free_ = 10'000;
  testing::TemporaryDirectory directory_;
  DiskSpace space_{
      {.directory = directory_.path(),
       .low_water_bytes = 5'000,
       .ballast_bytes = 2'000,
       .free_bytes = [this] { return std::optional<uint64_t>(free_); }}};
};

TEST_F(DiskSpaceTest, TellsThatThereIsTooLittleRoomBelowTheMark) {
  EXPECT_TRUE(space_.Check().ok());
  free_ = 5'000;
  EXPECT_TRUE(space_.Check().ok());
  free_ = 4'999;
  const absl::Status status = space_.Check();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(
      MessageOf(status),
      fmt::format(
          "the disk has too little room: 4999 bytes are free in {}, less than the 5000 bytes that "
          "are kept (store.low_water)",
          directory_.path()
      )
  );
}

TEST_F(DiskSpaceTest, TellsFreeBytesAndMarkInOneUnitAndNeverTheSameNumber) {
  const auto tell = [this](uint64_t mark, uint64_t free) {
    const DiskSpace space(
        {.directory = directory_.path(),
         .low_water_bytes = mark,
         .free_bytes = [free] { return std::optional(free); }}
    );
    return std::string(MessageOf(space.Check()));
  };
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  EXPECT_THAT(
      tell(1024 * kGiB, 57'578'881'024),
      AllOf(HasSubstr(": 53 GiB are free"), HasSubstr("the 1024 GiB that"))
  );
  EXPECT_THAT(
      tell(kGiB + 1, kGiB), AllOf(HasSubstr(": 1024 MiB are free"), HasSubstr("the 1025 MiB that"))
  );
}

TEST_F(DiskSpaceTest, TakesNothingForAFullDiskThatCannotBeTold) {
  const DiskSpace space(
      {.directory = directory_.path(),
       .low_water_bytes = 5'000,
       .free_bytes = [] { return std::optional<uint64_t>(); }}
  );
  EXPECT_TRUE(space.Check().ok());
}

TEST_F(DiskSpaceTest, KeepsABallastAndGivesItUpOnlyWhenTheDiskIsFull) {
  space_.KeepBallast();
  ASSERT_TRUE(HasBallast());
  EXPECT_EQ(std::filesystem::file_size(directory_.path() + "/ballast"), 2'000);
  space_.ReleaseBallastIfLow();
  EXPECT_TRUE(HasBallast());
  free_ = 100;
  space_.ReleaseBallastIfLow();
  EXPECT_FALSE(HasBallast());
  free_ = 5'100;
  space_.KeepBallast();
  EXPECT_FALSE(HasBallast());
}

}  // namespace
}  // namespace tidings::embedded
