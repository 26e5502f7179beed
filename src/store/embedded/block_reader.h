#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

#include "base/arena.h"
#include "event/event.h"
#include "store/embedded/block.h"
#include "store/embedded/block_summary.h"
#include "store/embedded/byte_cache.h"
#include "store/embedded/cold_page.h"
#include "store/embedded/database.h"
#include "store/embedded/hot_block.h"
#include "store/embedded/word_filter.h"

namespace tidings::embedded {

/// Reads blocks, through caches of bounded bytes.
///
/// Thread safety: safe. Blocks on the disk.
/// Errors:        kDataLoss - names the block; the block is marked; kUnavailable - as Database.
class BlockReader {
 public:
  struct Options {
    size_t hot_cache_bytes = size_t{96} << 20;
    size_t page_cache_bytes = size_t{128} << 20;
    size_t id_cache_bytes = size_t{32} << 20;
    size_t summary_cache_bytes = size_t{16} << 20;
    size_t word_cache_bytes = size_t{16} << 20;
    /// Told once of each damaged block, by whoever reads it first. Null: nobody.
    std::function<void(const absl::Status&)> damaged = nullptr;
  };

  BlockReader(const Database& database, Options options)
      : database_(database),
        hot_(options.hot_cache_bytes),
        pages_(options.page_cache_bytes),
        ids_(options.id_cache_bytes),
        summaries_(options.summary_cache_bytes),
        words_(options.word_cache_bytes),
        damaged_(std::move(options.damaged)) {}

  /// Whose hot parts are read: some blocks', or, one after the other, those of all that a window
  /// means, which may be more than there is room for.
  enum class Extent : uint8_t { kSome, kAll };
  absl::StatusOr<std::shared_ptr<const HotBlock>> Hot(Block& block, Extent extent = Extent::kSome)
      const;
  /// Pages count from 0.
  absl::StatusOr<std::shared_ptr<const ColdPage>> Page(Block& block, size_t page) const;
  /// Only the ids of a page: a fraction of its bytes.
  absl::StatusOr<std::shared_ptr<const PageIds>> Ids(Block& block, size_t page) const;
  /// Only of blocks with word parts.
  absl::StatusOr<std::shared_ptr<const BlockSummary>> Summary(Block& block) const;
  absl::StatusOr<std::shared_ptr<const WordFilter>> Words(Block& block, size_t part) const;
  /// As Hot and Page, past the caches: for what is read once.
  absl::StatusOr<std::shared_ptr<const HotBlock>> HotOnce(Block& block) const;
  absl::StatusOr<std::shared_ptr<const ColdPage>> PageOnce(Block& block, size_t page) const;
  /// The ids of all rows, in order: visits page by page.
  absl::Status ForEachId(
      Block& block, const std::function<void(size_t row, std::string_view id)>& visit
  ) const;

  /// Marks the block as damaged, says which it is, and tells whoever is to be told; other errors
  /// stay as they are.
  absl::Status Explain(Block& block, uint16_t part, const absl::Status& status) const;
  /// kDataLoss, explained, when a page lacks the row that its block's hot part puts there.
  absl::Status CheckRow(Block& block, HotBlock::PagePlace place, const ColdPage& page) const;

  /// Forgets everything: the database was opened again.
  void Clear();

 private:
  absl::StatusOr<std::string> Value(Block& block, uint16_t part) const;
  /// What stands under a part, decoded, through its cache.
  template <typename T>
  absl::StatusOr<std::shared_ptr<const T>> Cached(ByteCache<T>& cache, Block& block, uint16_t part)
      const;

  const Database& database_;
  mutable ByteCache<HotBlock> hot_;
  mutable ByteCache<ColdPage> pages_;
  mutable ByteCache<PageIds> ids_;
  mutable ByteCache<BlockSummary> summaries_;
  mutable ByteCache<WordFilter> words_;
  const std::function<void(const absl::Status&)> damaged_;
};

/// The whole rows that a reader needs, and what they are views of.
///
/// Lifetime: the views that Load gives live as long as the loader.
class RowLoader {
 public:
  explicit RowLoader(const BlockReader& reader) : reader_(reader) {}

  absl::StatusOr<EventView> Load(Block& block, size_t row);
  /// The row of that id, if one of the candidates is it.
  absl::StatusOr<std::optional<EventView>> LoadById(
      std::string_view id, std::span<const RowCandidate> candidates
  );

  /// Bytes that the kept pages and blocks hold.
  size_t bytes() const { return bytes_; }

 private:
  absl::StatusOr<const HotBlock*> HotOf(Block& block);
  absl::StatusOr<const ColdPage*> PageOf(Block& block, size_t page);

  const BlockReader& reader_;
  Arena arena_;
  absl::flat_hash_map<uint64_t, std::shared_ptr<const HotBlock>> hot_;
  absl::flat_hash_map<uint64_t, std::shared_ptr<const ColdPage>> pages_;
  size_t bytes_ = 0;
};

}  // namespace tidings::embedded
