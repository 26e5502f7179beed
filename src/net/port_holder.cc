#include "net/port_holder.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unordered_set>

#include <fmt/format.h>

namespace tidings::net {
namespace {

namespace fs = std::filesystem;

/// Inodes of the sockets that listen on `port`, by one of the kernel's tables (proc(5)).
void AddListeningInodes(const char* table, uint16_t port, std::unordered_set<std::string>& inodes) {
  constexpr std::string_view kListen = "0A";
  std::ifstream lines(table);
  const std::string suffix = fmt::format(":{:04X}", port);
  std::string line;
  std::getline(lines, line);  // The heading.
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string slot;
    std::string local;
    std::string remote;
    std::string state;
    std::string skipped;
    std::string inode;
    words >> slot >> local >> remote >> state;
    for (int i = 0; i < 5; ++i) {
      words >> skipped;  // queues, timers, retransmits, uid, timeout
    }
    words >> inode;
    if (state == kListen && local.ends_with(suffix)) {
      inodes.insert(fmt::format("socket:[{}]", inode));
    }
  }
}

bool HoldsOneOf(const fs::path& process, const std::unordered_set<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator fd(process / "fd", error), end; !error && fd != end;
       fd.increment(error)) {
    std::error_code ignored;
    if (sockets.contains(fs::read_symlink(fd->path(), ignored).string())) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string FindPortHolder(uint16_t port) {
  std::unordered_set<std::string> sockets;
  AddListeningInodes("/proc/net/tcp", port, sockets);
  AddListeningInodes("/proc/net/tcp6", port, sockets);
  std::error_code error;
  for (fs::directory_iterator process("/proc", error), end; !error && process != end;
       process.increment(error)) {
    const std::string pid = process->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos ||
        !HoldsOneOf(process->path(), sockets)) {
      continue;
    }
    std::string name;
    std::getline(std::ifstream(process->path() / "comm"), name);
    return fmt::format("process {} ({})", pid, name);
  }
  return {};
}

}  // namespace tidings::net
