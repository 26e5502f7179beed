#include "store/embedded/page_query.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "event/interval.h"
#include "store/embedded/lanes_scan.h"

namespace tidings::embedded {
namespace {

absl::Status CheckQuery(const EventQuery& query) {
  if (query.limit == 0) {
    return InvalidArgument("limit: is 0, expected at least 1");
  }
  if (query.offset != 0 && query.cursor) {
    return InvalidArgument("offset: is {} beside a cursor, expected one of both", query.offset);
  }
  const TimeWindow& window = query.filter.window;
  if (window.from > window.to) {
    return InvalidArgument("from: is {}, after to, {}", window.from, window.to);
  }
  return absl::OkStatus();
}

/// Notes that something was left out, each thing once.
void NoteDamage(std::vector<Incompleteness>& incomplete, std::string_view detail) {
  for (const Incompleteness& known : incomplete) {
    if (known.detail == detail) {
      return;
    }
  }
  incomplete.push_back({.reason = Incompleteness::Reason::kDamaged, .detail = std::string(detail)});
}

/// A cursor without a position.
Cursor BeginningAt(const StoreView& view, int64_t now_ms) {
  return {.sequence = view.sequence, .now_ms = now_ms, .created_ms = now_ms, .position_id = {}};
}

bool IsBefore(Order order, const EventView& a, const EventView& b) {
  const std::pair place_a(OrderTime(a), a.id);
  const std::pair place_b(OrderTime(b), b.id);
  return order == Order::kOldestFirst ? place_a < place_b : place_b < place_a;
}

}  // namespace

/// Hands events to who takes them until the page is full.
class PageFiller {
 public:
  PageFiller(const EventQuery& query, const EventVisitor& take) : query_(query), take_(take) {}

  bool IsFull() const { return count_ == query_.limit; }
  /// False when the page has no room for the event.
  bool Add(const EventView& event) {
    bytes_ += BytesOf(event);
    if (IsFull() || (bytes_ > query_.page_bytes && count_ != 0)) {
      return false;
    }
    take_(event);
    ++count_;
    last_.time = OrderTime(event);
    last_.id.assign(event.id);
    return true;
  }
  /// The place of the last event of the page, if it has one.
  std::optional<Position> last() const {
    return count_ == 0 ? std::nullopt : std::optional<Position>(last_);
  }

 private:
  const EventQuery& query_;
  const EventVisitor& take_;
  size_t count_ = 0;
  size_t bytes_ = 0;
  Position last_;
};

namespace {

/// The rows of one block, handed to a visitor.
class BlockScan {
 public:
  BlockScan(
      const StreamContext& context,
      const BlockReader& reader,
      ScanColumns columns,
      const ScanVisitor& visit
  )
      : context_(context), pruner_(context.filter, reader), columns_(columns), visit_(visit) {}

  /// False when the visitor has seen enough.
  absl::StatusOr<bool> Run(const std::shared_ptr<Block>& block) const {
    const absl::StatusOr<Verdict> verdict = pruner_.Judge(*block);
    if (!verdict.ok()) {
      return verdict.status();
    }
    if (*verdict == Verdict::kNo) {
      return true;
    }
    const absl::StatusOr<std::vector<bool>> pages = pruner_.PagesOf(*block);
    if (!pages.ok()) {
      return pages.status();
    }
    absl::StatusOr<bool> goes_on = true;
    const size_t segments = block->info().segments.size();
    for (size_t segment = 0; segment < segments && goes_on.ok() && *goes_on; ++segment) {
      const SegmentOfBlock source = {.block = block, .segment = segment};
      if (MayHoldRows(context_, *block, source.info())) {
        goes_on = Visit(source, *pages);
      }
    }
    return goes_on;
  }

 private:
  absl::StatusOr<bool> Visit(const SegmentOfBlock& source, const std::vector<bool>& pages) const {
    const absl::StatusOr<std::unique_ptr<BlockStream>> opened =
        BlockStream::Open(context_, source, pages);
    if (!opened.ok()) {
      return opened.status();
    }
    BlockStream& stream = **opened;
    Arena arena;
    while (!stream.IsAtEnd()) {
      const absl::StatusOr<EventView> event = Read(stream, arena);
      if (!event.ok()) {
        return event.status();
      }
      if (!visit_(*event)) {
        return false;
      }
      if (absl::Status status = stream.Advance(); !status.ok()) {
        return status;
      }
    }
    return true;
  }

  absl::StatusOr<EventView> Read(BlockStream& stream, Arena& arena) const {
    if (columns_ == ScanColumns::kWhole) {
      return stream.Whole(arena);
    }
    EventView event;
    stream.hot().Fill(stream.row(), event);
    return event;
  }

