#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <absl/status/status.h>

namespace tidings::embedded {

/// Whether the disk has room: commits end at a low-water mark, before the disk is full to the last
/// byte, since the database can neither compact nor drop anything without space. For when it is
/// full all the same (somebody else filled it), a ballast file is given up to that work.
///
/// Thread safety: safe.
class DiskSpace {
 public:
  struct Options {
    std::string directory;
    /// Free bytes below which nothing is taken.
    uint64_t low_water_bytes = 0;
    /// 0: no ballast.
    uint64_t ballast_bytes = 0;
    /// Null: those of the directory's file system. Nothing when they cannot be told.
    std::function<std::optional<uint64_t>()> free_bytes;
  };

  explicit DiskSpace(Options options);

  /// kUnavailable, saying "the disk has too little room", below the mark.
  absl::Status Check() const;

  /// Makes the ballast, where there is room for it beside the mark; half of it as much again, so
  /// that it does not come and go.
  void KeepBallast();
  /// Gives it up, when the disk is below the mark.
  void ReleaseBallastIfLow();

 private:
  std::optional<uint64_t> FreeBytes() const;
  /// DataDirectory::ballast().
  std::string BallastFile() const { return options_.directory + "/ballast"; }

  const Options options_;
};

/// The least of 1 GiB and 5 % of the disk that holds the directory.
uint64_t DefaultLowWater(const std::string& directory);
/// The least of 256 MiB and 5 % of the disk.
uint64_t DefaultBallast(const std::string& directory);

}  // namespace tidings::embedded
