#include "store/saved_views.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class SavedViewsTest : public ::testing::Test {
 protected:
  SavedViewsTest() { std::filesystem::create_directories(directory_); }
  ~SavedViewsTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<SavedViews> Open() {
    absl::StatusOr<std::unique_ptr<SavedViews>> views = SavedViews::Open(path_);
    EXPECT_TRUE(views.ok()) << views.status();
    return *std::move(views);
  }
  void WriteFile(std::string_view text) { std::ofstream(path_) << text; }

  const std::string directory_ = ::testing::TempDir() + "/saved_views_test";
  const std::string path_ = directory_ + "/views.json";
};

TEST_F(SavedViewsTest, AreThereAfterAnotherOpening) {
  ASSERT_TRUE(Open()->Put("night", "from=-8h&q=type:Error").ok());
  ASSERT_TRUE(Open()->Put("day", "from=-1d").ok());
  EXPECT_THAT(
      Open()->All(), ElementsAre(Pair("day", "from=-1d"), Pair("night", "from=-8h&q=type:Error"))
  );
  ASSERT_TRUE(Open()->Delete("day").ok());
  EXPECT_THAT(Open()->All(), ElementsAre(Pair("night", "from=-8h&q=type:Error")));
  EXPECT_EQ(Open()->Get("night").value(), "from=-8h&q=type:Error");
}

TEST_F(SavedViewsTest, KeepAnyText) {
  const std::string name = "\"Größe\" \\ 図\n";
  ASSERT_TRUE(Open()->Put(name, "").ok());
  EXPECT_THAT(Open()->All(), ElementsAre(Pair(name, "")));
}

TEST_F(SavedViewsTest, AreReplacedByName) {
  const auto views = Open();
  ASSERT_TRUE(views->Put("a", "1").ok());
  ASSERT_TRUE(views->Put("a", "2").ok());
  EXPECT_THAT(views->All(), ElementsAre(Pair("a", "2")));
}

TEST_F(SavedViewsTest, SayWhatIsNotThere) {
  EXPECT_EQ(Open()->Get("a").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Open()->Delete("a").code(), absl::StatusCode::kNotFound);
}

TEST_F(SavedViewsTest, RefuseWhatIsTooMuch) {
  const auto views = SavedViews::Open("").value();
  EXPECT_THAT(views->Put("", "q").ToString(), HasSubstr("name: has 0 bytes, expected 1..128"));
  EXPECT_THAT(
      views->Put(std::string(kMaxViewNameBytes + 1, 'n'), "q").ToString(), HasSubstr("129 bytes")
  );
  EXPECT_THAT(
      views->Put("n", std::string(kMaxViewQueryBytes + 1, 'q')).ToString(),
      HasSubstr("query: has 8193 bytes")
  );
  EXPECT_THAT(views->Put("n", "\xff").ToString(), HasSubstr("UTF-8"));
  for (size_t i = 0; i < kMaxSavedViews; ++i) {
    ASSERT_TRUE(views->Put(fmt::format("{}", i), "q").ok());
  }
  EXPECT_EQ(views->Put("more", "q").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(views->Put("7", "changed").ok());
}

TEST_F(SavedViewsTest, AreNotOpenedWhenTheFileIsBroken) {
  for (const char* text : {"", "{", "[]", R"({"views":5})", R"({"views":[{"name":"a"}]})"}) {
    WriteFile(text);
    const absl::Status status = SavedViews::Open(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << text;
    EXPECT_THAT(status.ToString(), HasSubstr(path_)) << text;
  }
}

TEST_F(SavedViewsTest, NameTheFileThatCannotBeRead) {
  // The first page of a process is never mapped: reading it is an I/O error.
  std::filesystem::create_symlink("/proc/self/mem", path_);
  const absl::Status status = SavedViews::Open(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.ToString(), HasSubstr(path_ + ": cannot be read: Input/output error"));
}

TEST_F(SavedViewsTest, StayAsTheyAreWhenTheDiskFails) {
  const auto views = Open();
  ASSERT_TRUE(views->Put("a", "1").ok());
  std::filesystem::remove_all(directory_);
  EXPECT_EQ(views->Put("b", "2").code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(views->All(), ElementsAre(Pair("a", "1")));
}

TEST_F(SavedViewsTest, WithoutAPathAreKeptInMemory) {
  const auto views = SavedViews::Open("").value();
  EXPECT_THAT(views->All(), IsEmpty());
  ASSERT_TRUE(views->Put("a", "1").ok());
  EXPECT_THAT(views->All(), ElementsAre(Pair("a", "1")));
}

}  // namespace
}  // namespace tidings
