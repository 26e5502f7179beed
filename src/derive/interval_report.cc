#include "derive/interval_report.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "derive/flink_point.h"
#include "derive/flink_status.h"
#include "derive/names.h"
#include "event/canonical.h"
#include "event/limits.h"
#include "event/normalise.h"

namespace tidings::derive {
namespace {

/// Labels of many failures together may be more than an event may hold: the least keys are kept.
constexpr size_t kMostLabels = 100;
constexpr size_t kMostLabelBytes = size_t{32} * 1024;

constexpr auto kStatusSentences = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"INITIALIZING", "Being set up"},
     {"RECONCILING", "Being taken over after a failure of the cluster"},
     {"CREATED", "Created, waiting for room to run"},
     {kRunning, "Running"},
     {kFailing, "Failed, stopping what is left of it"},
     {kCancelling, "Being cancelled"},
     {kRestarting, "Restarting after a failure"},
     {kFinished, "Finished: all its work is done"},
     {kCanceled, "Cancelled"},
     {kFailed, "Failed for good"},
     {kSuspended, "Suspended: this cluster has given it up, another may take it over"}}
);

std::string_view NameOf(IntervalKind kind) {
  switch (kind) {
    case IntervalKind::kJobStatus:
      return kJobStatusName;
    case IntervalKind::kDowntime:
    case IntervalKind::kStatusDowntime:
      return kDowntimeName;
    case IntervalKind::kCheckpointFailures:
      return kCheckpointFailuresName;
  }
  return {};
}

std::string StatusSentence(std::string_view status) {
  for (const auto& [known, sentence] : kStatusSentences) {
    if (known == status) {
      return std::string(sentence);
    }
  }
  return fmt::format("In the status {}", status);
}

/// `; 2 restarts; kind=USER, team=orders`
std::string Circumstances(const Draft& draft) {
  std::string text;
  if (draft.restarts > 0) {
    text += fmt::format("; {} restart{}", draft.restarts, draft.restarts == 1 ? "" : "s");
  }
  const char* separator = "; ";
  for (const auto& [key, value] : draft.labels) {
    text += fmt::format("{}{}={}", separator, key, value);
    separator = ", ";
  }
  return text;
}

std::string SentenceOf(const DerivedInterval& interval) {
  const Draft& draft = interval.draft;
  if (interval.kind == IntervalKind::kJobStatus) {
    return StatusSentence(draft.status);
  }
  if (interval.kind == IntervalKind::kCheckpointFailures) {
    return fmt::format(
        "{} checkpoints failed in a row{}",
        draft.failures,
        interval.end_ms ? "" : ", none has succeeded since"
    );
  }
  return fmt::format(
      "{}{}", interval.end_ms ? "Was not processing" : "Not processing", Circumstances(draft)
  );
}

EventType TypeOf(const DerivedInterval& interval) {
  const bool is_error =
      interval.kind != IntervalKind::kJobStatus || IsErrorStatus(interval.draft.status);
  return is_error ? EventType::kError : EventType::kNormal;
}

/// At most so many bytes of valid UTF-8.
std::string_view Cut(std::string_view text, size_t most) {
  if (text.size() <= most) {
    return text;
  }
  constexpr auto kContinues = [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
  };
  while (most > 0 && kContinues(text[most])) {
    --most;
  }
  return text.substr(0, most);
}

/// Adds parameters to the report that was appended last.
class ParameterWriter {
 public:
  explicit ParameterWriter(ReportBatch& batch) : batch_(batch) {}

  void Text(std::string_view key, std::string_view value) {
    const size_t most = ReportLimits().parameter_value_bytes;
    batch_.parameters.push_back({.key = key, .value = batch_.arena.Copy(Cut(value, most))});
    ++batch_.reports.back().parameter_count;
  }
  void Number(std::string_view key, int64_t value) {
    batch_.parameters.push_back({.key = key, .value = value});
    ++batch_.reports.back().parameter_count;
  }
  void Labels(const derive::Labels& labels) {
    size_t count = 0;
    size_t bytes = 0;
    for (const auto& [label, value] : labels) {
      const std::string key = fmt::format("{}{}", kLabelPrefix, label);
      bytes += key.size() + value.size();
      if (++count > kMostLabels || bytes > kMostLabelBytes ||
          key.size() > ReportLimits().parameter_key_bytes) {
        return;
      }
      Text(batch_.arena.Copy(key), value);
    }
  }

