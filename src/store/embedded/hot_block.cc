#include "store/embedded/hot_block.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "event/interval.h"
#include "store/embedded/bytes.h"
#include "store/embedded/compression.h"

namespace tidings::embedded {
namespace {

/// All dictionaries of a block together.
constexpr size_t kMaxTextBytes = size_t{256} << 20;

int64_t FlagsOf(const EventView& event) {
  const auto flag = [](bool is_set, RowFlag bit) { return is_set ? int{bit} : 0; };
  return flag(event.start != 0, kHasStart) | flag(event.end != 0, kHasEnd) |
         flag(event.type == EventType::kError, kIsError) | flag(event.derived, kIsDerived) |
         flag(event.withdrawn, kIsWithdrawn) | flag(event.truncated, kIsTruncated) |
         flag(event.incomplete, kIsIncomplete) | flag(event.renamed, kWasRenamed);
}

/// From the order time to the end, where both start and end are known.
int64_t SpanOf(const EventView& event) {
  return event.start != 0 && event.end != 0 ? event.end - event.start : 0;
}

}  // namespace

std::optional<TextField> HotTextOf(FilterField field) {
  switch (field) {
    case FilterField::kService:
      return TextField::kService;
    case FilterField::kInstance:
      return TextField::kInstance;
    case FilterField::kEndpoint:
      return TextField::kEndpoint;
    case FilterField::kLayer:
      return TextField::kLayer;
    case FilterField::kName:
      return TextField::kName;
    case FilterField::kType:
    case FilterField::kState:
    case FilterField::kId:
    case FilterField::kMessage:
      return std::nullopt;
  }
  return std::nullopt;
}

HotBlockBuilder::HotBlockBuilder(size_t rows) {
  for (std::vector<int64_t>& column : columns_) {
    column.resize(rows);
  }
}

HotTextCodes HotBlockBuilder::Add(const BlockRow& row) {
  const EventView& event = *row.event;
  const std::array<int64_t, kScalarCount> scalars = {
      static_cast<int64_t>(row.born),
      OrderTime(event),
      SpanOf(event),
      FlagsOf(event),
      event.count,
      event.generation,
      event.received_first,
      event.received_last - event.received_first};
  for (size_t i = 0; i < kScalarCount; ++i) {
    columns_[i][rows_] = scalars[i];
  }
  HotTextCodes codes{};
  for (size_t field = 0; field < kHotTextCount; ++field) {
    codes[field] = dictionaries_[field].CodeOf(event.text.values[field]);
    columns_[kScalarCount + field][rows_] = codes[field];
  }
  ++rows_;
  return codes;
}

std::string HotBlockBuilder::Finish(std::span<const uint32_t> page_rows, uint64_t place) const {
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.Varint(rows_);
  writer.Varint(page_rows.size());
  for (const uint32_t count : page_rows) {
    writer.Varint(count);
  }
  std::string texts;
  for (const DictionaryBuilder& dictionary : dictionaries_) {
    dictionary.AppendTo(texts);
  }
  AppendCompressed(value, texts);
  for (const std::vector<int64_t>& column : columns_) {
    AppendBitColumn(value, column);
  }
  value.append(kColumnPadding, '\0');
  Seal(value, ValueKind::kHot, place);
  return value;
}

absl::StatusOr<std::shared_ptr<const HotBlock>> HotBlock::Read(std::string value, uint64_t place) {
  auto block = std::make_shared<HotBlock>();
  block->value_ = std::move(value);
  const absl::StatusOr<std::string_view> payload = Unseal(block->value_, ValueKind::kHot, place);
  if (!payload.ok()) {
    return payload.status();
  }
  if (absl::Status status = block->ReadPayload(*payload); !status.ok()) {
    return status;
  }
  return block;
}

absl::Status HotBlock::ReadPayload(std::string_view payload) {
  ByteReader reader(payload);
  rows_ = reader.Varint();
  if (!reader.ok() || rows_ > kMaxBlockRows || !ReadPageEnds(reader)) {
    return DataLoss("hot columns claim {} rows that do not fit their pages", rows_);
  }
  payload = reader.Rest();
  if (absl::Status status = ReadTexts(payload); !status.ok()) {
    return status;
  }
  ByteReader columns(payload);
  if (!ReadColumns(columns) || !AreCodesKnown()) {
    return DataLoss("hot columns of {} rows are malformed", rows_);
  }
  return absl::OkStatus();
}

bool HotBlock::ReadPageEnds(ByteReader& reader) {
  const uint64_t pages = reader.Varint();
  if (pages > rows_) {
    return false;
  }
  uint64_t end = 0;
  for (uint64_t i = 0; i < pages; ++i) {
    end += std::min<uint64_t>(reader.Varint(), kMaxBlockRows);
    page_ends_.push_back(static_cast<uint32_t>(end));
  }
  return reader.ok() && end == rows_;
}

absl::Status HotBlock::ReadTexts(std::string_view& payload) {
  if (absl::Status status = TakeCompressed(payload, kMaxTextBytes, text_bytes_); !status.ok()) {
    return status;
  }
  ByteReader reader(text_bytes_);
  for (std::vector<std::string_view>& texts : texts_) {
    if (!ReadDictionary(reader, rows_, texts)) {
      return DataLoss("dictionaries of {} rows are malformed", rows_);
    }
  }
  return absl::OkStatus();
}

bool HotBlock::ReadColumns(ByteReader& reader) {
  for (BitColumn* const column :
       {&born_,
        &time_,
        &span_,
        &flags_,
        &count_,
        &generation_,
        &received_first_,
        &received_after_,
        &codes_[0],
        &codes_[1],
        &codes_[2],
        &codes_[3],
        &codes_[4]}) {
    if (!column->Read(reader, rows_)) {
      return false;
    }
  }
  return true;
}

bool HotBlock::AreCodesKnown() const {
  for (size_t field = 0; field < kHotTextCount; ++field) {
    for (size_t row = 0; row < rows_; ++row) {
      const int64_t code = codes_[field][row];
      if (code < 0 || static_cast<uint64_t>(code) >= texts_[field].size()) {
        return false;
      }
    }
  }
  return true;
}

void HotBlock::FillTimes(size_t row, EventView& event) const {
  const int64_t flags = flags_[row];
  const int64_t time = time_[row];
  const bool has_start = (flags & kHasStart) != 0;
  const bool has_end = (flags & kHasEnd) != 0;
  event.start = has_start ? time : 0;
  event.end =
      has_end
          ? static_cast<int64_t>(static_cast<uint64_t>(time) + static_cast<uint64_t>(span_[row]))
          : 0;
  event.inferred = has_start || has_end ? 0 : time;
  event.type = (flags & kIsError) != 0 ? EventType::kError : EventType::kNormal;
  event.derived = (flags & kIsDerived) != 0;
  event.withdrawn = (flags & kIsWithdrawn) != 0;
}

void HotBlock::Fill(size_t row, EventView& event) const {
  FillTimes(row, event);
  const int64_t flags = flags_[row];
  event.truncated = (flags & kIsTruncated) != 0;
  event.incomplete = (flags & kIsIncomplete) != 0;
  event.renamed = (flags & kWasRenamed) != 0;
  event.count = count_[row];
  event.generation = static_cast<int32_t>(generation_[row]);
  event.received_first = received_first_[row];
  event.received_last = static_cast<int64_t>(
      static_cast<uint64_t>(event.received_first) + static_cast<uint64_t>(received_after_[row])
  );
  for (size_t field = 0; field < kHotTextCount; ++field) {
    event.text.values[field] = texts_[field][Code(field, row)];
  }
}

HotBlock::PagePlace HotBlock::PageOf(size_t row) const {
  const auto page = std::upper_bound(page_ends_.begin(), page_ends_.end(), row);
  const size_t first = page == page_ends_.begin() ? 0 : *(page - 1);
  return {.page = static_cast<size_t>(page - page_ends_.begin()), .row = row - first};
}

size_t HotBlock::bytes() const {
  size_t texts = 0;
  for (const std::vector<std::string_view>& field : texts_) {
    texts += field.capacity() * sizeof(std::string_view);
  }
  return sizeof(HotBlock) + value_.capacity() + text_bytes_.capacity() + texts +
         page_ends_.capacity() * sizeof(uint32_t);
}

}  // namespace tidings::embedded
