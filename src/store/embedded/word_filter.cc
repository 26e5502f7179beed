#include "store/embedded/word_filter.h"

#include <algorithm>
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

/// Bits per entry, in tenths of those of an id filter: a page that is read in vain costs more than
/// a look at a run.
constexpr size_t kBitsInTenths = 14;

void AddWords(std::string_view text, std::vector<uint64_t>& hashes) {
  WordReader words(text);
  while (words.Next()) {
    hashes.push_back(HashOfWord(words.word()));
  }
}

void KeepOneOfEach(std::vector<uint64_t>& hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

/// Of the rows of one page, each once.
std::vector<uint64_t> HashesOf(std::span<const BlockRow> rows) {
  std::vector<uint64_t> hashes;
  for (const BlockRow& row : rows) {
    const EventView& event = *row.event;
    if (event.withdrawn) {
      continue;
    }
    AddWords(event.text[TextField::kMessage], hashes);
    AddWords(event.text[TextField::kName], hashes);
    for (const Parameter& parameter : event.parameters) {
      if (const auto* const text = std::get_if<std::string_view>(&parameter.value)) {
        AddWords(*text, hashes);
      } else {
        AddWords(ValueText(parameter.value), hashes);
      }
    }
  }
  KeepOneOfEach(hashes);
  return hashes;
}

/// What stands in the filter for a word in a page.
uint64_t HashInPage(uint64_t hash, size_t page) {
  const uint64_t mixed = (hash ^ (page + 1) * 0x9E37'79B9'7F4A'7C15U) * 0xD6E8'FEB8'6659'FD93U;
  return mixed ^ mixed >> 32;
}

/// What the filter of each part is to hold.
std::vector<std::vector<uint64_t>> EntriesOf(
    std::span<const BlockRow> rows, std::span<const uint32_t> page_rows, size_t parts
) {
  std::vector<std::vector<uint64_t>> entries(parts);
  std::vector<uint64_t> words;
  for (size_t page = 0; page < page_rows.size(); ++page) {
    for (const uint64_t hash : HashesOf(rows.first(page_rows[page]))) {
      entries[WordPartOf(hash, parts)].push_back(HashInPage(hash, page));
      words.push_back(hash);
    }
    rows = rows.subspan(page_rows[page]);
  }
  KeepOneOfEach(words);
  for (const uint64_t hash : words) {
    entries[WordPartOf(hash, parts)].push_back(hash);
  }
  return entries;
}

}  // namespace

uint64_t HashOfWord(std::string_view word) {
  return Xxh3Low(word);
}

size_t WordPartOf(uint64_t hash, size_t parts) {
  return hash % parts;
}

std::vector<std::string> EncodeWordFilters(
    std::span<const BlockRow> rows, std::span<const uint32_t> page_rows, uint64_t place_of_first
) {
  const size_t parts = rows.size() < kRowsForParts ? 1 : kMostWordParts;
  std::vector<std::string> values;
  for (const std::vector<uint64_t>& entries : EntriesOf(rows, page_rows, parts)) {
    IdFilter filter(entries.size() * kBitsInTenths / 10);
    for (const uint64_t entry : entries) {
      filter.Add(ShortHash(entry));
    }
    std::string value = BeginSealed();
    value.append(filter.bytes());
    Seal(value, ValueKind::kWords, place_of_first + values.size());
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

bool WordFilter::MayContain(uint64_t hash, size_t page) const {
  return filter_.MayContain(ShortHash(HashInPage(hash, page)));
}

}  // namespace tidings::embedded
