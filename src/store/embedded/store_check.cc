#include "store/embedded/store_check.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"
#include "base/time_text.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/bytes.h"
#include "store/embedded/database.h"
#include "store/embedded/directory.h"
#include "store/embedded/id_run.h"
#include "store/embedded/kill_log.h"
#include "store/embedded/wal_check.h"

namespace tidings::embedded {
namespace {

constexpr size_t kRunPageCacheBytesOfCheck = size_t{1} << 20;
constexpr const char* kHeldByRuns = "where rows are, by id; the next opening makes it anew";

/// One look at an open database and the files beside it.
class Checker {
 public:
  Checker(const DataDirectory& directory, Database& database, StoreCheck& check)
      : directory_(directory), database_(database), reader_(database, {}), check_(check) {}

  absl::Status Run() {
    absl::Status status;
    for (const auto step :
         {&Checker::CheckBlocks, &Checker::CheckOtherRecords, &Checker::CheckRuns}) {
      if (status.ok()) {
        status = (this->*step)();
      }
    }
    return status;
  }

 private:
  /// Notes damage; anything else ends the check.
  absl::Status Note(std::string where, const absl::Status& status, std::string_view held) {
    if (status.ok()) {
      return status;
    }
    if (status.code() != absl::StatusCode::kDataLoss) {
      return status;
    }
    check_.findings.push_back(
        {.where = std::move(where), .what = fmt::format("{}; it held {}", MessageOf(status), held)}
    );
    return absl::OkStatus();
  }

