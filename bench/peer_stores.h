#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/report.h"

/// What others would keep the same events in, for figures beside ours. All of it durable per batch.
namespace tidings::bench {

/// A store of the benchmarks' one-shot events.
///
/// Thread safety: one thread.
/// Errors:        ends the program.
class PeerStore {
 public:
  virtual ~PeerStore() = default;

  virtual const char* name() const = 0;
  /// Durable when it returns.
  virtual void Commit(const ReportBatch& batch) = 0;
  /// Everything is written that was put off.
  virtual void Finish() = 0;

  /// Each the number of answers.
  virtual size_t ById(std::string_view id) = 0;
  virtual size_t NewestOfService(const std::string& service, size_t limit) = 0;
  virtual size_t Overlap(int64_t from_ms, int64_t to_ms, size_t limit) = 0;
  virtual size_t Word(const std::string& word, size_t limit) = 0;
  virtual size_t CountByName() = 0;
  virtual size_t Histogram(int64_t from_ms, int64_t to_ms, size_t buckets) = 0;
  /// Services, instances, layers, names, types.
  virtual size_t AllFacets() = 0;
};

/// SQLite: WAL, synchronous=FULL, an index per filter with the start behind it, FTS5 over message,
/// name and parameters.
std::unique_ptr<PeerStore> MakeSqlitePeer(const std::string& directory);
/// RocksDB: a row per event by (start, id), an index of ids, every write synced. It has no index of
/// words or services: it reads all rows for them.
std::unique_ptr<PeerStore> MakeRocksPeer(const std::string& directory);

}  // namespace tidings::bench
