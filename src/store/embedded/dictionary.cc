#include "store/embedded/dictionary.h"

#include "base/hash.h"

namespace tidings::embedded {
namespace {

constexpr size_t kFirstSlots = 64;

}  // namespace

DictionaryBuilder::DictionaryBuilder() : slots_(kFirstSlots, kFree) {}

uint32_t DictionaryBuilder::CodeOf(std::string_view text) {
  // Texts of one block stand close to each other.
  Seen& seen = seen_[reinterpret_cast<uintptr_t>(text.data()) / 4 % kSeen];
  const bool is_same = seen.text.data() == text.data() && seen.text.size() == text.size();
  if (seen.code == kFree || !is_same) {
    seen = {.text = text, .code = Find(text)};
  }
  return seen.code;
}

uint32_t DictionaryBuilder::Find(std::string_view text) {
  const uint64_t hash = Xxh3Low(text);
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  for (; slots_[slot] != kFree; slot = (slot + 1) & mask) {
    const uint32_t code = slots_[slot];
    if (hashes_[code] == hash && texts_[code] == text) {
      return code;
    }
  }
  const auto code = static_cast<uint32_t>(texts_.size());
  slots_[slot] = code;
  texts_.push_back(text);
  hashes_.push_back(hash);
  if (texts_.size() * 2 > slots_.size()) {
    Grow();
  }
  return code;
}

void DictionaryBuilder::Grow() {
  slots_.assign(slots_.size() * 4, kFree);
  const size_t mask = slots_.size() - 1;
  for (uint32_t code = 0; code < hashes_.size(); ++code) {
    size_t slot = hashes_[code] & mask;
    while (slots_[slot] != kFree) {
      slot = (slot + 1) & mask;
    }
    slots_[slot] = code;
  }
}

void DictionaryBuilder::AppendTo(std::string& out) const {
  ByteWriter writer(out);
  writer.Varint(texts_.size());
  for (const std::string_view text : texts_) {
    writer.Text(text);
  }
}

bool ReadDictionary(ByteReader& reader, size_t max_texts, std::vector<std::string_view>& texts) {
  const uint64_t count = reader.Varint();
  if (count > max_texts || count > reader.left()) {
    return false;
  }
  texts.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    texts.push_back(reader.Text());
  }
  return reader.ok();
}

}  // namespace tidings::embedded
