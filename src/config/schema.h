#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"

/// The one table of configuration keys, from which loading, `config show` and the reference page
/// are made.
namespace tidings::config {

enum class Kind : uint8_t {
  kAddress,       ///< ADDRESS:PORT or `off`
  kChoice,        ///< one of Key::choices
  kDirectory,     ///< not empty
  kReadableFile,  ///< empty, or a file that can be read now
  kDuration,
  kSize,       ///< bytes
  kCount,      ///< a whole number without unit
  kTexts,      ///< a list of texts
  kDurations,  ///< a list of NAME=DURATION
  kSwitch,     ///< true or false
};

/// The member that a key fills.
using Slot = std::variant<
    std::string*,
    std::chrono::milliseconds*,
    uint32_t*,
    size_t*,
    bool*,
    std::vector<std::string>*,
    std::map<std::string, std::chrono::milliseconds>*>;

struct Key {
  /// `section.key`, lower-case.
  std::string_view path;
  Kind kind = Kind::kCount;
  /// One sentence for the reference page.
  std::string_view doc;
  Slot (*slot)(Config& config) = nullptr;
  std::span<const std::string_view> choices = {};
  /// The least and greatest legal value: ms of a duration or of each of a list, bytes of a size, or
  /// the count.
  uint64_t least = 1;
  uint64_t most = std::numeric_limits<uint32_t>::max();
};

/// In the order of the reference page; the keys of a section stand together.
std::span<const Key> Keys();

/// The index in Keys(), if there is such a key.
std::optional<size_t> FindKey(std::string_view path);

/// Whether some key stands below `path`.
bool IsSection(std::string_view path);

/// What to say of a path that is no key: the nearest one, or what stands in its section.
std::string DescribeUnknown(std::string_view path);

}  // namespace tidings::config