  const StreamContext& context_;
  const BlockPruner pruner_;
  const ScanColumns columns_;
  const ScanVisitor& visit_;
};

/// How a page of the merge ended.
struct PageEnd {
  bool has_more = false;
  absl::Status status;
};

PageEnd FillFromMerge(
    const EventQuery& query, RowMerge& merge, PageFiller& filler, EventPage& page
) {
  Arena arena;
  for (size_t skipped = 0;;) {
    const absl::StatusOr<bool> has_row = merge.Next();
    if (!has_row.ok() || !*has_row) {
      return {.status = has_row.status()};
    }
    if (skipped < query.offset) {
      ++skipped;
      continue;
    }
    if (filler.IsFull()) {
      return {.has_more = true, .status = absl::OkStatus()};
    }
    const absl::StatusOr<EventView> event = merge.row().Whole(arena);
    if (event.status().code() == absl::StatusCode::kDataLoss) {
      NoteDamage(page.incomplete, MessageOf(event.status()));
      continue;
    }
    if (!event.ok()) {
      return {.status = event.status()};
    }
    if (!filler.Add(*event)) {
      return {.has_more = true, .status = absl::OkStatus()};
    }
  }
}

}  // namespace

absl::StatusOr<EventPage> PageQuery::Run(const EventQuery& query, const EventVisitor& take) const {
  if (absl::Status status = CheckQuery(query); !status.ok()) {
    return status;
  }
  absl::StatusOr<Snapshot> snapshot = TakeSnapshot(query);
  if (!snapshot.ok()) {
    return snapshot.status();
  }
  PageFiller filler(query, take);
  absl::StatusOr<Filled> filled = snapshot->ids.empty() ? RunByMerge(query, *snapshot, filler)
                                                        : RunByIds(query, *snapshot, filler);
  if (!filled.ok()) {
    return filled.status();
  }
  const std::optional<Position> last = filler.last();
  if (filled->has_more && query.wants_cursor && last) {
    snapshot->cursor.position_time = last->time;
    snapshot->cursor.position_id = last->id;
    cursors_.Register(snapshot->cursor);
    filled->page.next = std::move(snapshot->cursor);
  }
  return std::move(filled->page);
}

absl::StatusOr<PageQuery::Snapshot> PageQuery::TakeSnapshot(const EventQuery& query) const {
  if (query.cursor) {
    return SnapshotOf(*query.cursor);
  }
  // The index knows the present rows only, so a chain's later pages look at blocks.
  std::vector<std::string> ids =
      RequiredValues(query.filter.where, FilterField::kId).value_or(std::vector<std::string>());
  if (ids.empty()) {
    return PresentSnapshot(query.wants_cursor);
  }
  Snapshot snapshot;
  snapshot.ids = std::move(ids);
  absl::StatusOr<StoreView> view =
      state_.TakeView(cursors_, snapshot.pin, snapshot.ids, snapshot.rows);
  if (!view.ok()) {
    return view.status();
  }
  snapshot.view = *std::move(view);
  snapshot.cursor = BeginningAt(snapshot.view, clock_.NowMs());
  return snapshot;
}

PageQuery::Snapshot PageQuery::PresentSnapshot(bool is_pinned) const {
  Snapshot snapshot;
  snapshot.view = is_pinned ? state_.TakeView(cursors_, snapshot.pin) : state_.TakeView();
  snapshot.cursor = BeginningAt(snapshot.view, clock_.NowMs());
  return snapshot;
}

absl::StatusOr<PageQuery::Snapshot> PageQuery::SnapshotOf(const Cursor& cursor) const {
  absl::StatusOr<CursorRegistry::Pin> pin = cursors_.Use(cursor, clock_.NowMs());
  if (!pin.ok()) {
    return pin.status();
  }
  Snapshot snapshot;
  snapshot.pin = *std::move(pin);
  snapshot.view = state_.TakeView();
  snapshot.view.sequence = cursor.sequence;
  snapshot.cursor = cursor;
  return snapshot;
}

absl::StatusOr<PageQuery::Filled> PageQuery::RunByMerge(
    const EventQuery& query, const Snapshot& snapshot, PageFiller& filler
) const {
  StreamContext context = {
      .reader = reader_,
      .filter = query.filter,
      .order = query.order,
      .snapshot = snapshot.view.sequence,
      .now_ms = snapshot.cursor.now_ms,
      .behind = std::nullopt,
      .patience = query.patience,
      .clock = clock_};
  if (query.cursor) {
    context.behind = Position{query.cursor->position_time, query.cursor->position_id};
  }
  EventPage page;
  page.now_ms = snapshot.cursor.now_ms;
  RowMerge merge(context, *snapshot.view.blocks);
  PageEnd end = FillFromMerge(query, merge, filler, page);
  for (const std::string& damage : merge.damage()) {
    NoteDamage(page.incomplete, damage);
  }
  if (end.status.code() == absl::StatusCode::kDeadlineExceeded) {
    page.incomplete.push_back(
        {.reason = Incompleteness::Reason::kDeadline, .detail = std::string(MessageOf(end.status))}
    );
    end.has_more = true;
  } else if (!end.status.ok()) {
    return end.status;
  }
  return Filled{.page = std::move(page), .has_more = end.has_more};
}

absl::StatusOr<PageQuery::Filled> PageQuery::RunByIds(
    const EventQuery& query, const Snapshot& snapshot, PageFiller& filler
) const {
  EventPage page;
  page.now_ms = snapshot.cursor.now_ms;
  RowLoader loader(reader_);
  std::vector<EventView> events;
  for (size_t i = 0; i < snapshot.ids.size(); ++i) {
    const absl::StatusOr<std::optional<EventView>> event =
        loader.LoadById(snapshot.ids[i], snapshot.rows[i].candidates);
    if (event.status().code() == absl::StatusCode::kDataLoss) {
      NoteDamage(page.incomplete, MessageOf(event.status()));
    } else if (!event.ok()) {
      return event.status();
    } else if (*event && Matches(query.filter, **event, page.now_ms)) {
      events.push_back(**event);
    }
  }
  std::sort(events.begin(), events.end(), [&query](const EventView& a, const EventView& b) {
    return IsBefore(query.order, a, b);
  });
  size_t at = std::min(query.offset, events.size());
  while (at < events.size() && filler.Add(events[at])) {
    ++at;
  }
  return Filled{.page = std::move(page), .has_more = at < events.size()};
}

absl::StatusOr<LanesPage> PageQuery::Lanes(const LanesQuery& query) const {
  absl::StatusOr<Snapshot> snapshot =
      query.cursor ? SnapshotOf(*query.cursor) : PresentSnapshot(true);
  if (!snapshot.ok()) {
    return snapshot.status();
  }
  absl::StatusOr<LanesPage> page = LanesScan(query, reader_, clock_, snapshot->view).Run();
  if (page.ok() && page->next) {
    snapshot->cursor.position_time = page->next->position_time;
    cursors_.Register(snapshot->cursor);
    page->next = std::move(snapshot->cursor);
  }
  return page;
}

absl::StatusOr<ScanEnd> PageQuery::Scan(const ScanQuery& query, const ScanVisitor& visit) const {
  const absl::StatusOr<Snapshot> snapshot =
      query.cursor ? SnapshotOf(*query.cursor) : PresentSnapshot(/*is_pinned=*/false);
  if (!snapshot.ok()) {
    return snapshot.status();
  }
  const StoreView& view = snapshot->view;
  const StreamContext context = {
      .reader = reader_,
      .filter = query.filter,
      .order = Order::kOldestFirst,
      .snapshot = view.sequence,
      .now_ms = query.now_ms,
      .behind = std::nullopt,
      .patience = query.patience,
      .clock = clock_};
  const BlockScan scan(context, reader_, query.columns, visit);
  ScanEnd end;
  for (const std::shared_ptr<Block>& block : *view.blocks) {
    const absl::StatusOr<bool> goes_on = scan.Run(block);
    if (goes_on.ok()) {
      if (!*goes_on) {
        break;
      }
      continue;
    }
    const absl::StatusCode code = goes_on.status().code();
    if (code == absl::StatusCode::kDataLoss) {
      NoteDamage(end.incomplete, MessageOf(goes_on.status()));
      continue;
    }
    if (code != absl::StatusCode::kDeadlineExceeded) {
      return goes_on.status();
    }
    end.incomplete.push_back(
        {.reason = Incompleteness::Reason::kDeadline,
         .detail = std::string(MessageOf(goes_on.status()))}
    );
    break;
  }
  return end;
}

HeldSnapshot PageQuery::Hold() const {
  Snapshot snapshot = PresentSnapshot(/*is_pinned=*/true);
  return {
      .cursor = std::move(snapshot.cursor),
      .hold = std::make_shared<const CursorRegistry::Pin>(std::move(snapshot.pin))};
}

absl::StatusOr<std::optional<int64_t>> PageQuery::FirstTime(Order order) const {
  const StoreView view = state_.TakeView();
  const Filter everything;
  const Patience endless;
  const StreamContext context = {
      .reader = reader_,
      .filter = everything,
      .order = order,
      .snapshot = view.sequence,
      .now_ms = clock_.NowMs(),
      .behind = std::nullopt,
      .patience = endless,
      .clock = clock_};
  RowMerge merge(context, *view.blocks);
  const absl::StatusOr<bool> has_row = merge.Next();
  if (!has_row.ok()) {
    return has_row.status();
  }
  return *has_row ? std::optional<int64_t>(merge.row().time()) : std::nullopt;
}

}  // namespace tidings::embedded
