#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "event/expression.h"
#include "store/embedded/hash_set.h"
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

/// A word, by its hash, and a page that it stands in.
struct WordOfPage {
  uint64_t hash = 0;
  size_t page = 0;
};

/// Gathers the words of a block's rows, each once a page. Nearly every word stands in its page
/// already, which a set tells that the processor's cache holds.
class WordFilterBuilder {
 public:
  /// Of a block of so many rows.
  explicit WordFilterBuilder(size_t rows);

  /// The rows of the next cold page.
  void AddPage(std::span<const BlockRow> rows);
  /// The sealed values, in the order of the parts. `place_of_first` is the place of part 0; those
  /// of the others follow.
  std::vector<std::string> Finish(uint64_t place_of_first) const;

 private:
  void AddEvent(const EventView& event);
  void AddText(std::string_view text);

  /// Of each part.
  std::vector<std::vector<WordOfPage>> words_;
  size_t page_ = 0;
  HashSet of_page_;
};

/// One part in memory.
///
/// Thread safety: immutable, safe.
class WordFilter {
 public:
  /// kDataLoss when the value is not what WordFilterBuilder wrote for `place`.
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
