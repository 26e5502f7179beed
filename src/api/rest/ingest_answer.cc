#include "api/rest/ingest_answer.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "codec/json/report_json.h"

namespace tidings::rest {
namespace {

/// In the order of Outcome.
constexpr std::array<std::string_view, 4> kOutcomeNames{"new", "joined", "unchanged", "superseded"};

/// Some were rejected.
std::string WhatBecameOf(const IngestSummary& summary) {
  const uint64_t rejected = summary.rejected();
  if (summary.accepted() == 0) {
    return rejected == 1 ? "the report broke a rule and was not stored"
                         : fmt::format("all {} reports broke a rule, none is stored", rejected);
  }
  return fmt::format(
      "{} of {} reports broke a rule and {} not stored, the others are",
      rejected,
      rejected + summary.accepted(),
      rejected == 1 ? "was" : "were"
  );
}

}  // namespace

void IngestSummary::SetReports(size_t reports) {
  tells_ids_ = reports <= kToldIds;
  ids_.resize(tells_ids_ ? reports : 0);
}

void IngestSummary::SetId(size_t position, std::string id) {
  if (position < ids_.size()) {
    ids_[position] = std::move(id);
  }
}

void IngestSummary::AddWarning(std::string warning) {
  if (warnings_.size() < kToldWarnings) {
    warnings_.push_back(std::move(warning));
  }
}

void IngestSummary::Add(const IngestResult& result) {
  for (const IngestResult::Stored& stored : result.stored) {
    ++outcomes_[static_cast<size_t>(stored.outcome)];
  }
  for (const std::string& warning : result.warnings) {
    AddWarning(warning);
  }
  rejected_ += result.rejections.size();
  const size_t told = std::min(result.rejections.size(), kToldRejections);
  told_rejections_.insert(
      told_rejections_.end(),
      result.rejections.begin(),
      result.rejections.begin() + static_cast<ptrdiff_t>(told)
  );
  std::sort(
      told_rejections_.begin(),
      told_rejections_.end(),
      [](const Rejection& a, const Rejection& b) { return a.index < b.index; }
  );
  told_rejections_.resize(std::min(told_rejections_.size(), kToldRejections));
}

uint64_t IngestSummary::accepted() const {
  return std::accumulate(outcomes_.begin(), outcomes_.end(), uint64_t{0});
}

void IngestSummary::Write(JsonWriter& json, bool names_lines) const {
  json.Key("accepted").Uint(accepted());
  for (size_t i = 0; i < outcomes_.size(); ++i) {
    json.Key(kOutcomeNames[i]).Uint(outcomes_[i]);
  }
  json.Key("rejected").BeginArray();
  for (const Rejection& rejection : told_rejections_) {
    json.BeginObject().Key("index").Uint(rejection.index);
    if (names_lines) {
      json.Key("line").Uint(rejection.index);
    }
    json.Key("field").String(rejection.field).Key("error").String(rejection.error).EndObject();
  }
  json.EndArray().Key("ids").BeginArray();
  for (const std::optional<std::string>& id : ids_) {
    if (id) {
      json.String(*id);
    } else {
      json.Null();
    }
  }
  json.EndArray().Key("warnings").BeginArray();
  for (const std::string& warning : warnings_) {
    json.String(warning);
  }
  json.EndArray();
}

net::HttpResponse StoredAnswer(const IngestSummary& summary, bool names_lines) {
  if (summary.rejected() == 0) {
    std::string body;
    JsonWriter json(body);
    json.BeginObject();
    summary.Write(json, names_lines);
    json.EndObject();
    return JsonAnswer(std::move(body));
  }
  const Rejection& first = summary.told_rejections().front();
  return ProblemOf(
      {400,
       "partially-stored",
       summary.accepted() > 0 ? "Some reports were not stored" : "No report was stored"},
      fmt::format(
          "{}; {}{} {}: {}",
          WhatBecameOf(summary),
          summary.rejected() > 1 ? "the first: " : "",
          names_lines ? "line" : "index",
          first.index,
          json::SentenceOf(first)
      ),
      [&](JsonWriter& json) {
        summary.Write(json, names_lines);
        json.Key("rejected_count").Uint(summary.rejected());
      }
  );
}

}  // namespace tidings::rest
