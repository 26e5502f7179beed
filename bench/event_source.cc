#include "event_source.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <sys/resource.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/status.h"
#include "store/embedded/uuid.h"

namespace tidings::bench {
namespace {

using load::Dataset;
using load::DatasetEvent;

constexpr size_t kPool = 100'000;

}  // namespace

void Die(const absl::Status& status) {
  std::fprintf(stderr, "bench: %s\n", std::string(MessageOf(status)).c_str());
  std::exit(1);
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

EventSource::EventSource() {
  const Dataset dataset{.size = kPool};
  for (uint64_t i = 0; i < kPool; ++i) {
    pool_.push_back(dataset.At(i));
  }
}

ReportBatch EventSource::Make(uint64_t first, size_t count, Part part) const {
  ReportBatch batch;
  batch.receipt = {.protocol = "bench", .received_at_ms = SystemClock().NowMs()};
  batch.reports.resize(count);
  for (size_t i = 0; i < count; ++i) {
    Fill(first + i, part, batch.reports[i], batch);
  }
  return batch;
}

std::string_view EventSource::IdOf(uint64_t index, Arena& arena) {
  // Cheap, since what the client costs is a part of what is measured.
  const Hash128 hash = Xxh3({reinterpret_cast<const char*>(&index), sizeof(index)});
  std::array<char, embedded::kUuidBytes> bytes;
  std::memcpy(bytes.data(), &hash.high, sizeof(hash.high));
  std::memcpy(bytes.data() + sizeof(hash.high), &hash.low, sizeof(hash.low));
  char* const text = arena.Allocate(embedded::kUuidTextBytes);
  embedded::UnpackUuid(bytes.data(), text);
  return {text, embedded::kUuidTextBytes};
}

void EventSource::Fill(uint64_t index, Part part, Report& report, ReportBatch& batch) const {
  const DatasetEvent& event = pool_[index % kPool];
  const auto lap_ms = static_cast<int64_t>(index / kPool) * 86'400'000;
  report.id = IdOf(index, batch.arena);
  report.end = part == Part::kStart ? 0 : event.end_ms + lap_ms;
  if (part == Part::kEnd) {
    return;
  }
  report.start = event.start_ms + lap_ms;
  report.text[TextField::kService] = event.service;
  report.text[TextField::kInstance] = event.instance;
  report.text[TextField::kLayer] = "K8S";
  report.text[TextField::kName] = event.name;
  report.text[TextField::kMessage] = event.message;
  report.type = event.is_error ? EventType::kError : EventType::kNormal;
  report.first_parameter = static_cast<uint32_t>(batch.parameters.size());
  report.parameter_count = static_cast<uint32_t>(event.parameters.size());
  for (const auto& [key, value] : event.parameters) {
    batch.parameters.push_back({.key = key, .value = value, .clock = ClockOf(report)});
  }
  std::sort(
      batch.parameters.end() - report.parameter_count,
      batch.parameters.end(),
      [](const Parameter& a, const Parameter& b) { return a.key < b.key; }
  );
}

void CommitClient::Commit(ReportBatch batch) {
  {
    const MutexLock lock(mutex_);
    mutex_.Await([this] { return HasRoom(); });
    ++in_flight_;
  }
  const auto began = std::chrono::steady_clock::now();
  store_.Commit(std::move(batch), [this, began](absl::StatusOr<CommitResult> result) {
    if (!result.ok()) {
      Die(result.status());
    }
    const MutexLock lock(mutex_);
    --in_flight_;
    latencies_ms_.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count()
    );
  });
}

std::vector<double> CommitClient::FinishLatenciesMs() {
  const MutexLock lock(mutex_);
  mutex_.Await([this] { return IsIdle(); });
  std::sort(latencies_ms_.begin(), latencies_ms_.end());
  return latencies_ms_;
}

std::vector<double> CommitClient::TakeLatenciesMs() {
  const MutexLock lock(mutex_);
  return std::exchange(latencies_ms_, {});
}

}  // namespace tidings::bench
