#include "api/rest/admin_calls.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"
#include "base/status.h"
#include "store/store_admin.h"

namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using ::testing::HasSubstr;

class FakeAdmin final : public StoreAdmin {
 public:
  absl::Status CompactNow() override {
    ++compactions;
    return result;
  }
  absl::StatusOr<BackupInfo> BackUpNow() override {
    return result.ok() ? absl::StatusOr<BackupInfo>({.directory = "/backups/1", .bytes = 77})
                       : result;
  }

  int compactions = 0;
  absl::Status result;
};

class AdminCallsTest : public ::testing::Test {
 protected:
  net::HttpResponse Post(const std::string& call) {
    return rest_.Send({.method = "POST", .target = "/api/v1/admin/" + call});
  }

  FakeAdmin admin_;
  RestHarness rest_{nullptr, {}, &admin_};
};

TEST_F(AdminCallsTest, CompactsAndTellsWhatIsLeft) {
  const net::HttpResponse response = Post("compact");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"blocks":0,"bytes":0})");
  EXPECT_EQ(admin_.compactions, 1);
}

TEST_F(AdminCallsTest, BacksUpAndTellsWhere) {
  const net::HttpResponse response = Post("backup");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"directory":"/backups/1","bytes":77})");
}

TEST_F(AdminCallsTest, TellsToComeBackWhenTheDiskFails) {
  admin_.result = Unavailable("the disk has too little room");
  EXPECT_EQ(Post("compact").status, 503);
  const net::HttpResponse response = Post("backup");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("disk-full"));
}

TEST_F(AdminCallsTest, NeedsTheScopeAdmin) {
  EXPECT_EQ(rest_.ScopeOf("POST", "/api/v1/admin/compact"), net::Scope::kAdmin);
  EXPECT_EQ(rest_.ScopeOf("POST", "/api/v1/admin/backup"), net::Scope::kAdmin);
}

TEST(AdminCallsWithoutDiskTest, SaysThatThereIsNothingOnDisk) {
  RestHarness rest;
  const net::HttpResponse response =
      rest.Send({.method = "POST", .target = "/api/v1/admin/backup"});
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("not-on-disk"));
}

}  // namespace
}  // namespace tidings::rest
