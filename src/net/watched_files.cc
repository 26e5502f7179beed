#include "net/watched_files.h"

#include <utility>

#include <sys/stat.h>

namespace tidings::net {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

int64_t ToNs(const timespec& time) {
  return time.tv_sec * kNsPerSecond + time.tv_nsec;
}

}  // namespace

WatchedFiles::WatchedFiles(std::vector<std::string> paths)
    : paths_(std::move(paths)), known_(ReadStamps()) {}

bool WatchedFiles::HaveChanged() {
  std::vector<Stamp> now = ReadStamps();
  if (now == known_) {
    seen_.clear();
    return false;
  }
  if (now != seen_) {
    seen_ = std::move(now);
    return false;
  }
  known_ = std::exchange(seen_, {});
  return true;
}

std::vector<WatchedFiles::Stamp> WatchedFiles::ReadStamps() const {
  std::vector<Stamp> stamps;
  stamps.reserve(paths_.size());
  for (const std::string& path : paths_) {
    struct stat found {};
    Stamp& stamp = stamps.emplace_back();
    if (stat(path.c_str(), &found) == 0) {
      stamp = {
          .device = found.st_dev,
          .inode = found.st_ino,
          .size = found.st_size,
          .modified_ns = ToNs(found.st_mtim),
          .changed_ns = ToNs(found.st_ctim)};
    }
  }
  return stamps;
}

}  // namespace tidings::net
