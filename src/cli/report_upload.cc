#include "cli/report_upload.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json_document.h"
#include "cli/display_text.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

constexpr uint64_t kToldRefusals = 100;

uint64_t NumberOf(const simdjson::dom::element& answer, const char* name) {
  return static_cast<uint64_t>(IntegerOf(answer, name).value_or(0));
}

}  // namespace

void ReportLines::Add(std::string_view json, uint64_t origin) {
  text += json;
  text += '\n';
  origins.push_back(origin);
}

absl::StatusOr<net::ClientResponse> ReportUpload::Post(std::string lines, ApiClient& client) {
  return client.CallPatiently(
      {.method = "POST",
       .path = "/api/v1/events",
       .body = std::move(lines),
       .content_type = "application/x-ndjson"}
  );
}

ExitCode ReportUpload::Take(
    const absl::StatusOr<net::ClientResponse>& response, const ReportLines& lines
) {
  if (!response.ok()) {
    progress_.Clear();
    return client_.TellNoAnswer(response.status());
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  // A body that was taken to its end has an answer with counts; some of it may be refused.
  const bool was_taken = document.ok() && (response->status == 200 || response->status == 400) &&
                         MemberOf((*document)->root(), "accepted").has_value();
  if (!was_taken) {
    progress_.Clear();
    return client_.TellProblem(*response);
  }
  Count((*document)->root());
  TellRefused((*document)->root(), lines);
  return kOk;
}

void ReportUpload::Count(const simdjson::dom::element& answer) {
  tally_.accepted += NumberOf(answer, "accepted");
  tally_.made += NumberOf(answer, "new");
  tally_.joined += NumberOf(answer, "joined");
  tally_.unchanged += NumberOf(answer, "unchanged");
  tally_.superseded += NumberOf(answer, "superseded");
  tally_.refused += NumberOf(answer, "rejected_count");
}

void ReportUpload::TellRefused(const simdjson::dom::element& answer, const ReportLines& lines) {
  for (const simdjson::dom::element& refusal : ElementsOf(answer, "rejected")) {
    if (told_refusals_ == kToldRefusals) {
      return;
    }
    ++told_refusals_;
    progress_.Clear();
    const auto line = static_cast<size_t>(IntegerOf(refusal, "line").value_or(1));
    const uint64_t origin =
        lines.origins[std::min(std::max<size_t>(line, 1), lines.origins.size()) - 1];
    context_.err << fmt::format(
        "tidings: line {} is refused: {}: {}\n",
        origin,
        OneLine(TextOf(refusal, "field")),
        OneLine(TextOf(refusal, "error"))
    );
  }
}

std::string Describe(const ReportUpload::Tally& tally) {
  const std::array<std::pair<const char*, uint64_t>, 5> kinds = {
      {{"new", tally.made},
       {"joined", tally.joined},
       {"unchanged", tally.unchanged},
       {"superseded", tally.superseded},
       {"refused", tally.refused}}};
  std::vector<std::string> parts;
  for (const auto& [name, count] : kinds) {
    if (count > 0) {
      parts.push_back(fmt::format("{} {}", ShowCount(count), name));
    }
  }
  const std::string total = ShowCount(tally.accepted + tally.refused) + " reports";
  return parts.empty() ? total : fmt::format("{}: {}", total, fmt::join(parts, ", "));
}

}  // namespace tidings::cli
