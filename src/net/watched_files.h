#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::net {

/// Files that somebody may replace while the server runs.
///
/// Looked at by their stamps (inode, size, times), once a second or so, and not by inotify: a
/// mounted secret of Kubernetes is replaced by swapping a folder behind symbolic links, which a
/// watch of the file does not see.
/// Thread safety: one thread.
class WatchedFiles {
 public:
  explicit WatchedFiles(std::vector<std::string> paths);

  /// True once for every change, one call later than it was seen: files that belong together are
  /// not replaced in one moment.
  bool HaveChanged();
  /// What the files are now is known.
  void Remember() { known_ = ReadStamps(); }

 private:
  struct Stamp {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = -1;  ///< -1: cannot be read
    int64_t modified_ns = 0;
    int64_t changed_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  std::vector<Stamp> ReadStamps() const;

  std::vector<std::string> paths_;
  std::vector<Stamp> known_;
  /// What was seen in the last call, and was not known.
  std::vector<Stamp> seen_;
};

}  // namespace tidings::net
