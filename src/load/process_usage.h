#pragma once

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace tidings::load {

/// What a process has used so far.
struct ProcessUsage {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
};

/// CPU time of the calling thread.
double ThreadCpuSeconds();

/// The process on this machine that listens on the TCP port; nothing when there is none that this
/// user may look into.
std::optional<pid_t> FindListener(uint16_t port);

/// Nothing when there is no such process.
std::optional<ProcessUsage> ReadUsage(pid_t pid);

}  // namespace tidings::load
