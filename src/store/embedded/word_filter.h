#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "event/expression.h"
#include "store/embedded/hot_block.h"
#include "store/embedded/id_filter.h"

namespace tidings::embedded {

/// Words of the messages, names and parameters of a compacted block's rows, as filters of (word)
/// and of (word, page): most blocks without a rare word are told without reading them, and of those
/// with one few pages are read. The words of a large block are spread by their hashes over several
/// parts, each a value of its own, so that a query for a word reads few bytes of each block.
inline constexpr size_t kMostWordParts = 16;

/// The folded word, as all filters know it.
uint64_t HashOfWord(std::string_view word);
/// Which of a block's `parts` would hold the word.
size_t WordPartOf(uint64_t hash, size_t parts);

/// The sealed values, in the order of the parts. `page_rows` are the rows of each cold page.
/// `place_of_first` is the place of part 0; those of the others follow.
std::vector<std::string> EncodeWordFilters(
    std::span<const BlockRow> rows, std::span<const uint32_t> page_rows, uint64_t place_of_first
);

/// One part in memory.
///
/// Thread safety: immutable, safe.
class WordFilter {
 public:
  /// kDataLoss when the value is not what EncodeWordFilters wrote for `place`.
  static absl::StatusOr<std::shared_ptr<const WordFilter>> Read(
      std::string_view value, uint64_t place
  );

  bool MayContain(uint64_t hash) const;
  /// The same of one cold page, counted from 0.
  bool MayContain(uint64_t hash, size_t page) const;
  size_t bytes() const { return sizeof(WordFilter) + filter_.bytes().size(); }

 private:
  IdFilter filter_;
};

}  // namespace tidings::embedded
