#include "server/store_tool.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/time_text.h"
#include "server/logging.h"
#include "store/embedded/backup.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/store_check.h"

namespace tidings {
namespace {

StoreWorkReport Describe(const embedded::StoreCheck& check, const std::string& directory) {
  StoreWorkReport report;
  for (const embedded::StoreCheck::Finding& finding : check.findings) {
    report.text += fmt::format("damaged: {}: {}\n", finding.where, finding.what);
  }
  for (const std::string& repair : check.repairs) {
    report.text += fmt::format("repaired: {}\n", repair);
  }
  report.text += fmt::format(
      "{}: {} blocks, {} rows, {} values, {} id runs, {} files, {} bytes: {}\n",
      directory,
      check.blocks,
      check.rows,
      check.values,
      check.runs,
      check.files,
      check.bytes,
      check.findings.empty() ? "no damage" : fmt::format("{} damaged", check.findings.size())
  );
  report.is_sound = check.findings.empty();
  return report;
}

std::string TimeText(const std::optional<int64_t>& ms) {
  return ms ? FormatTimeUtc(*ms) : "none";
}

StoreWorkReport Describe(const StoreStats& stats) {
  return {
      .text = fmt::format(
          "events      {}\nopen        {}\nblocks      {}\nid runs     {}\nbytes       {}\n"
          "per day     {}\noldest      {}\nnewest      {}\nsequence    {}\n",
          stats.events,
          stats.open_events,
          stats.blocks,
          stats.id_runs,
          stats.bytes,
          stats.bytes_per_day ? fmt::format("{} bytes", *stats.bytes_per_day) : "not known yet",
          TimeText(stats.oldest_ms),
          TimeText(stats.newest_ms),
          stats.last_sequence
      )};
}

/// What needs the store itself.
absl::StatusOr<StoreWorkReport> WorkOnOpenStore(const StoreWork& work) {
  std::error_code error;
  if (!std::filesystem::exists(work.config.directory + "/FORMAT", error)) {
    return NotFound("{}: is no data directory of Tidings", work.config.directory);
  }
  const SystemClock clock;
  const absl::StatusOr<std::unique_ptr<EmbeddedStore>> store =
      EmbeddedStore::Open(work.config, clock, {.background_maintenance = false});
  if (!store.ok()) {
    return store.status();
  }
  if (work.kind == StoreWork::Kind::kBackup) {
    const absl::StatusOr<BackupInfo> backup = (*store)->BackUpNow();
    if (!backup.ok()) {
      return backup.status();
    }
    return StoreWorkReport{.text = fmt::format("{}\n", backup->directory)};
  }
  if (work.kind == StoreWork::Kind::kCompact) {
    if (absl::Status status = (*store)->CompactNow(); !status.ok()) {
      return status;
    }
  }
  return Describe((*store)->Stats());
}

}  // namespace

absl::StatusOr<StoreWorkReport> WorkOnStore(const StoreWork& work) {
  // What the store tells of itself is talk; only trouble is of interest here.
  if (absl::Status status = SetUpLogging({.level = "warn", .format = "text"}); !status.ok()) {
    return status;
  }
  const std::string& directory = work.config.directory;
  if (work.kind == StoreWork::Kind::kCheck) {
    const absl::StatusOr<embedded::StoreCheck> check =
        embedded::CheckStore(directory, {.repair = work.repair});
    return check.ok() ? absl::StatusOr<StoreWorkReport>(Describe(*check, directory))
                      : check.status();
  }
  if (work.kind == StoreWork::Kind::kRestore) {
    if (absl::Status status = embedded::RestoreBackup(work.backup, directory); !status.ok()) {
      return status;
    }
    return StoreWorkReport{.text = fmt::format("{} is restored to {}\n", work.backup, directory)};
  }
  return WorkOnOpenStore(work);
}

}  // namespace tidings
