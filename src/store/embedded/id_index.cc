#include "store/embedded/id_index.h"

namespace tidings::embedded {

Location IdIndex::Unpack(Packed packed) {
  return {
      .block = packed >> kRowBits,
      .row = static_cast<uint32_t>(packed & ((Packed{1} << kRowBits) - 1))};
}

std::optional<Location> IdIndex::Find(uint64_t hash, std::string_view id) const {
  if (!collided_.empty()) {
    const auto found = collided_.find(std::string(id));
    if (found != collided_.end()) {
      return Unpack(found->second);
    }
  }
  const Shard& shard = ShardOf(hash);
  const auto found = shard.find(hash);
  if (found == shard.end()) {
    return std::nullopt;
  }
  return Unpack(found->second);
}

void IdIndex::Put(
    uint64_t hash,
    std::string_view id,
    const std::optional<Location>& old,
    Location location,
    absl::FunctionRef<bool(uint64_t block)> live
) {
  if (!collided_.empty()) {
    const auto collided = collided_.find(std::string(id));
    if (collided != collided_.end()) {
      collided->second = Pack(location);
      return;
    }
  }
  const auto [at, is_new] = ShardOf(hash).emplace(hash, Pack(location));
  if (is_new) {
    ++size_;
  } else if ((old && at->second == Pack(*old)) || !live(Unpack(at->second).block)) {
    at->second = Pack(location);
  } else {
    collided_.emplace(id, Pack(location));
    ++size_;
  }
}

void IdIndex::Erase(uint64_t hash, std::string_view id, Location location) {
  // A location is one row's: an entry that has it is that row's, whatever stands elsewhere.
  Shard& shard = ShardOf(hash);
  const auto found = shard.find(hash);
  if (found != shard.end() && found->second == Pack(location)) {
    shard.erase(found);
    --size_;
    return;
  }
  if (collided_.empty()) {
    return;
  }
  const auto collided = collided_.find(std::string(id));
  if (collided != collided_.end() && collided->second == Pack(location)) {
    collided_.erase(collided);
    --size_;
  }
}

}  // namespace tidings::embedded
