#include "derive/id_sketch.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/hash.h"

namespace tidings::derive {
namespace {

constexpr char kHashesForm = 'h';
constexpr char kBitsForm = 'b';
constexpr unsigned kWordBits = std::numeric_limits<uint32_t>::digits;
/// What is left of 32 bits are the 15 that name a bit of 1,024 words.
constexpr unsigned kBitShift = 17;

/// Of the 64 bits of HashOf.
uint32_t KeptHash(uint64_t hash) {
  return static_cast<uint32_t>(hash >> kWordBits);
}

}  // namespace

uint64_t IdSketch::HashOf(std::string_view id) {
  return Xxh3Low(id);
}

IdSketch IdSketch::OfAll() {
  IdSketch all;
  all.is_bits_ = true;
  all.words_.assign(kWords, std::numeric_limits<uint32_t>::max());
  return all;
}

void IdSketch::SetBit(uint32_t hash) {
  const uint32_t bit = hash >> kBitShift;
  words_[bit / kWordBits] |= uint32_t{1} << bit % kWordBits;
}

void IdSketch::Add(std::string_view id) {
  const uint32_t hash = KeptHash(HashOf(id));
  if (is_bits_) {
    SetBit(hash);
    return;
  }
  const auto at = std::lower_bound(words_.begin(), words_.end(), hash);
  if (at == words_.end() || *at != hash) {
    words_.insert(at, hash);
  }
  if (words_.size() > kWords) {
    const std::vector<uint32_t> hashes = std::exchange(words_, std::vector<uint32_t>(kWords));
    is_bits_ = true;
    for (const uint32_t one : hashes) {
      SetBit(one);
    }
  }
}

bool IdSketch::MayHave(uint64_t hash) const {
  const uint32_t kept = KeptHash(hash);
  if (!is_bits_) {
    return std::binary_search(words_.begin(), words_.end(), kept);
  }
  const uint32_t bit = kept >> kBitShift;
  return (words_[bit / kWordBits] >> bit % kWordBits & 1) != 0;
}

std::string IdSketch::ToBytes() const {
  std::string bytes(1, is_bits_ ? kBitsForm : kHashesForm);
  for (const uint32_t word : words_) {
    for (unsigned shift = 0; shift < kWordBits; shift += 8) {
      bytes += static_cast<char>(word >> shift & 0xFF);
    }
  }
  return bytes;
}

std::optional<IdSketch> IdSketch::FromBytes(std::string_view bytes) {
  IdSketch sketch;
  sketch.is_bits_ = bytes.starts_with(kBitsForm);
  const size_t words = bytes.size() / sizeof(uint32_t);
  const bool is_well_formed = bytes.size() % sizeof(uint32_t) == 1 && words <= kWords &&
                              (sketch.is_bits_ ? words == kWords : bytes[0] == kHashesForm);
  if (!is_well_formed) {
    return std::nullopt;
  }
  for (size_t at = 1; at < bytes.size(); at += sizeof(uint32_t)) {
    uint32_t word = 0;
    for (unsigned i = 0; i < sizeof(uint32_t); ++i) {
      word |= uint32_t{static_cast<unsigned char>(bytes[at + i])} << 8 * i;
    }
    sketch.words_.push_back(word);
  }
  if (!sketch.is_bits_) {
    std::sort(sketch.words_.begin(), sketch.words_.end());
  }
  return sketch;
}

}  // namespace tidings::derive
