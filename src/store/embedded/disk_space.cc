#include "store/embedded/disk_space.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {
namespace {

constexpr uint64_t kMostLowWater = uint64_t{1} << 30;
constexpr uint64_t kMostBallast = uint64_t{256} << 20;

struct Unit {
  std::string_view name;
  uint64_t bytes;
};

/// The one in which to tell a mark and what is less than it: in which the mark has three digits.
Unit UnitOf(uint64_t mark) {
  constexpr uint64_t kLeast = 100;
  constexpr std::array<Unit, 3> kUnits{
      {{"GiB", uint64_t{1} << 30}, {"MiB", uint64_t{1} << 20}, {"KiB", uint64_t{1} << 10}}};
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [mark](const Unit& unit) {
    return mark / unit.bytes >= kLeast;
  });
  return found == kUnits.end() ? Unit{"bytes", 1} : *found;
}

uint64_t FivePercentOfDisk(const std::string& directory) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory, error);
  return error ? 0 : space.capacity / 20;
}

}  // namespace

uint64_t DefaultLowWater(const std::string& directory) {
  return std::min(kMostLowWater, FivePercentOfDisk(directory));
}

uint64_t DefaultBallast(const std::string& directory) {
  return std::min(kMostBallast, FivePercentOfDisk(directory));
}

DiskSpace::DiskSpace(Options options) : options_(std::move(options)) {}

std::optional<uint64_t> DiskSpace::FreeBytes() const {
  if (options_.free_bytes) {
    return options_.free_bytes();
  }
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(options_.directory, error);
  return error ? std::nullopt : std::optional<uint64_t>(space.available);
}

absl::Status DiskSpace::Check() const {
  const std::optional<uint64_t> free = FreeBytes();
  if (!free || *free >= options_.low_water_bytes) {
    return absl::OkStatus();
  }
  const uint64_t mark = options_.low_water_bytes;
  const Unit unit = UnitOf(mark);
  // Rounded away from each other: what is free stays less than the mark.
  return Unavailable(
      "the disk has too little room: {} {} are free in {}, less than the {} {} that are kept "
      "(store.low_water)",
      *free / unit.bytes,
      unit.name,
      options_.directory,
      (mark + unit.bytes - 1) / unit.bytes,
      unit.name
  );
}

void DiskSpace::KeepBallast() {
  std::error_code error;
  if (options_.ballast_bytes == 0 || std::filesystem::exists(BallastFile(), error)) {
    return;
  }
  const uint64_t needed = options_.low_water_bytes + options_.ballast_bytes * 3 / 2;
  if (FreeBytes().value_or(0) < needed) {
    return;
  }
  const int file = open(BallastFile().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) {
    return;
  }
  const bool made = posix_fallocate(file, 0, static_cast<off_t>(options_.ballast_bytes)) == 0;
  close(file);
  if (!made) {
    std::filesystem::remove(BallastFile(), error);
  }
}

void DiskSpace::ReleaseBallastIfLow() {
  if (!Check().ok()) {
    std::error_code error;
    std::filesystem::remove(BallastFile(), error);
  }
}

}  // namespace tidings::embedded
