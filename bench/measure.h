#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

/// What the benchmarks of the store measure by.
namespace tidings::bench {

inline double MsSince(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
      .count();
}

/// Of the calling thread.
inline double CpuMs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// A share of 0.5 is the median; 0 of nothing.
inline double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<size_t>(static_cast<double>(values.size()) * share);
  return values.empty() ? 0 : values[std::min(at, values.size() - 1)];
}

/// Of many calls, warm. CPU time tells more where others use the machine.
struct CallTimes {
  std::vector<double> wall_ms;
  std::vector<double> cpu_ms;
  /// Of the last call.
  size_t answers = 0;
};

inline CallTimes TimeCalls(int repeats, const std::function<size_t()>& call) {
  CallTimes times;
  for (int i = -repeats / 10 - 1; i < repeats; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const double cpu_before = CpuMs();
    times.answers = call();
    if (i >= 0) {
      times.wall_ms.push_back(MsSince(began));
      times.cpu_ms.push_back(CpuMs() - cpu_before);
    }
  }
  return times;
}

inline uint64_t ResidentMiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::strtoull(line.c_str() + 6, nullptr, 10) / 1024;
    }
  }
  return 0;
}

/// A new folder, which goes with all that is in it.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& below) {
    std::string pattern = (below / "tidings-bench-XXXXXX").string();
    std::filesystem::create_directories(below);
    if (mkdtemp(pattern.data()) == nullptr) {
      std::perror(pattern.c_str());
      std::exit(1);
    }
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// What a store holds on disk.
inline uint64_t BytesBelow(const std::filesystem::path& directory) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    // The ballast holds nothing.
    const bool counts = entry.is_regular_file() && entry.path().filename() != "ballast";
    bytes += counts ? entry.file_size() : 0;
  }
  return bytes;
}

}  // namespace tidings::bench
