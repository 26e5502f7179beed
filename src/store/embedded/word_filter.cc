#include "store/embedded/word_filter.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "base/words.h"
#include "event/value.h"
#include "store/embedded/bytes.h"
#include "store/embedded/id_hash.h"
#include "store/embedded/message_piece.h"

namespace tidings::embedded {
namespace {

/// Smaller blocks keep all words in one part: a value costs a key and a seal.
constexpr size_t kRowsForParts = 4096;

/// More than for an id: a page that is read in vain costs more than a look at a run.
constexpr size_t kBitsPerEntry = 14;

/// What stands in the filter for a word in a page.
uint64_t HashInPage(uint64_t hash, size_t page) {
  const uint64_t mixed = (hash ^ (page + 1) * 0x9E37'79B9'7F4A'7C15U) * 0xD6E8'FEB8'6659'FD93U;
  return mixed ^ mixed >> 32;
}

/// The filter of one part: its words, and each with the pages that it stands in.
std::string EncodePart(std::span<const WordOfPage> words, uint64_t place) {
  std::vector<uint64_t> entries;
  entries.reserve(words.size() * 2);
  HashSet of_block;
  for (const WordOfPage& word : words) {
    entries.push_back(ShortHash(HashInPage(word.hash, word.page)));
    if (of_block.Insert(word.hash)) {
      entries.push_back(ShortHash(word.hash));
    }
  }
  IdFilter filter(entries.size() * kBitsPerEntry);
  for (const uint64_t entry : entries) {
    filter.Add(entry);
  }
  std::string value = BeginSealed();
  value.append(filter.bytes());
  Seal(value, ValueKind::kWords, place);
  return value;
}

}  // namespace

uint64_t HashOfWord(std::string_view word) {
  return Xxh3Low(word);
}

size_t WordPartOf(uint64_t hash, size_t parts) {
  return hash % parts;
}

WordFilterBuilder::WordFilterBuilder(size_t rows)
    : words_(rows < kRowsForParts ? 1 : kMostWordParts) {}

void WordFilterBuilder::AddPage(std::span<const BlockRow> rows) {
  for (const BlockRow& row : rows) {
    if (!row.event->withdrawn) {
      AddEvent(*row.event);
    }
  }
  ++page_;
  of_page_.Clear();
}

void WordFilterBuilder::AddEvent(const EventView& event) {
  const std::string_view message = event.text[TextField::kMessage];
  AddText(message);
  AddText(event.text[TextField::kName]);
  for (const Parameter& parameter : event.parameters) {
    const auto* const text = std::get_if<std::string_view>(&parameter.value);
    if (text == nullptr) {
      AddText(ValueText(parameter.value));
    } else if (!IsPieceOf(message, *text)) {
      // The words of a piece are words of the message.
      AddText(*text);
    }
  }
}

void WordFilterBuilder::AddText(std::string_view text) {
  WordReader words(text);
  while (words.Next()) {
    const uint64_t hash = HashOfWord(words.word());
    if (of_page_.Insert(hash)) {
      words_[WordPartOf(hash, words_.size())].push_back({.hash = hash, .page = page_});
    }
  }
}

std::vector<std::string> WordFilterBuilder::Finish(uint64_t place_of_first) const {
  std::vector<std::string> values;
  values.reserve(words_.size());
  for (const std::vector<WordOfPage>& words : words_) {
    values.push_back(EncodePart(words, place_of_first + values.size()));
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
