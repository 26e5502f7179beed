#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <rocksdb/env.h>

#include "store/embedded/bit_column.h"
#include "store/embedded/block.h"
#include "store/embedded/byte_cache.h"
#include "store/embedded/id_filter.h"

/// Id runs: where the rows of many ids stand, as immutable sorted files. An entry is a hint: its
/// block may be gone, its row killed, its hash another id's; whoever takes it looks at the row.
/// docs/formats/embedded-store-v3.md
namespace tidings::embedded {

/// A row, by the short hash of its id.
struct IdEntry {
  uint64_t hash = 0;
  Location location;

  friend auto operator<=>(const IdEntry&, const IdEntry&) = default;
};

/// The rows of one block that a run holds entries of.
struct RunBlock {
  uint64_t number = 0;
  uint64_t entries = 0;

  friend bool operator==(const RunBlock&, const RunBlock&) = default;
};

/// The record of a run in the live set: a run exists only if it has one.
struct RunInfo {
  uint64_t number = 0;
  uint64_t entries = 0;
  /// The file's parts, in their order.
  uint64_t page_bytes = 0;
  uint64_t filter_bytes = 0;
  uint64_t index_bytes = 0;

  uint64_t bytes() const { return page_bytes + filter_bytes + index_bytes; }
  friend bool operator==(const RunInfo&, const RunInfo&) = default;
};
std::string EncodeRunInfo(const RunInfo& run);
absl::StatusOr<RunInfo> DecodeRunInfo(std::string_view value, uint64_t number);

inline constexpr size_t kRunPageEntries = 512;

/// A page of entries in memory, ascending by hash.
class RunPage {
 public:
  /// kDataLoss when the value is not the page that was written for `place`.
  static absl::StatusOr<std::shared_ptr<const RunPage>> Read(std::string value, uint64_t place);

  size_t size() const { return size_; }
  uint64_t Hash(size_t at) const { return static_cast<uint64_t>(hashes_[at]); }
  /// The place of the entry's block in the run's table.
  uint64_t BlockIndex(size_t at) const;
  uint32_t Row(size_t at) const;
  /// The first entry that is not below `hash`.
  size_t LowerBound(uint64_t hash) const;
  size_t bytes() const { return sizeof(RunPage) + value_.capacity(); }

 private:
  std::string value_;
  size_t size_ = 0;
  BitColumn hashes_;
  BitColumn places_;
};
using RunPageCache = ByteCache<RunPage>;

/// What stands behind a run's pages: which blocks it covers, and where each page begins.
struct RunIndex {
  std::vector<RunBlock> blocks;
  std::vector<uint64_t> first_hashes;
  /// One more than pages.
  std::vector<uint64_t> offsets;
  uint64_t filter_checksum = 0;
};
std::string EncodeRunIndex(const RunIndex& index, uint64_t number);
absl::StatusOr<RunIndex> DecodeRunIndex(std::string_view value, uint64_t number);

std::string RunFileName(const std::string& directory, uint64_t number);

/// A run that can be read. Filter and index are in memory, pages are read through a cache.
///
/// Thread safety: safe. Blocks on the disk.
/// Lifetime:      shared by the set of runs and whoever still reads it; the file of a retired run
/// goes with the last of them.
/// Errors:        kDataLoss - the file is damaged; names it; kUnavailable - it cannot be read.
class IdRun {
 public:
  /// What every run is read with. Borrowed.
  struct Files {
    rocksdb::Env* env = nullptr;
    RunPageCache* cache = nullptr;
    std::string directory;
  };

  /// Reads filter and index, and looks at their checksums.
  static absl::StatusOr<std::shared_ptr<IdRun>> Open(const Files& files, const RunInfo& info);
  IdRun(const IdRun&) = delete;
  IdRun& operator=(const IdRun&) = delete;
  ~IdRun();

  const RunInfo& info() const { return info_; }
  const IdFilter& filter() const { return filter_; }
  /// Ascending by number.
  const std::vector<RunBlock>& blocks() const { return index_.blocks; }
  size_t pages() const { return index_.first_hashes.size(); }

  /// Appends the rows of the entries with that hash.
  absl::Status Find(uint64_t hash, std::vector<Location>& found) const;
  /// A page past the cache: for what is read once.
  absl::StatusOr<std::shared_ptr<const RunPage>> ReadPage(size_t page) const;
  Location LocationOf(const RunPage& page, size_t at) const {
    return {.block = index_.blocks[page.BlockIndex(at)].number, .row = page.Row(at)};
  }

  /// The run has left the set for good.
  void Retire() const { retired_ = true; }
  /// A page could not be read: the run is to be made anew.
  bool IsDamaged() const { return damaged_; }
  /// In memory.
  size_t bytes() const;

 private:
  IdRun(const Files& files, const RunInfo& info) : files_(files), info_(info) {}

  absl::Status ReadParts();
  absl::Status ReadExactly(uint64_t offset, size_t size, char* bytes) const;
  absl::StatusOr<std::shared_ptr<const RunPage>> CachedPage(size_t page) const;
  absl::Status Explain(const absl::Status& status) const;

  const Files files_;
  const RunInfo info_;
  std::unique_ptr<rocksdb::RandomAccessFile> file_;
  IdFilter filter_;
  RunIndex index_;
  mutable std::atomic<bool> retired_ = false;
  mutable std::atomic<bool> damaged_ = false;
};

/// The runs of one moment. Immutable; a switch makes a new set.
using RunSet = std::vector<std::shared_ptr<const IdRun>>;

/// Writes a run's file. One that is not finished, or has no entries, goes with the writer.
///
/// Thread safety: one thread.
/// Errors:        kUnavailable - the disk fails.
class IdRunWriter {
 public:
  /// For at most `max_entries` entries of these blocks (ascending).
  static absl::StatusOr<std::unique_ptr<IdRunWriter>> Create(
      const IdRun::Files& files,
      uint64_t number,
      size_t max_entries,
      const std::vector<uint64_t>& blocks
  );

  IdRunWriter(const IdRunWriter&) = delete;
  IdRunWriter& operator=(const IdRunWriter&) = delete;
  ~IdRunWriter();

  /// Entries ascend by hash.
  absl::Status Add(const IdEntry& entry);
  /// File and directory are synced when it returns.
  absl::StatusOr<RunInfo> Finish();

 private:
  IdRunWriter(const IdRun::Files& files, uint64_t number, size_t max_entries);

  absl::Status FinishPage();
  absl::Status Append(std::string_view bytes);

  const IdRun::Files files_;
  RunInfo info_;
  std::unique_ptr<rocksdb::WritableFile> file_;
  IdFilter filter_;
  RunIndex index_;
  absl::flat_hash_map<uint64_t, uint32_t> index_of_block_;
  std::vector<int64_t> hashes_;
  std::vector<int64_t> places_;
  bool is_kept_ = false;
};

/// Sorts the entries, and writes them as a run.
absl::StatusOr<RunInfo> WriteRun(
    const IdRun::Files& files, uint64_t number, std::vector<IdEntry>& entries
);

}  // namespace tidings::embedded
