#include "store/embedded/block_reader.h"

#include "base/status.h"

namespace tidings::embedded {
namespace {

uint16_t PartOf(size_t page) {
  return static_cast<uint16_t>(page + 1);
}

}  // namespace

absl::Status BlockReader::Explain(Block& block, uint16_t part, const absl::Status& status) const {
  if (status.code() != absl::StatusCode::kDataLoss) {
    return status;
  }
  absl::Status explained =
      DataLoss("block {}, value {}: {}", block.number(), part, MessageOf(status));
  if (block.MarkDamaged() && damaged_) {
    damaged_(explained);
  }
  return explained;
}

absl::Status BlockReader::CheckRow(Block& block, HotBlock::PagePlace place, const ColdPage& page)
    const {
  if (place.row < page.rows()) {
    return absl::OkStatus();
  }
  return Explain(
      block, PartOf(place.page), DataLoss("{} rows, expected one at {}", page.rows(), place.row)
  );
}

absl::StatusOr<std::string> BlockReader::Value(Block& block, uint16_t part) const {
  const BlockKey& key = block.info().key;
  absl::StatusOr<std::string> value = database_.Get(SpaceOf(key.block_class), DataKey(key, part));
  if (!value.ok()) {
    return Explain(block, part, value.status());
  }
  return value;
}

absl::StatusOr<std::shared_ptr<const HotBlock>> BlockReader::HotOnce(Block& block) const {
  absl::StatusOr<std::string> value = Value(block, kHotPart);
  if (!value.ok()) {
    return value.status();
  }
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot =
      HotBlock::Read(*std::move(value), PlaceOf(block.number(), kHotPart));
  if (!hot.ok()) {
    return Explain(block, kHotPart, hot.status());
  }
  if ((*hot)->rows() != block.rows() || (*hot)->pages() != block.info().pages) {
    return Explain(block, kHotPart, DataLoss("{} rows, expected {}", (*hot)->rows(), block.rows()));
  }
  return hot;
}

absl::StatusOr<std::shared_ptr<const ColdPage>> BlockReader::PageOnce(Block& block, size_t page)
    const {
  const uint16_t part = PartOf(page);
  const absl::StatusOr<std::string> value = Value(block, part);
  if (!value.ok()) {
    return value.status();
  }
  absl::StatusOr<std::shared_ptr<const ColdPage>> cold =
      ColdPage::Read(*value, PlaceOf(block.number(), part));
  if (!cold.ok()) {
    return Explain(block, part, cold.status());
  }
  return cold;
}

absl::StatusOr<std::shared_ptr<const HotBlock>> BlockReader::Hot(Block& block, Extent extent)
    const {
  if (std::shared_ptr<const HotBlock> hot = hot_.Find(block.number())) {
    return hot;
  }
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot = HotOnce(block);
  if (hot.ok() && extent == Extent::kAll) {
    hot_.InsertOfScan(block.number(), *hot);
  } else if (hot.ok()) {
    hot_.Insert(block.number(), *hot);
  }
  return hot;
}

absl::StatusOr<std::shared_ptr<const ColdPage>> BlockReader::Page(Block& block, size_t page) const {
  const uint64_t key = PlaceOf(block.number(), PartOf(page));
  if (std::shared_ptr<const ColdPage> cold = pages_.Find(key)) {
    return cold;
  }
  absl::StatusOr<std::shared_ptr<const ColdPage>> cold = PageOnce(block, page);
  if (cold.ok()) {
    pages_.Insert(key, *cold);
  }
  return cold;
}

template <typename T>
absl::StatusOr<std::shared_ptr<const T>> BlockReader::Cached(
    ByteCache<T>& cache, Block& block, uint16_t part
) const {
  const uint64_t key = PlaceOf(block.number(), part);
  if (std::shared_ptr<const T> cached = cache.Find(key)) {
    return cached;
  }
  const absl::StatusOr<std::string> value = Value(block, part);
  if (!value.ok()) {
    return value.status();
  }
  absl::StatusOr<std::shared_ptr<const T>> read = T::Read(*value, key);
  if (!read.ok()) {
    return Explain(block, part, read.status());
  }
  cache.Insert(key, *read);
  return read;
}

absl::StatusOr<std::shared_ptr<const BlockSummary>> BlockReader::Summary(Block& block) const {
  return Cached(summaries_, block, kSummaryPart);
}

absl::StatusOr<std::shared_ptr<const PageIds>> BlockReader::Ids(Block& block, size_t page) const {
  return Cached(ids_, block, PartOf(page));
}

absl::StatusOr<std::shared_ptr<const WordFilter>> BlockReader::Words(Block& block, size_t part)
    const {
  return Cached(words_, block, static_cast<uint16_t>(kFirstWordPart + part));
}

absl::Status BlockReader::ForEachId(
    Block& block, const std::function<void(size_t row, std::string_view id)>& visit
) const {
  size_t row = 0;
  for (size_t page = 0; page < block.info().pages; ++page) {
    const uint16_t part = PartOf(page);
    const absl::StatusOr<std::string> value = Value(block, part);
    if (!value.ok()) {
      return value.status();
    }
    const absl::StatusOr<std::shared_ptr<const PageIds>> read =
        PageIds::Read(*value, PlaceOf(block.number(), part));
    if (!read.ok()) {
      return Explain(block, part, read.status());
    }
    const PageIds& ids = **read;
    PageIds::Room room;
    for (size_t i = 0; i < ids.rows(); ++i) {
      visit(row++, ids.Id(i, room));
    }
  }
  return row == block.rows() ? absl::OkStatus()
                             : Explain(block, kHotPart, DataLoss("its pages hold {} rows", row));
}

void BlockReader::Clear() {
  hot_.Clear();
  pages_.Clear();
  ids_.Clear();
  summaries_.Clear();
  words_.Clear();
}

absl::StatusOr<const HotBlock*> RowLoader::HotOf(Block& block) {
  std::shared_ptr<const HotBlock>& kept = hot_[block.number()];
  if (kept == nullptr) {
    absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader_.Hot(block);
    if (!hot.ok()) {
      return hot.status();
    }
    kept = *std::move(hot);
    bytes_ += kept->bytes();
  }
  return kept.get();
}

absl::StatusOr<const ColdPage*> RowLoader::PageOf(Block& block, size_t page) {
  std::shared_ptr<const ColdPage>& kept = pages_[PlaceOf(block.number(), PartOf(page))];
  if (kept == nullptr) {
    absl::StatusOr<std::shared_ptr<const ColdPage>> cold = reader_.Page(block, page);
    if (!cold.ok()) {
      return cold.status();
    }
    kept = *std::move(cold);
    bytes_ += kept->bytes();
  }
  return kept.get();
}

absl::StatusOr<EventView> RowLoader::Load(Block& block, size_t row) {
  const absl::StatusOr<const HotBlock*> hot = HotOf(block);
  if (!hot.ok()) {
    return hot.status();
  }
  const HotBlock::PagePlace place = (*hot)->PageOf(row);
  const absl::StatusOr<const ColdPage*> page = PageOf(block, place.page);
  if (!page.ok()) {
    return page.status();
  }
  if (absl::Status status = reader_.CheckRow(block, place, **page); !status.ok()) {
    return status;
  }
  EventView event;
  (*hot)->Fill(row, event);
  (*page)->Fill(place.row, event, arena_);
  return event;
}

absl::StatusOr<std::optional<EventView>> RowLoader::LoadById(
    std::string_view id, std::span<const RowCandidate> candidates
) {
  for (const RowCandidate& candidate : candidates) {
    const absl::StatusOr<EventView> event = Load(*candidate.block, candidate.row);
    if (!event.ok()) {
      return event.status();
    }
    if (event->id == id) {
      return *event;
    }
  }
  return std::nullopt;
}

}  // namespace tidings::embedded