 private:
  ReportBatch& batch_;
};

Report& AddReport(ReportBatch& batch) {
  Report& report = batch.reports.emplace_back();
  report.index = static_cast<uint32_t>(batch.reports.size() - 1);
  report.first_parameter = static_cast<uint32_t>(batch.parameters.size());
  return report;
}

/// Made here and by nobody else, so it breaks no rule.
void MakeNormal(ReportBatch& batch) {
  Normalise(batch.reports.back(), batch, ReportLimits());
}

}  // namespace

std::string IdOf(std::string_view job_id, const DerivedInterval& interval) {
  ReportBatch batch;
  batch.parameters.push_back({.key = kJobIdKey, .value = job_id});
  if (interval.kind == IntervalKind::kJobStatus) {
    batch.parameters.push_back({.key = kStatusKey, .value = std::string_view(interval.draft.status)}
    );
  }
  Report report{
      .start = interval.draft.start_ms,
      .parameter_count = static_cast<uint32_t>(batch.parameters.size())};
  report.text[TextField::kName] = NameOf(interval.kind);
  return DeriveId(report, batch);
}

void AppendReport(
    const JobNames& job, const DerivedInterval& interval, int32_t generation, ReportBatch& batch
) {
  const Draft& draft = interval.draft;
  Report& report = AddReport(batch);
  report.id = batch.arena.Copy(IdOf(job.id, interval));
  report.generation = generation;
  report.derived = true;
  report.type = TypeOf(interval);
  report.start = draft.start_ms;
  report.end = interval.end_ms.value_or(0);
  report.count = draft.failures;
  report.text[TextField::kService] = batch.arena.Copy(Cut(job.name, ReportLimits().source_bytes));
  report.text[TextField::kLayer] = kLayer;
  report.text[TextField::kName] = NameOf(interval.kind);
  report.text[TextField::kMessage] =
      batch.arena.Copy(Cut(SentenceOf(interval), ReportLimits().message_bytes));
  ParameterWriter parameters(batch);
  parameters.Text(kJobIdKey, job.id);
  parameters.Text(kJobNameKey, job.name);
  if (interval.kind == IntervalKind::kJobStatus) {
    parameters.Text(kStatusKey, draft.status);
  }
  parameters.Number(kRestartsKey, draft.restarts);
  parameters.Number(kPointsKey, draft.points);
  parameters.Text(kFirstPointKey, draft.first_point);
  parameters.Text(kLastPointKey, draft.last_point);
  parameters.Labels(draft.labels);
  MakeNormal(batch);
}

void AppendWithdrawal(std::string_view id, int32_t generation, ReportBatch& batch) {
  Report& report = AddReport(batch);
  report.id = batch.arena.Copy(id);
  report.generation = generation;
  report.withdrawn = true;
  MakeNormal(batch);
}

bool IsDerivedInterval(const EventView& event) {
  if (!event.derived || event.withdrawn) {
    return false;
  }
  DerivedInterval interval;
  interval.draft.start_ms = event.start;
  const std::string_view name = event.text[TextField::kName];
  if (name == kJobStatusName) {
    interval.draft.status = ParameterText(event, kStatusKey);
  } else if (name == kDowntimeName) {
    interval.kind = IntervalKind::kDowntime;
  } else if (name == kCheckpointFailuresName) {
    interval.kind = IntervalKind::kCheckpointFailures;
  } else {
    return false;
  }
  return event.id == IdOf(ParameterText(event, kJobIdKey), interval);
}

uint64_t ContentHash(const EventView& event) {
  if (event.withdrawn) {
    return 0;
  }
  std::string bytes;
  AppendCanonical(bytes, event);
  if (!event.derived) {
    bytes += "not derived";
  }
  return Xxh3Low(bytes);
}

}  // namespace tidings::derive
