#include "cli/ask.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "base/json_document.h"
#include "cli/display_text.h"
#include "cli/event_row.h"
#include "cli/json_yaml.h"

namespace tidings::cli {
namespace {

void TellIncomplete(const simdjson::dom::element& answer, Context& context) {
  for (const simdjson::dom::element& reason : ElementsOf(answer, "incomplete")) {
    context.err << fmt::format(
        "tidings: the answer may lack events ({}): {}\n",
        OneLine(TextOf(reason, "reason")),
        OneLine(TextOf(reason, "detail"))
    );
  }
}

}  // namespace

int Ask(
    ApiClient& client,
    Context& context,
    const std::string& path,
    const std::function<void(const simdjson::dom::element&)>& show
) {
  const auto response = client.Call({.path = path});
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (response->status != 200 || !document.ok()) {
    return client.TellProblem(*response);
  }
  show((*document)->root());
  TellIncomplete((*document)->root(), context);
  return kOk;
}

const std::vector<std::string>& AnswerForms() {
  static const std::vector<std::string> kForms{"table", "json", "yaml"};
  return kForms;
}

bool ShowWhole(const simdjson::dom::element& answer, std::string_view form, std::ostream& out) {
  if (form == "json") {
    out << simdjson::minify(answer) << '\n';
  } else if (form == "yaml") {
    out << ToYaml(answer, 0);
  }
  return form != "table";
}

void PrintColumns(const std::vector<std::vector<std::string>>& rows, std::ostream& out) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const bool is_last = i + 1 == row.size();
      line += is_last ? row[i] : Padded(row[i], widths[i]) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

}  // namespace tidings::cli
