#include "cli/send_reports.h"

#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/json_document.h"
#include "cli/display_text.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kNdjson = "application/x-ndjson";

void TellIds(const simdjson::dom::element& answer, std::ostream& out) {
  simdjson::dom::array ids;
  if (answer["ids"].get(ids) != simdjson::SUCCESS) {
    return;
  }
  for (const simdjson::dom::element id : ids) {
    std::string_view text;
    if (id.get(text) == simdjson::SUCCESS) {
      out << OneLine(text) << '\n';
    }
  }
}

/// Where in the body a rejected report stands.
std::string WhereIs(const simdjson::dom::element& rejection) {
  const auto line = IntegerOf(rejection, "line");
  return line ? fmt::format("line {}", *line)
              : fmt::format("report {}", IntegerOf(rejection, "index").value_or(0));
}

void TellRejections(const simdjson::dom::element& answer, bool was_typed, std::ostream& err) {
  simdjson::dom::array rejected;
  if (answer["rejected"].get(rejected) != simdjson::SUCCESS) {
    return;
  }
  for (const simdjson::dom::element rejection : rejected) {
    err << fmt::format(
        "tidings: {} is refused: {}: {}\n",
        was_typed ? std::string("the report") : WhereIs(rejection),
        OneLine(TextOf(rejection, "field")),
        OneLine(TextOf(rejection, "error"))
    );
  }
}

void TellWarnings(const simdjson::dom::element& answer, std::ostream& err) {
  simdjson::dom::array warnings;
  if (answer["warnings"].get(warnings) != simdjson::SUCCESS) {
    return;
  }
  for (const simdjson::dom::element warning : warnings) {
    std::string_view text;
    if (warning.get(text) == simdjson::SUCCESS) {
      err << "tidings: warning: " << OneLine(text) << '\n';
    }
  }
}

/// What a refused, cut or partly stored request has stored.
void TellCounts(const simdjson::dom::element& answer, std::ostream& err) {
  const auto accepted = IntegerOf(answer, "accepted");
  const auto refused = IntegerOf(answer, "rejected_count");
  if (accepted) {
    err << fmt::format("tidings: {} stored, {} refused\n", *accepted, refused.value_or(0));
  }
  if (const auto line = IntegerOf(answer, "resume_after_line")) {
    err << fmt::format("tidings: everything up to line {} is settled; go on after it\n", *line);
  }
}

int TellStored(const simdjson::dom::element& answer, bool was_typed, Context& context) {
  TellWarnings(answer, context.err);
  if (was_typed && IntegerOf(answer, "superseded").value_or(0) > 0) {
    context.err << "tidings: the event was corrected or withdrawn: it stays as it is (tidings get "
                   "shows it)\n";
    return kFailed;
  }
  TellIds(answer, context.out);
  constexpr int64_t kMostIds = 1000;
  if (const auto accepted = IntegerOf(answer, "accepted"); accepted && *accepted > kMostIds) {
    context.err << fmt::format("tidings: {} stored\n", *accepted);
  }
  return kOk;
}

}  // namespace

int SendReports(ReportsBody body, ApiClient& client, Context& context) {
  const auto response = client.CallPatiently(
      {.method = "POST",
       .path = "/api/v1/events",
       .body = std::move(body.text),
       .content_type = std::move(body.content_type)}
  );
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (!document.ok()) {
    return client.TellProblem(*response);
  }
  const simdjson::dom::element answer = (*document)->root();
  if (response->status == 200) {
    return TellStored(answer, body.was_typed, context);
  }
  // Each refusal is told below; the problem's own text repeats the first.
  const bool tells_all = TextOf(answer, "type") == "partially-stored";
  const ExitCode code = tells_all ? kFailed : client.TellProblem(*response);
  TellIds(answer, context.out);
  TellRejections(answer, body.was_typed, context.err);
  TellWarnings(answer, context.err);
  if (body.was_typed) {
    return tells_all ? kUsage : code;
  }
  TellCounts(answer, context.err);
  return code;
}

std::string ReportsContentType(const std::string& body) {
  const size_t begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos || body[begin] != '{') {
    return std::string(kJson);
  }
  const size_t line_end = body.find('\n', begin);
  const bool has_more = line_end != std::string::npos &&
                        body.find_first_not_of(" \t\r\n", line_end) != std::string::npos;
  const bool is_ndjson =
      has_more && JsonDocument::Parse(body.substr(begin, line_end - begin), kMaxAnswerDepth).ok();
  return std::string(is_ndjson ? kNdjson : kJson);
}

}  // namespace tidings::cli
