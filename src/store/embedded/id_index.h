#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>

#include "store/embedded/block.h"

namespace tidings::embedded {

/// Where the live rows of recent ids stand: in memory, exact. Keys are hashes (id_hash.h); the rare
/// ids whose hash another id holds are kept by their text. So Find gives a candidate: whoever takes
/// it compares the row's id.
///
/// Costs 20 to 39 bytes per id.
///
/// Thread safety: externally synchronised.
class IdIndex {
 public:
  /// Begins to load what Find(hash) will look at.
  void Prefetch(uint64_t hash) const { ShardOf(hash).prefetch(hash); }
  std::optional<Location> Find(uint64_t hash, std::string_view id) const;

  /// The id's row stands at `location` from now on. `old` is where it stood, here or elsewhere: by
  /// that an entry of its hash is told to be its own. One whose block is not `live` gives way.
  void Put(
      uint64_t hash,
      std::string_view id,
      const std::optional<Location>& old,
      Location location,
      absl::FunctionRef<bool(uint64_t block)> live
  );
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

  std::array<Shard, kShards> shards_;
  absl::flat_hash_map<std::string, Packed> collided_;
  size_t size_ = 0;
};

}  // namespace tidings::embedded
