#include "store/embedded/wal_check.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/crc.hpp>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/status.h"

namespace tidings::embedded {
namespace {

constexpr size_t kLogBlockBytes = 32768;
constexpr size_t kHeaderBytes = 7;
constexpr size_t kRecyclableHeaderBytes = 11;

enum RecordType : uint8_t {
  kZero = 0,
  kFull = 1,
  kFirst = 2,
  kMiddle = 3,
  kLast = 4,
  kRecyclableFull = 5,
  kRecyclableLast = 8,
  kSetCompression = 9,
};

/// A record of its own, or the piece of one that a block holds.
struct Fragment {
  uint8_t type = kZero;
  size_t size = 0;  ///< with its header

  bool IsBegin() const { return type == kFull || type == kFirst || type == kSetCompression; }
  bool IsEnd() const { return type == kFull || type == kLast || type == kSetCompression; }
};

uint32_t Load32(std::string_view bytes) {
  uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

uint32_t MaskedCrc32c(uint8_t type, std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_byte(type);
  crc.process_bytes(bytes.data(), bytes.size());
  const uint32_t value = crc.checksum();
  return (value >> 15 | value << 17) + 0xa282ead8;
}

/// The intact fragment at the front of `rest`, which ends with the log block.
std::optional<Fragment> ReadFragment(std::string_view rest, uint32_t log_number) {
  if (rest.size() < kHeaderBytes) {
    return std::nullopt;
  }
  const auto type = static_cast<uint8_t>(rest[6]);
  if (type == kZero || type > kSetCompression) {
    return std::nullopt;
  }
  const bool is_recyclable = type >= kRecyclableFull && type <= kRecyclableLast;
  const size_t header = is_recyclable ? kRecyclableHeaderBytes : kHeaderBytes;
  const size_t length = static_cast<uint8_t>(rest[4]) | static_cast<uint8_t>(rest[5]) << 8;
  if (rest.size() < header + length ||
      MaskedCrc32c(type, rest.substr(kHeaderBytes, header - kHeaderBytes + length)) !=
          Load32(rest)) {
    return std::nullopt;
  }
  if (!is_recyclable) {
    return Fragment{.type = type, .size = header + length};
  }
  if (Load32(rest.substr(kHeaderBytes)) != log_number) {
    return std::nullopt;
  }
  return Fragment{
      .type = static_cast<uint8_t>(type - kRecyclableFull + kFull), .size = header + length};
}

bool IsZero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

std::string_view RestOfBlock(std::string_view log, size_t at) {
  const size_t end = std::min(log.size(), (at / kLogBlockBytes + 1) * kLogBlockBytes);
  return log.substr(at, end - at);
}

/// The first place from `at` on where a record begins that is intact; its later fragments need not
/// be: it was written after what stands before it had been synced.
uint64_t FindBegin(std::string_view log, size_t at, uint32_t log_number) {
  while (at < log.size()) {
    const std::string_view rest = RestOfBlock(log, at);
    const std::optional<Fragment> fragment = ReadFragment(rest, log_number);
    if (fragment && fragment->IsBegin()) {
      return at;
    }
    if (IsZero(rest)) {
      at += rest.size();
    } else {
      at += fragment ? fragment->size : 1;
    }
  }
  return 0;
}

/// Where a walk through whole records stops.
struct Stop {
  uint64_t good_bytes = 0;
  uint64_t at = 0;
};

Stop WalkRecords(std::string_view log, uint32_t log_number) {
  Stop stop;
  bool is_inside = false;
  while (stop.at < log.size()) {
    const std::string_view rest = RestOfBlock(log, stop.at);
    if (rest.size() < kRecyclableHeaderBytes && stop.at + rest.size() < log.size() &&
        IsZero(rest)) {
      stop.at += rest.size();  // The filler at the end of a log block.
      continue;
    }
    const std::optional<Fragment> fragment = ReadFragment(rest, log_number);
    if (!fragment || fragment->IsBegin() == is_inside) {
      return stop;
    }
    stop.at += fragment->size;
    is_inside = !fragment->IsEnd();
    stop.good_bytes = is_inside ? stop.good_bytes : stop.at;
  }
  return stop;
}

/// A file in memory, unmapped at the end.
class MappedFile {
 public:
  static absl::StatusOr<MappedFile> Open(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0 || fstat(file, &status) != 0) {
      const std::error_code error(errno, std::generic_category());
      if (file >= 0) {
        close(file);
      }
      return Unavailable("{}: cannot be read: {}", path, error.message());
    }
    const auto size = static_cast<size_t>(status.st_size);
    void* const bytes = size == 0 ? nullptr : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (bytes == MAP_FAILED) {
      return Unavailable("{}: {} bytes cannot be mapped", path, size);
    }
    return MappedFile(static_cast<const char*>(bytes), size);
  }
  MappedFile(MappedFile&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile() {
    if (bytes_ != nullptr) {
      munmap(const_cast<char*>(bytes_), size_);
    }
  }

  std::string_view view() const { return {bytes_, size_}; }

 private:
  MappedFile(const char* bytes, size_t size) : bytes_(bytes), size_(size) {}

  const char* bytes_;
  size_t size_;
};

struct WalFile {
  uint64_t number = 0;
  std::string path;
};

/// `000123.log`, in the order of their numbers.
absl::StatusOr<std::vector<WalFile>> ListWals(const std::string& directory) {
  std::error_code error;
  std::vector<WalFile> files;
  for (auto at = std::filesystem::directory_iterator(directory, error);
       !error && at != std::filesystem::directory_iterator();
       at.increment(error)) {
    const std::string stem = at->path().stem().string();
    const bool is_number = !stem.empty() && stem.size() < 18 &&
                           stem.find_first_not_of("0123456789") == std::string::npos;
    if (at->path().extension() == ".log" && is_number) {
      files.push_back({.number = std::stoull(stem), .path = at->path().string()});
    }
  }
  if (error) {
    return Unavailable("{}: cannot be listed: {}", directory, error.message());
  }
  std::sort(files.begin(), files.end(), [](const WalFile& a, const WalFile& b) {
    return a.number < b.number;
  });
  return files;
}

absl::Status CutTail(const std::string& path, uint64_t bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool done =
      file >= 0 && ftruncate(file, static_cast<off_t>(bytes)) == 0 && fsync(file) == 0;
  const std::error_code error(errno, std::generic_category());
  if (file >= 0) {
    close(file);
  }
  return done ? absl::OkStatus()
              : Unavailable("{}: cannot be cut to {} bytes: {}", path, bytes, error.message());
}

absl::Status Damaged(const std::string& path, uint64_t offset, const std::string& follows) {
  return DataLoss(
      "{}: the record at byte {} is damaged, and {} follows: this is no write that a crash cut "
      "short, so acknowledged events may be in it. Nothing was changed. Restore the directory from "
      "a backup, or move it away and start with a new one",
      path,
      offset,
      follows
  );
}

}  // namespace

WalVerdict InspectWal(std::string_view log, uint32_t log_number) {
  const Stop stop = WalkRecords(log, log_number);
  WalVerdict verdict{.good_bytes = stop.good_bytes};
  if (stop.good_bytes >= log.size() || IsZero(log.substr(stop.good_bytes))) {
    return verdict;
  }
  verdict.is_torn = true;
  verdict.resumes_at = FindBegin(log, stop.at, log_number);
  return verdict;
}

absl::Status CheckWals(const std::string& directory) {
  const absl::StatusOr<std::vector<WalFile>> files = ListWals(directory);
  if (!files.ok()) {
    return files.status();
  }
  const WalFile* torn = nullptr;
  uint64_t torn_at = 0;
  size_t torn_bytes = 0;
  for (const WalFile& file : *files) {
    const absl::StatusOr<MappedFile> log = MappedFile::Open(file.path);
    if (!log.ok()) {
      return log.status();
    }
    const WalVerdict verdict = InspectWal(log->view(), static_cast<uint32_t>(file.number));
    if (verdict.resumes_at != 0) {
      return Damaged(
          file.path, verdict.good_bytes, fmt::format("an intact one at byte {}", verdict.resumes_at)
      );
    }
    if (torn != nullptr && verdict.good_bytes != 0) {
      return Damaged(torn->path, torn_at, fmt::format("an intact one in {}", file.path));
    }
    if (verdict.is_torn && torn == nullptr) {
      torn = &file;
      torn_at = verdict.good_bytes;
      torn_bytes = log->view().size() - verdict.good_bytes;
    }
  }
  if (torn == nullptr) {
    return absl::OkStatus();
  }
  if (absl::Status status = CutTail(torn->path, torn_at); !status.ok()) {
    return status;
  }
  spdlog::info(
      "store: {} ended in a write that was cut short before it was acknowledged; its {} bytes were "
      "dropped",
      torn->path,
      torn_bytes
  );
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CutDamagedWals(const std::string& directory) {
  const absl::StatusOr<std::vector<WalFile>> files = ListWals(directory);
  if (!files.ok()) {
    return files.status();
  }
  std::vector<std::string> done;
  for (const WalFile& file : *files) {
    if (!done.empty()) {
      std::error_code error;
      std::filesystem::rename(file.path, file.path + ".damaged", error);
      if (error) {
        return Unavailable("{}: cannot be put aside: {}", file.path, error.message());
      }
      done.push_back(fmt::format("{} was put aside as {}.damaged", file.path, file.path));
      continue;
    }
    const absl::StatusOr<MappedFile> log = MappedFile::Open(file.path);
    if (!log.ok()) {
      return log.status();
    }
    const WalVerdict verdict = InspectWal(log->view(), static_cast<uint32_t>(file.number));
    if (!verdict.is_torn) {
      continue;
    }
    if (absl::Status status = CutTail(file.path, verdict.good_bytes); !status.ok()) {
      return status;
    }
    done.push_back(fmt::format(
        "{} was cut off at byte {}, {} bytes are gone",
        file.path,
        verdict.good_bytes,
        log->view().size() - verdict.good_bytes
    ));
  }
  return done;
}

}  // namespace tidings::embedded
