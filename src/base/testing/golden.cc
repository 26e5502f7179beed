#include "base/testing/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace tidings::testing {
namespace {

bool IsUpdating() {
  const char* const value = std::getenv("UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace

std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path << " cannot be read";
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void ExpectGolden(const std::string& path, std::string_view actual) {
  if (IsUpdating()) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << actual;
    ASSERT_TRUE(file.good()) << path << " cannot be written";
    return;
  }
  EXPECT_EQ(ReadTestFile(path), actual) << "UPDATE_GOLDEN=1 rewrites " << path;
}

}  // namespace tidings::testing
