#include "store/embedded/run_keeper.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/status.h"
#include "store/embedded/run_plan.h"

namespace tidings::embedded {
namespace {

constexpr std::chrono::seconds kPauseBetweenLooks{1};
/// Rows of compacted blocks whose ids stand in memory, before they get a run.
constexpr uint64_t kRowsToIndex = uint64_t{256} << 10;
/// Entries of a merge between two looks whether the store stops.
constexpr size_t kEntriesPerLook = size_t{16} << 10;
/// Ids that leave the memory between two groups.
constexpr size_t kIdsPerStep = size_t{16} << 10;

/// A run while it is merged: its entries one after the other, those of dead rows left out.
class LiveEntries {
 public:
  LiveEntries(const IdRun& run, const LiveSet& blocks) : run_(run) {
    for (const RunBlock& block : run.blocks()) {
      blocks_.push_back(FindBlock(blocks, block.number));
    }
  }

  absl::Status Advance() {
    for (++at_;; ++at_) {
      if (page_ == nullptr || at_ >= page_->size()) {
        if (next_page_ == run_.pages()) {
          is_at_end_ = true;
          return absl::OkStatus();
        }
        absl::StatusOr<std::shared_ptr<const RunPage>> page = run_.ReadPage(next_page_++);
        if (!page.ok()) {
          return page.status();
        }
        page_ = *std::move(page);
        at_ = 0;
      }
      const std::shared_ptr<Block>& block = blocks_[page_->BlockIndex(at_)];
      const uint32_t row = page_->Row(at_);
      if (block != nullptr && row < block->rows() && block->KilledAt(row) == kNever) {
        entry_ = {.hash = page_->Hash(at_), .location = {.block = block->number(), .row = row}};
        return absl::OkStatus();
      }
    }
  }

  bool IsAtEnd() const { return is_at_end_; }
  const IdEntry& entry() const { return entry_; }
  const std::vector<std::shared_ptr<Block>>& blocks() const { return blocks_; }

