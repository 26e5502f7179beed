#pragma once

#include <cstdint>
#include <vector>

#include <absl/status/statusor.h>

#include "event/filter.h"
#include "store/embedded/block_reader.h"

namespace tidings::embedded {

/// Tells of compacted blocks, by their summaries and word filters, that no row can match.
///
/// Thread safety: one thread.
/// Lifetime:      borrows filter and reader.
/// Errors:        as BlockReader.
class BlockPruner {
 public:
  BlockPruner(const Filter& filter, const BlockReader& reader);

  /// kNo: no row; kYes: where the window and the snapshot take a row, the filter does.
  absl::StatusOr<Verdict> Judge(Block& block) const;
  /// For each cold page of the block whether a row of it may match; empty: any may.
  absl::StatusOr<std::vector<bool>> PagesOf(Block& block) const;

 private:
  /// A condition on words, and the hashes of those that must stand whole in a row.
  struct Words {
    const WordsCondition* condition = nullptr;
    std::vector<uint64_t> hashes;
  };

  void CollectWords(const Expression& expression);
  absl::StatusOr<Verdict> JudgeWords(Block& block, const WordsCondition& condition) const;

  const Filter& filter_;
  const BlockReader& reader_;
  std::vector<Words> words_;
  /// Of words that every match has.
  std::vector<uint64_t> required_words_;
};

}  // namespace tidings::embedded
