#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>

#include "store/embedded/block.h"

namespace tidings::embedded {

/// Where the live row of each id stands: in memory, exact, rebuilt at opening. Keys are seeded
/// 64-bit hashes; the rare ids whose hash another id holds are kept by their text. So Find gives a
/// candidate: whoever takes it compares the row's id.
///
/// Costs 20 to 39 bytes per id.
///
/// Thread safety: externally synchronised.
class IdIndex {
 public:
  explicit IdIndex(uint64_t seed) : seed_(seed) {}

  uint64_t HashOf(std::string_view id) const;
  /// Begins to load what Find(hash) will look at.
  void Prefetch(uint64_t hash) const { ShardOf(hash).prefetch(hash); }
  std::optional<Location> Find(uint64_t hash, std::string_view id) const;
  /// Whether Find may give something.
  bool MayContain(uint64_t hash) const { return ShardOf(hash).contains(hash); }

  /// An id that has no live row yet.
  void Insert(uint64_t hash, std::string_view id, Location location);
  /// An id that has one.
  void Move(uint64_t hash, std::string_view id, Location location);
  /// Forgets the id, if its row stands at `location`.
  void Erase(uint64_t hash, std::string_view id, Location location);

  size_t size() const { return size_; }

 private:
  /// Many tables, so that growing one takes a fraction of a millisecond.
  static constexpr size_t kShards = 256;
  static constexpr unsigned kRowBits = 20;

  /// Block number and row in one word.
  using Packed = uint64_t;
  using Shard = absl::flat_hash_map<uint64_t, Packed>;

  static Packed Pack(Location location) { return location.block << kRowBits | location.row; }
  static Location Unpack(Packed packed);
  const Shard& ShardOf(uint64_t hash) const { return shards_[hash % kShards]; }
  Shard& ShardOf(uint64_t hash) { return shards_[hash % kShards]; }

  const uint64_t seed_;
  std::array<Shard, kShards> shards_;
  absl::flat_hash_map<std::string, Packed> collided_;
  size_t size_ = 0;
};

}  // namespace tidings::embedded
