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
};

/// Puts rows in the order of every block: OrderTime, then id, then birth.
void SortRows(std::vector<BlockRow>& rows);

/// Encodes at least one and at most kMaxBlockRows sorted rows.
EncodedBlock EncodeBlock(const BlockKey& key, std::span<const BlockRow> rows);

}  // namespace tidings::embedded
