#include "store/embedded/uuid.h"

#include <array>
#include <cstdint>

namespace tidings::embedded {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr uint8_t kNoDigit = 0xFF;

constexpr std::array<uint8_t, 256> MakeValues() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<uint8_t>(kDigits[i])] = static_cast<uint8_t>(i);
  }
  return values;
}
constexpr std::array<uint8_t, 256> kValues = MakeValues();

/// Where the two digits of each byte stand.
constexpr std::array<uint8_t, kUuidBytes> kPositions = {
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<uint8_t, 4> kDashes = {8, 13, 18, 23};

}  // namespace

bool PackUuid(std::string_view text, char* bytes) {
  if (text.size() != kUuidTextBytes) {
    return false;
  }
  unsigned wrong = 0;
  for (const uint8_t dash : kDashes) {
    wrong |= static_cast<unsigned>(text[dash] != '-');
  }
  for (size_t i = 0; i < kUuidBytes; ++i) {
    const unsigned high = kValues[static_cast<uint8_t>(text[kPositions[i]])];
    const unsigned low = kValues[static_cast<uint8_t>(text[kPositions[i] + 1U])];
    wrong |= (high | low) & 0xF0U;
    bytes[i] = static_cast<char>(high << 4 | (low & 0xFU));
  }
  return wrong == 0;
}

void UnpackUuid(const char* bytes, char* text) {
  for (const uint8_t dash : kDashes) {
    text[dash] = '-';
  }
  for (size_t i = 0; i < kUuidBytes; ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    text[kPositions[i]] = kDigits[byte >> 4];
    text[kPositions[i] + 1U] = kDigits[byte & 0xF];
  }
}

}  // namespace tidings::embedded