  absl::Status CheckBlocks() {
    std::vector<BlockInfo> blocks;
    absl::Status status =
        database_.ForEachRecord(RecordKind::kBlock, [&](uint64_t number, std::string_view value) {
          absl::StatusOr<BlockInfo> info = DecodeBlockInfo(value, number);
          const absl::Status read = info.status();
          if (read.ok()) {
            blocks.push_back(*std::move(info));
          }
          return Note(fmt::format("the record of block {}", number), read, "where its rows are");
        });
    if (!status.ok()) {
      return Note("the block records", status, "which blocks there are");
    }
    for (const BlockInfo& info : blocks) {
      if (absl::Status one = CheckBlock(info); !one.ok()) {
        return one;
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckBlock(const BlockInfo& info) {
    const auto block = std::make_shared<Block>(info, std::make_shared<Graveyard>());
    ++check_.blocks;
    check_.rows += info.rows;
    const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader_.HotOnce(*block);
    absl::Status status = NoteValue(*block, kHotPart, hot.status(), "times and codes of all rows");
    size_t first = 0;
    for (size_t page = 0; page < info.pages && status.ok(); ++page) {
      const absl::StatusOr<std::shared_ptr<const ColdPage>> cold = reader_.PageOnce(*block, page);
      const size_t rows = cold.ok() ? (*cold)->rows() : 0;
      status = NoteValue(
          *block,
          static_cast<uint16_t>(page + 1),
          cold.status(),
          fmt::format("ids, messages and parameters of rows {} and up", first)
      );
      first += rows;
    }
    return status.ok() ? CheckSummaries(*block) : status;
  }

  absl::Status CheckSummaries(Block& block) {
    absl::Status status;
    for (size_t part = 0; part < block.info().word_parts && status.ok(); ++part) {
      status = NoteValue(
          block,
          static_cast<uint16_t>(kFirstWordPart + part),
          reader_.Words(block, part).status(),
          "a filter of words"
      );
    }
    if (status.ok() && block.info().word_parts != 0) {
      status = NoteValue(block, kSummaryPart, reader_.Summary(block).status(), "the summary");
    }
    return status;
  }

  absl::Status NoteValue(
      const Block& block, uint16_t part, const absl::Status& status, std::string_view held
  ) {
    ++check_.values;
    if (status.ok()) {
      return status;
    }
    const BlockKey& key = block.info().key;
    return Note(
        database_.FileOf(SpaceOf(key.block_class), DataKey(key, part)),
        status,
        fmt::format("{} of {}", held, Describe(block.info()))
    );
  }

  static std::string Describe(const BlockInfo& info) {
    int64_t first = info.segments.empty() ? 0 : info.segments.front().first_time;
    int64_t last = first;
    for (const Segment& segment : info.segments) {
      first = std::min(first, segment.first_time);
      last = std::max(last, segment.last_time);
    }
    return fmt::format(
        "block {} ({} rows, events from {} to {})",
        info.key.number,
        info.rows,
        FormatTimeUtc(first),
        FormatTimeUtc(last)
    );
  }

  absl::Status CheckOtherRecords() {
    const auto kills = [](uint64_t number, std::string_view value) {
      return DecodeKills(value, number).status();
    };
    const auto sealed = [](ValueKind kind) {
      return [kind](uint64_t number, std::string_view value) {
        return Unseal(value, kind, number).status();
      };
    };
    struct Kind {
      RecordKind kind;
      std::function<absl::Status(uint64_t, std::string_view)> decode;
      const char* held;
    };
    const Kind kinds[] = {
        {RecordKind::kKills, kills, "which rows were replaced"},
        {RecordKind::kCursor, sealed(ValueKind::kCursor), "a snapshot of a chain of pages"},
        {RecordKind::kCounters, sealed(ValueKind::kCounters), "numbers that must not go back"},
        {RecordKind::kHashSeed, sealed(ValueKind::kHashSeed), "the seed of the hashes of ids"}};
    for (const Kind& kind : kinds) {
      absl::Status status =
          database_.ForEachRecord(kind.kind, [&](uint64_t number, std::string_view value) {
            ++check_.values;
            return Note(
                fmt::format("record {}{}", static_cast<char>(kind.kind), number),
                kind.decode(number, value),
                kind.held
            );
          });
      status = Note(fmt::format("the records {}", static_cast<char>(kind.kind)), status, kind.held);
      if (!status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckRuns() {
    RunPageCache cache(kRunPageCacheBytesOfCheck);
    const IdRun::Files files = {
        .env = rocksdb::Env::Default(), .cache = &cache, .directory = directory_.runs()};
    const absl::Status status = database_.ForEachRecord(
        RecordKind::kRun,
        [&](uint64_t number, std::string_view value) -> absl::Status {
          ++check_.runs;
          const absl::StatusOr<RunInfo> info = DecodeRunInfo(value, number);
          return info.ok() ? CheckRun(files, *info)
                           : Note(
                                 fmt::format("the record of id run {}", number),
                                 info.status(),
                                 kHeldByRuns
                             );
        }
    );
    return Note("the records of id runs", status, kHeldByRuns);
  }

  absl::Status CheckRun(const IdRun::Files& files, const RunInfo& info) {
    check_.bytes += info.bytes();
    const std::string name = RunFileName(files.directory, info.number);
    const absl::StatusOr<std::shared_ptr<IdRun>> run = IdRun::Open(files, info);
    absl::Status status = Note(name, run.status(), kHeldByRuns);
    for (size_t page = 0; run.ok() && status.ok() && page < (*run)->pages(); ++page) {
      status = Note(name, (*run)->ReadPage(page).status(), kHeldByRuns);
    }
    return status;
  }

  const DataDirectory& directory_;
  Database& database_;
  const BlockReader reader_;
  StoreCheck& check_;
};

/// The logs, before anything opens them. False where the database must not be opened.
absl::StatusOr<bool> CheckLogs(
    const std::string& database, const StoreCheckOptions& options, StoreCheck& check
) {
  const absl::Status status = CheckWals(database);
  if (status.code() != absl::StatusCode::kDataLoss) {
    return status.ok() ? absl::StatusOr<bool>(true) : status;
  }
  check.findings.push_back(
      {.where = database, .what = fmt::format("{}; it held commits", MessageOf(status))}
  );
  if (!options.repair) {
    return false;
  }
  const absl::StatusOr<std::vector<std::string>> cut = CutDamagedWals(database);
  if (!cut.ok()) {
    return cut.status();
  }
  check.repairs = *cut;
  return true;
}

absl::Status CheckTables(const std::string& database, StoreCheck& check) {
  const absl::StatusOr<std::vector<TableVerdict>> tables = VerifyTables(database);
  if (!tables.ok()) {
    return tables.status();
  }
  for (const TableVerdict& table : *tables) {
    ++check.files;
    check.bytes += table.bytes;
    if (table.status.code() == absl::StatusCode::kDataLoss) {
      check.findings.push_back(
          {.where = table.path,
           .what = fmt::format("{}; it held records or blocks", MessageOf(table.status))}
      );
    } else if (!table.status.ok()) {
      return table.status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoreCheck> CheckStore(
    const std::string& directory, const StoreCheckOptions& options
) {
  const absl::StatusOr<std::unique_ptr<DataDirectory>> held =
      DataDirectory::OpenExisting(directory);
  if (!held.ok()) {
    return held.status();
  }
  StoreCheck check;
  const std::string path = (*held)->database();
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return check;
  }
  const absl::StatusOr<bool> may_open = CheckLogs(path, options, check);
  if (!may_open.ok() || !*may_open) {
    return may_open.ok() ? absl::StatusOr<StoreCheck>(check) : may_open.status();
  }
  absl::Status status = CheckTables(path, check);
  if (!status.ok()) {
    return status;
  }
  Database database({.directory = path, .verifies_logs = check.repairs.empty()});
  status = database.Open();
  if (!status.ok()) {
    check.findings.push_back(
        {.where = path,
         .what = fmt::format("{}; nothing of the database can be told", MessageOf(status))}
    );
    return check;
  }
  if (status.ok()) {
    status = Checker(**held, database, check).Run();
  }
  return status.ok() ? absl::StatusOr<StoreCheck>(std::move(check)) : status;
}

}  // namespace tidings::embedded
