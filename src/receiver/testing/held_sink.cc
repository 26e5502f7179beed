#include "receiver/testing/held_sink.h"

namespace tidings::receiver_testing {

void HeldSink::Commit(ReportBatch batch, IngestRights, IngestDone done) {
  held_.push_back({std::move(batch), std::move(done)});
}

void HeldSink::CompleteOldest(const absl::Status& failure) {
  Held held = std::move(held_.front());
  held_.erase(held_.begin());
  if (!failure.ok()) {
    held.done(failure);
    return;
  }
  IngestResult result;
  result.rejections = std::move(held.batch.rejections);
  for (const Report& report : held.batch.reports) {
    if (report.text[TextField::kName] == "bad") {
      result.rejections.push_back({report.index, "name", "is bad"});
      continue;
    }
    result.stored.push_back({report.index, Outcome::kNew, std::string(report.id)});
    stored_.emplace_back(report.id);
  }
  held.done(std::move(result));
}

void HeldSink::CompleteAll() {
  while (!held_.empty()) {
    CompleteOldest();
  }
}

}  // namespace tidings::receiver_testing
