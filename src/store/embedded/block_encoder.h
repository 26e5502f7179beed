#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/embedded/block_info.h"
#include "store/embedded/hot_block.h"

namespace tidings::embedded {

/// A block as it will be stored. `info` lacks nothing.
struct EncodedBlock {
  BlockInfo info;
  std::string hot;
  std::vector<std::string> pages;
  /// Only of compacted blocks.
  std::vector<std::string> words;
  std::string summary;
};

/// The keys and values of a block, ascending; takes the values out of it.
std::vector<KeyAndValue> TakeValues(EncodedBlock& block);
/// The keys under which a block's values stand.
std::vector<std::string> DataKeysOf(const BlockInfo& info);

/// Puts rows in the order of a block of that class: duration class (but not in fresh blocks), then
/// OrderTime, id, birth.
void SortRows(BlockClass block_class, std::vector<BlockRow>& rows);

/// Encodes at least one and at most kMaxBlockRows sorted rows.
EncodedBlock EncodeBlock(const BlockKey& key, std::span<const BlockRow> rows);

}  // namespace tidings::embedded
