#pragma once

#include <string>
#include <string_view>

namespace tidings::testing {

/// The whole file; fails the test when it cannot be read.
std::string ReadTestFile(const std::string& path);

/// Compares `actual` with the file, which UPDATE_GOLDEN=1 in the environment rewrites.
void ExpectGolden(const std::string& path, std::string_view actual);

}  // namespace tidings::testing
