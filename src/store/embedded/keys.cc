#include "store/embedded/keys.h"

namespace tidings::embedded {
namespace {

constexpr size_t kDataKeyBytes = 1 + 4 + 8 + 2;
constexpr size_t kRecordKeyBytes = 1 + 8;
constexpr unsigned kPartBits = 16;

void AppendBigEndian(std::string& out, uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;) {
    out.push_back(static_cast<char>(value >> 8 * i));
  }
}

uint64_t TakeBigEndian(std::string_view& in, unsigned bytes) {
  uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    value = value << 8 | static_cast<uint8_t>(in[i]);
  }
  in.remove_prefix(bytes);
  return value;
}

}  // namespace

std::string DataKey(const BlockKey& block, uint16_t part) {
  std::string key;
  key.reserve(kDataKeyBytes);
  key.push_back(static_cast<char>(block.block_class));
  AppendBigEndian(key, block.day, 4);
  AppendBigEndian(key, block.number, 8);
  AppendBigEndian(key, part, 2);
  return key;
}

uint64_t PlaceOf(uint64_t block_number, uint16_t part) {
  return block_number << kPartBits | part;
}

std::string RecordKey(RecordKind kind, uint64_t number) {
  std::string key(1, static_cast<char>(kind));
  AppendBigEndian(key, number, 8);
  return key;
}

std::optional<uint64_t> ParseRecordKey(std::string_view key, RecordKind kind) {
  if (key.size() != kRecordKeyBytes || key.front() != static_cast<char>(kind)) {
    return std::nullopt;
  }
  key.remove_prefix(1);
  return TakeBigEndian(key, 8);
}

}  // namespace tidings::embedded
