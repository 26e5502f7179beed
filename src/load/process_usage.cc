#include "load/process_usage.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include "base/durable_file.h"

namespace tidings::load {
namespace {

namespace fs = std::filesystem;

/// The state LISTEN in /proc/net/tcp.
constexpr std::string_view kListening = "0A";

std::string ReadWhole(const fs::path& path) {
  return ReadWholeFile(path.string()).value_or("");
}

/// The socket of a line of /proc/net/tcp that listens on the port, as /proc/PID/fd names it.
std::optional<std::string> ListeningSocket(const std::string& line, uint16_t port) {
  constexpr size_t kLocal = 1;
  constexpr size_t kState = 3;
  constexpr size_t kInode = 9;
  const std::vector<std::string> fields = absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (fields.size() <= kInode || fields[kState] != kListening ||
      !fields[kLocal].ends_with(fmt::format(":{:04X}", port))) {
    return std::nullopt;
  }
  return fmt::format("socket:[{}]", fields[kInode]);
}

std::vector<std::string> ListeningSockets(uint16_t port) {
  std::vector<std::string> sockets;
  for (const char* const table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
      if (const auto socket = ListeningSocket(line, port)) {
        sockets.push_back(*socket);
      }
    }
  }
  return sockets;
}

bool HoldsOneOf(const fs::path& process, const std::vector<std::string>& sockets) {
  std::error_code error;
  for (auto at = fs::directory_iterator(process / "fd", error);
       !error && at != fs::directory_iterator();
       at.increment(error)) {
    std::error_code gone;
    const std::string target = fs::read_symlink(at->path(), gone).string();
    if (std::find(sockets.begin(), sockets.end(), target) != sockets.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace

double ThreadCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::optional<pid_t> FindListener(uint16_t port) {
  const std::vector<std::string> sockets = ListeningSockets(port);
  if (sockets.empty()) {
    return std::nullopt;
  }
  std::error_code error;
  for (auto at = fs::directory_iterator("/proc", error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(at->path().filename().string(), &pid) && HoldsOneOf(at->path(), sockets)) {
      return pid;
    }
  }
  return std::nullopt;
}

std::optional<ProcessUsage> ReadUsage(pid_t pid) {
  const fs::path process = fmt::format("/proc/{}", pid);
  const std::string stat = ReadWhole(process / "stat");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) {
    return std::nullopt;
  }
  // Counted from 0 behind the name: utime, stime, and resident pages (proc(5)).
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(name_end + 2), ' ');
  constexpr size_t kUserTicks = 11;
  constexpr size_t kSystemTicks = 12;
  constexpr size_t kResidentPages = 21;
  uint64_t user = 0;
  uint64_t system = 0;
  uint64_t pages = 0;
  if (fields.size() <= kResidentPages || !absl::SimpleAtoi(fields[kUserTicks], &user) ||
      !absl::SimpleAtoi(fields[kSystemTicks], &system) ||
      !absl::SimpleAtoi(fields[kResidentPages], &pages)) {
    return std::nullopt;
  }
  return ProcessUsage{
      .cpu_seconds = static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)),
      .resident_bytes = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE))};
}

}  // namespace tidings::load
