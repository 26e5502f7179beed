#include "store/embedded/row_merge.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {

RowMerge::RowMerge(const StreamContext& context, const LiveSet& blocks)
    : context_(context),
      is_ascending_(context.order == Order::kOldestFirst),
      pruner_(context.filter, context.reader) {
  for (const std::shared_ptr<Block>& block : blocks) {
    const std::vector<Segment>& segments = block->info().segments;
    for (size_t at = 0; at < segments.size(); ++at) {
      const Segment& segment = segments[at];
      if (MayHoldRows(context, *block, segment)) {
        const int64_t time = is_ascending_ ? segment.first_time : segment.last_time;
        closed_.push_back({.key = KeyOf(time), .block = &block, .segment = at});
      }
    }
  }
  std::make_heap(closed_.begin(), closed_.end(), std::greater<>());
}

bool RowMerge::NoteDamage(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kDataLoss) {
    return false;
  }
  damage_.emplace_back(MessageOf(status));
  return true;
}

absl::StatusOr<bool> RowMerge::IsBefore(Head& a, Head& b) const {
  if (a.key != b.key) {
    return a.key < b.key;
  }
  for (Head* const head : {&a, &b}) {
    if (!head->id) {
      const absl::StatusOr<std::string_view> id = head->stream->Id();
      if (!id.ok()) {
        return id.status();
      }
      head->id = *id;
    }
  }
  return is_ascending_ ? *a.id < *b.id : *b.id < *a.id;
}

absl::Status RowMerge::Sink(size_t at) {
  for (size_t child = 2 * at + 1; child < heads_.size(); child = 2 * at + 1) {
    if (child + 1 < heads_.size()) {
      const absl::StatusOr<bool> is_right = IsBefore(heads_[child + 1], heads_[child]);
      if (!is_right.ok()) {
        return is_right.status();
      }
      child += *is_right ? 1 : 0;
    }
    const absl::StatusOr<bool> is_before = IsBefore(heads_[child], heads_[at]);
    if (!is_before.ok()) {
      return is_before.status();
    }
    if (!*is_before) {
      break;
    }
    std::swap(heads_[at], heads_[child]);
    at = child;
  }
  return absl::OkStatus();
}

absl::Status RowMerge::Rise(size_t at) {
  while (at != 0) {
    const size_t parent = (at - 1) / 2;
    const absl::StatusOr<bool> is_before = IsBefore(heads_[at], heads_[parent]);
    if (!is_before.ok()) {
      return is_before.status();
    }
    if (!*is_before) {
      break;
    }
    std::swap(heads_[at], heads_[parent]);
    at = parent;
  }
  return absl::OkStatus();
}

absl::Status RowMerge::Recover(absl::Status status) {
  while (!status.ok()) {
    if (!NoteDamage(status)) {
      return status;
    }
    std::erase_if(heads_, [](const Head& head) { return head.stream->block().IsDamaged(); });
    status = absl::OkStatus();
    for (size_t at = heads_.size() / 2; at-- > 0 && status.ok();) {
      status = Sink(at);
    }
  }
  return absl::OkStatus();
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
  if ((*stream)->IsAtEnd()) {
    return absl::OkStatus();
  }
  const int64_t key = KeyOf((*stream)->time());
  heads_.push_back({.key = key, .id = {}, .stream = *std::move(stream)});
  return Recover(Rise(heads_.size() - 1));
}

absl::Status RowMerge::OpenNeeded() {
  while (!closed_.empty() && IsNeeded(closed_.front())) {
    if (absl::Status status = context_.patience.Check(context_.clock); !status.ok()) {
      return status;
    }
    std::pop_heap(closed_.begin(), closed_.end(), std::greater<>());
    const Closed next = closed_.back();
    closed_.pop_back();
    const absl::Status status = OpenOne({.block = *next.block, .segment = next.segment});
    if (!status.ok() && !NoteDamage(status)) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status RowMerge::StepOver() {
  if (!std::exchange(has_row_, false)) {
    return absl::OkStatus();
  }
  Head& first = heads_.front();
  const absl::Status status = first.stream->Advance();
  if (!status.ok() && !NoteDamage(status)) {
    return status;
  }
  if (status.ok() && !first.stream->IsAtEnd()) {
    first.key = KeyOf(first.stream->time());
    first.id.reset();
  } else {
    std::swap(first, heads_.back());
    heads_.pop_back();
  }
  return Recover(Sink(0));
}

absl::StatusOr<bool> RowMerge::Next() {
  if (absl::Status status = StepOver(); !status.ok()) {
    return status;
  }
  if (absl::Status status = OpenNeeded(); !status.ok()) {
    return status;
  }
  has_row_ = !heads_.empty();
  return has_row_;
}

}  // namespace tidings::embedded
