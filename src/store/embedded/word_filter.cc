#include "store/embedded/word_filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "base/words.h"
#include "event/value.h"
#include "store/embedded/bytes.h"
#include "store/embedded/id_hash.h"

namespace tidings::embedded {
namespace {

/// Smaller blocks keep all words in one part: a value costs a key and a seal.
constexpr size_t kRowsForParts = 4096;

/// Gathers the hashes of words. Most words of a row were in the rows before: a small table of the
/// last hashes, which stays in the core's cache, leaves out nearly all repetitions.
class WordCollector {
 public:
  void Add(std::string_view text) {
    WordReader words(text);
    while (words.Next()) {
      const uint64_t hash = HashOfWord(words.word());
      uint64_t& last = last_[hash % last_.size()];
      if (last != hash) {
        last = hash;
        hashes_.push_back(hash);
      }
    }
  }

  /// Ascending, each once.
  std::vector<uint64_t> Take() {
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    return std::move(hashes_);
  }

 private:
  std::vector<uint64_t> last_ = std::vector<uint64_t>(size_t{1} << 15);
  std::vector<uint64_t> hashes_;
};

std::vector<uint64_t> HashesOf(std::span<const BlockRow> rows) {
  WordCollector words;
  for (const BlockRow& row : rows) {
    const EventView& event = *row.event;
    if (event.withdrawn) {
      continue;
    }
    words.Add(event.text[TextField::kMessage]);
    words.Add(event.text[TextField::kName]);
    for (const Parameter& parameter : event.parameters) {
      if (const auto* const text = std::get_if<std::string_view>(&parameter.value)) {
        words.Add(*text);
      } else {
        words.Add(ValueText(parameter.value));
      }
    }
  }
  return words.Take();
}

}  // namespace

uint64_t HashOfWord(std::string_view word) {
  return Xxh3Low(word);
}

size_t WordPartOf(uint64_t hash, size_t parts) {
  return hash % parts;
}

std::vector<std::string> EncodeWordFilters(
    std::span<const BlockRow> rows, uint64_t place_of_first
) {
  const std::vector<uint64_t> hashes = HashesOf(rows);
  const size_t parts = rows.size() < kRowsForParts ? 1 : kMostWordParts;
  std::vector<size_t> counts(parts);
  for (const uint64_t hash : hashes) {
    ++counts[WordPartOf(hash, parts)];
  }
  std::vector<IdFilter> filters(counts.begin(), counts.end());
  for (const uint64_t hash : hashes) {
    filters[WordPartOf(hash, parts)].Add(ShortHash(hash));
  }
  std::vector<std::string> values;
  for (size_t part = 0; part < parts; ++part) {
    std::string value = BeginSealed();
    value.append(filters[part].bytes());
    Seal(value, ValueKind::kWords, place_of_first + part);
    values.push_back(std::move(value));
  }
  return values;
}

absl::StatusOr<std::shared_ptr<const WordFilter>> WordFilter::Read(
    std::string_view value, uint64_t place
) {
  const absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kWords, place);
  if (!payload.ok()) {
    return payload.status();
  }
  if (payload->empty() || payload->size() % IdFilter::kLineBytes != 0) {
    return DataLoss("a word filter of {} bytes is malformed", payload->size());
  }
  auto words = std::make_shared<WordFilter>();
  std::copy(payload->begin(), payload->end(), words->filter_.Allocate(payload->size()));
  return words;
}

bool WordFilter::MayContain(uint64_t hash) const {
  return filter_.MayContain(ShortHash(hash));
}

}  // namespace tidings::embedded