 private:
  const IdRun& run_;
  std::vector<std::shared_ptr<Block>> blocks_;
  std::shared_ptr<const RunPage> page_;
  size_t next_page_ = 0;
  size_t at_ = 0;
  bool is_at_end_ = false;
  IdEntry entry_;
};

std::vector<uint64_t> LiveBlocksOf(std::span<const LiveEntries> inputs) {
  std::vector<uint64_t> numbers;
  for (const LiveEntries& input : inputs) {
    for (const std::shared_ptr<Block>& block : input.blocks()) {
      if (block != nullptr) {
        numbers.push_back(block->number());
      }
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

/// The input with the least entry; null when all are at their ends.
LiveEntries* FindLeast(std::span<LiveEntries> inputs) {
  LiveEntries* least = nullptr;
  for (LiveEntries& input : inputs) {
    if (!input.IsAtEnd() && (least == nullptr || input.entry() < least->entry())) {
      least = &input;
    }
  }
  return least;
}

RunFigures FiguresOf(const IdRun& run, const LiveSet& blocks) {
  RunFigures figures = {.number = run.info().number, .entries = run.info().entries};
  for (const RunBlock& block : run.blocks()) {
    figures.dead_entries += FindBlock(blocks, block.number) == nullptr ? block.entries : 0;
  }
  return figures;
}

bool Contains(std::span<const uint64_t> numbers, uint64_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

void RunKeeper::Start() {
  thread_ = std::jthread([this] { Run(); });
}

void RunKeeper::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool RunKeeper::IsStopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

void RunKeeper::Run() {
  while (!IsStopping()) {
    {
      const MutexLock lock(work_mutex_);
      absl::StatusOr<bool> has_more = true;
      while (has_more.ok() && *has_more && !IsStopping()) {
        has_more = TidyOnce();
      }
    }
    const MutexLock lock(mutex_);
    mutex_.AwaitFor(kPauseBetweenLooks, [this] {
      mutex_.AssertHeld();
      return stopping_;
    });
  }
}

absl::Status RunKeeper::TidyAll() {
  const MutexLock lock(work_mutex_);
  for (bool has_more = true; has_more;) {
    const absl::StatusOr<bool> tidied = TidyOnce();
    if (!tidied.ok()) {
      return tidied.status();
    }
    has_more = *tidied;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RunKeeper::TidyOnce() {
  const StoreView view = deps_.state.TakeView();
  absl::StatusOr<bool> done = MakeDamagedAnew(view);
  if (done.ok() && !*done) {
    done = IndexCompacted(view);
  }
  if (done.ok() && !*done) {
    done = MergeOnce(view);
  }
  return done;
}

absl::StatusOr<std::shared_ptr<const IdRun>> RunKeeper::Build(std::vector<IdEntry>& entries) const {
  const absl::StatusOr<RunInfo> info = WriteRun(files_, deps_.state.NextBlockNumber(), entries);
  if (!info.ok()) {
    return info.status();
  }
  return IdRun::Open(files_, *info);
}

absl::StatusOr<bool> RunKeeper::MakeDamagedAnew(const StoreView& view) {
  const auto damaged = std::find_if(view.runs->begin(), view.runs->end(), [](const auto& run) {
    return run->IsDamaged();
  });
  if (damaged == view.runs->end()) {
    return false;
  }
  BlockIds ids;
  for (const RunBlock& covered : (*damaged)->blocks()) {
    const std::shared_ptr<Block> block = FindBlock(*view.blocks, covered.number);
    if (block == nullptr) {
      continue;
    }
    const absl::Status status =
        AddIdsOf(deps_.reader, *block, deps_.state.hash_seed(), /*with_ids=*/false, ids);
    if (!status.ok() && status.code() != absl::StatusCode::kDataLoss) {
      return status;
    }
  }
  const absl::StatusOr<std::shared_ptr<const IdRun>> made = Build(ids.entries);
  if (!made.ok()) {
    return made.status();
  }
  absl::Status status = Switch(view.epoch, *made, {*damaged});
  return status.ok() ? absl::StatusOr<bool>(true) : status;
}

LiveSet RunKeeper::WaitingBlocks(const StoreView& view) {
  LiveSet waiting;
  uint64_t rows = 0;
  for (const std::shared_ptr<Block>& block : *view.blocks) {
    if (!block->IsIndexed() && !block->IsDamaged() && block->HiddenAt() == kNever &&
        block->info().key.block_class != BlockClass::kFresh && rows < kRowsToIndex) {
      waiting.push_back(block);
      rows += block->rows();
    }
  }
  return rows < kRowsToIndex ? LiveSet() : waiting;
}

absl::StatusOr<bool> RunKeeper::IndexCompacted(const StoreView& view) {
  const LiveSet waiting = WaitingBlocks(view);
  if (waiting.empty()) {
    return false;
  }
  BlockIds ids;
  for (const std::shared_ptr<Block>& block : waiting) {
    absl::Status status =
        AddIdsOf(deps_.reader, *block, deps_.state.hash_seed(), /*with_ids=*/true, ids);
    if (status.code() == absl::StatusCode::kDataLoss) {
      return true;  // the block is marked now, and is left out the next time
    }
    if (!status.ok()) {
      return status;
    }
  }
  const absl::StatusOr<std::shared_ptr<const IdRun>> made = Build(ids.entries);
  if (!made.ok()) {
    return made.status();
  }
  absl::Status status = Switch(view.epoch, *made, {});
  if (status.ok()) {
    status = Forget(ids.ids, view.epoch);
  }
  return status.ok() ? absl::StatusOr<bool>(true) : status;
}

absl::Status RunKeeper::Forget(const std::vector<IdChange>& ids, uint64_t epoch) {
  for (size_t first = 0; first < ids.size(); first += kIdsPerStep) {
    const auto begin = ids.begin() + static_cast<ptrdiff_t>(first);
    const auto count = static_cast<ptrdiff_t>(std::min(kIdsPerStep, ids.size() - first));
    const StoreState::Change change{.forgotten = {begin, begin + count}};
    absl::Status status = deps_.committer.RunBetweenGroups([this, &change, epoch] {
      if (deps_.state.CheckEpoch(epoch).ok()) {
        deps_.state.Apply(change);
      }
      return absl::OkStatus();
    });
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RunKeeper::MergeOnce(const StoreView& view) {
  std::vector<RunFigures> figures;
  for (const std::shared_ptr<const IdRun>& run : *view.runs) {
    figures.push_back(FiguresOf(*run, *view.blocks));
  }
  RunSet inputs;
  for (const size_t at : PlanRunMerge(figures)) {
    inputs.push_back((*view.runs)[at]);
  }
  if (inputs.empty()) {
    return false;
  }
  const absl::StatusOr<std::shared_ptr<const IdRun>> made = Merge(view, inputs);
  if (made.status().code() == absl::StatusCode::kDataLoss) {
    return true;  // the run is marked now, and is made anew the next time
  }
  if (!made.ok()) {
    return made.status();
  }
  absl::Status status = Switch(view.epoch, *made, inputs);
  return status.ok() ? absl::StatusOr<bool>(true) : status;
}

absl::StatusOr<std::shared_ptr<const IdRun>> RunKeeper::Merge(
    const StoreView& view, const RunSet& inputs
) {
  std::vector<LiveEntries> entries;
  size_t most = 0;
  for (const std::shared_ptr<const IdRun>& run : inputs) {
    entries.emplace_back(*run, *view.blocks);
    most += run->info().entries;
    if (absl::Status status = entries.back().Advance(); !status.ok()) {
      return status;
    }
  }
  absl::StatusOr<std::unique_ptr<IdRunWriter>> writer =
      IdRunWriter::Create(files_, deps_.state.NextBlockNumber(), most, LiveBlocksOf(entries));
  if (!writer.ok()) {
    return writer.status();
  }
  size_t taken = 0;
  while (LiveEntries* const least = FindLeast(entries)) {
    absl::Status status = (*writer)->Add(least->entry());
    if (status.ok()) {
      status = least->Advance();
    }
    if (status.ok() && ++taken % kEntriesPerLook == 0 && IsStopping()) {
      status = Unavailable("the store stops");
    }
    if (!status.ok()) {
      return status;
    }
  }
  const absl::StatusOr<RunInfo> info = (*writer)->Finish();
  if (!info.ok()) {
    return info.status();
  }
  if (info->entries == 0) {
    return nullptr;
  }
  return IdRun::Open(files_, *info);
}

absl::Status RunKeeper::Switch(
    uint64_t epoch, const std::shared_ptr<const IdRun>& made, const RunSet& replaced
) {
  return deps_.committer.RunBetweenGroups([&]() -> absl::Status {
    if (absl::Status status = deps_.state.CheckEpoch(epoch); !status.ok()) {
      return status;
    }
    StoreState::Change change;
    WriteBatch batch("run switch");
    std::string record;
    if (made != nullptr) {
      record = EncodeRunInfo(made->info());
      batch.Put(Space::kRecords, RecordKey(RecordKind::kRun, made->info().number), record);
      change.runs_added.push_back(made);
    }
    for (const std::shared_ptr<const IdRun>& run : replaced) {
      batch.Delete(Space::kRecords, RecordKey(RecordKind::kRun, run->info().number));
      change.runs_removed.push_back(run->info().number);
    }
    if (absl::Status status = deps_.database.Write(batch); !status.ok()) {
      return status;
    }
    deps_.state.Apply(change);
    return absl::OkStatus();
  });
}

absl::Status AddIdsOf(
    const BlockReader& reader, Block& block, uint64_t hash_seed, bool with_ids, BlockIds& ids
) {
  return reader.ForEachId(block, [&](size_t row, std::string_view id) {
    if (block.KilledAt(row) != kNever) {
      return;
    }
    const uint64_t hash = HashOfId(id, hash_seed);
    const Location location = {.block = block.number(), .row = static_cast<uint32_t>(row)};
    ids.entries.push_back({.hash = ShortHash(hash), .location = location});
    if (with_ids) {
      ids.ids.push_back({.hash = hash, .id = ids.arena.Copy(id), .location = location, .old = {}});
    }
  });
}

absl::StatusOr<LoadedRuns> LoadRuns(
    const Database& database, const IdRun::Files& files, std::span<const uint64_t> damaged
) {
  LoadedRuns loaded;
  absl::Status status = database.ForEachRecord(
      RecordKind::kRun,
      [&](uint64_t number, std::string_view value) -> absl::Status {
        loaded.last_number = std::max(loaded.last_number, number);
        const absl::StatusOr<RunInfo> info = DecodeRunInfo(value, number);
        if (!info.ok()) {
          return DataLoss("the record of id run {}: {}", number, MessageOf(info.status()));
        }
        absl::StatusOr<std::shared_ptr<const IdRun>> run =
            Contains(damaged, number) ? absl::StatusOr<std::shared_ptr<const IdRun>>(DataLoss(
                                            "{}: is damaged", RunFileName(files.directory, number)
                                        ))
                                      : IdRun::Open(files, *info);
        if (run.ok()) {
          loaded.runs.push_back(*std::move(run));
        } else if (run.status().code() == absl::StatusCode::kDataLoss) {
          loaded.lost.push_back(number);
          loaded.damage.emplace_back(MessageOf(run.status()));
        } else {
          return run.status();
        }
        return absl::OkStatus();
      }
  );
  return status.ok() ? absl::StatusOr<LoadedRuns>(std::move(loaded)) : status;
}

absl::Status SweepRunFiles(const IdRun::Files& files, const RunSet& runs) {
  std::vector<std::string> names;
  if (const auto status = files.env->GetChildren(files.directory, &names); !status.ok()) {
    return Unavailable("{}: {}", files.directory, status.ToString());
  }
  for (const std::string& name : names) {
    const std::string path = fmt::format("{}/{}", files.directory, name);
    const bool is_known = std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
      return RunFileName(files.directory, run->info().number) == path;
    });
    if (!is_known && name != "." && name != "..") {
      files.env->DeleteFile(path).PermitUncheckedError();
    }
  }
  return absl::OkStatus();
}

}  // namespace tidings::embedded
