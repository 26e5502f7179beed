#include "store/embedded/id_filter.h"

#include "store/embedded/id_hash.h"

namespace tidings::embedded {
namespace {

constexpr size_t kLineBits = 8 * IdFilter::kLineBytes;
/// Bits of one id.
constexpr unsigned kProbes = 6;
constexpr unsigned kProbeBits = 9;
static_assert(size_t{1} << kProbeBits == kLineBits);

/// Bits of the hash that choose the line: more lines than that nobody has.
constexpr unsigned kLineHashBits = 32;

/// The ids of a line have the upper bits of their hash in common: spreads what is left.
uint64_t Spread(uint64_t hash) {
  return (hash * 0x9E37'79B9'7F4A'7C15U) >> (64 - kProbes * kProbeBits);
}

}  // namespace

IdFilter::IdFilter(size_t bits) : lines_(bits / kLineBits + 1) {}

size_t IdFilter::LineOf(uint64_t hash) const {
  return (hash >> (kShortHashBits - kLineHashBits)) * lines_.size() >> kLineHashBits;
}

void IdFilter::Add(uint64_t hash) {
  Line& line = lines_[LineOf(hash)];
  uint64_t spread = Spread(hash);
  for (unsigned i = 0; i < kProbes; ++i, spread >>= kProbeBits) {
    const uint64_t bit = spread % kLineBits;
    line.words[bit / 64] |= uint64_t{1} << bit % 64;
  }
}

bool IdFilter::MayContain(uint64_t hash) const {
  const Line& line = lines_[LineOf(hash)];
  uint64_t spread = Spread(hash);
  for (unsigned i = 0; i < kProbes; ++i, spread >>= kProbeBits) {
    const uint64_t bit = spread % kLineBits;
    if ((line.words[bit / 64] >> bit % 64 & 1) == 0) {
      return false;
    }
  }
  return true;
}

std::string_view IdFilter::bytes() const {
  return {reinterpret_cast<const char*>(lines_.data()), lines_.size() * kLineBytes};
}

char* IdFilter::Allocate(size_t size) {
  lines_.assign(size / kLineBytes, Line());
  return reinterpret_cast<char*>(lines_.data());
}

}  // namespace tidings::embedded
