#include "store/embedded/row_merge.h"

#include <algorithm>

#include "base/status.h"

namespace tidings::embedded {

bool MayHoldRows(const StreamContext& context, const SegmentOfBlock& source) {
  const BlockInfo& info = source.block->info();
  const Segment& segment = source.info();
  if (context.snapshot >= source.block->HiddenAt() || info.first_born > context.snapshot ||
      !MayOverlap(segment, info.has_open, context.filter.window)) {
    return false;
  }
  if (!context.behind) {
    return true;
  }
  return context.order == Order::kOldestFirst ? segment.last_time >= context.behind->time
                                              : segment.first_time <= context.behind->time;
}

RowMerge::RowMerge(const StreamContext& context, const LiveSet& blocks)
    : context_(context), pruner_(context.filter, context.reader) {
  for (const std::shared_ptr<Block>& block : blocks) {
    for (size_t segment = 0; segment < block->info().segments.size(); ++segment) {
      SegmentOfBlock source = {.block = block, .segment = segment};
      if (MayHoldRows(context, source)) {
        closed_.push_back(std::move(source));
      }
    }
  }
  const bool is_ascending = context.order == Order::kOldestFirst;
  std::sort(
      closed_.begin(),
      closed_.end(),
      [is_ascending](const SegmentOfBlock& a, const SegmentOfBlock& b) {
        return is_ascending ? a.info().first_time > b.info().first_time
                            : a.info().last_time < b.info().last_time;
      }
  );
}

bool RowMerge::NoteDamage(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kDataLoss) {
    return false;
  }
  damage_.emplace_back(MessageOf(status));
  return true;
}

absl::StatusOr<bool> RowMerge::IsBefore(BlockStream& a, BlockStream& b) const {
  const bool is_ascending = context_.order == Order::kOldestFirst;
  if (a.time() != b.time()) {
    return (a.time() < b.time()) == is_ascending;
  }
  const absl::StatusOr<std::string_view> id_a = a.Id();
  if (!id_a.ok()) {
    return id_a.status();
  }
  const absl::StatusOr<std::string_view> id_b = b.Id();
  if (!id_b.ok()) {
    return id_b.status();
  }
  return (*id_a < *id_b) == is_ascending;
}

absl::StatusOr<std::optional<size_t>> RowMerge::FindFirst() {
  while (!streams_.empty()) {
    const absl::StatusOr<size_t> first = CompareAll();
    if (first.ok()) {
      return *first;
    }
    if (!NoteDamage(first.status())) {
      return first.status();
    }
    std::erase_if(streams_, [](const auto& stream) { return stream->block().IsDamaged(); });
  }
  return std::nullopt;
}

absl::StatusOr<size_t> RowMerge::CompareAll() {
  size_t first = 0;
  for (size_t i = 1; i < streams_.size(); ++i) {
    const absl::StatusOr<bool> is_before = IsBefore(*streams_[i], *streams_[first]);
    if (!is_before.ok()) {
      return is_before.status();
    }
    if (*is_before) {
      first = i;
    }
  }
  return first;
}

bool RowMerge::IsNeeded(const Segment& segment) const {
  const bool is_ascending = context_.order == Order::kOldestFirst;
  return std::all_of(streams_.begin(), streams_.end(), [&](const auto& stream) {
    return is_ascending ? segment.first_time <= stream->time()
                        : segment.last_time >= stream->time();
  });
}

absl::Status RowMerge::OpenOne(const SegmentOfBlock& source) {
  const absl::StatusOr<Verdict> verdict = pruner_.Judge(*source.block);
  if (!verdict.ok()) {
    return verdict.status();
  }
  if (*verdict == Verdict::kNo) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<bool>> pages = pruner_.PagesOf(*source.block);
  if (!pages.ok()) {
    return pages.status();
  }
  absl::StatusOr<std::unique_ptr<BlockStream>> stream =
      BlockStream::Open(context_, source, *std::move(pages));
  if (!stream.ok()) {
    return stream.status();
  }
  if (!(*stream)->IsAtEnd()) {
    streams_.push_back(*std::move(stream));
  }
  return absl::OkStatus();
}

absl::Status RowMerge::OpenNeeded() {
  while (!closed_.empty() && IsNeeded(closed_.back().info())) {
    if (absl::Status status = context_.patience.Check(context_.clock); !status.ok()) {
      return status;
    }
    const SegmentOfBlock source = std::move(closed_.back());
    closed_.pop_back();
    const absl::Status status = OpenOne(source);
    if (!status.ok() && !NoteDamage(status)) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status RowMerge::StepOver() {
  if (!last_) {
    return absl::OkStatus();
  }
  std::unique_ptr<BlockStream>& stream = streams_[*last_];
  last_.reset();
  const absl::Status status = stream->Advance();
  if (!status.ok() && !NoteDamage(status)) {
    return status;
  }
  if (!status.ok() || stream->IsAtEnd()) {
    std::swap(stream, streams_.back());
    streams_.pop_back();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RowMerge::Row>> RowMerge::Next() {
  if (absl::Status status = StepOver(); !status.ok()) {
    return status;
  }
  if (absl::Status status = OpenNeeded(); !status.ok()) {
    return status;
  }
  const absl::StatusOr<std::optional<size_t>> first = FindFirst();
  if (!first.ok()) {
    return first.status();
  }
  if (!*first) {
    return std::nullopt;
  }
  last_ = *first;
  BlockStream& stream = *streams_[**first];
  return Row{.block = &stream.block(), .row = stream.row(), .time = stream.time()};
}

}  // namespace tidings::embedded
