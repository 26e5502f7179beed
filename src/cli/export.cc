#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/json_document.h"
#include "cli/commands.h"
#include "cli/event_filter_flags.h"
#include "cli/event_row.h"
#include "cli/progress.h"

namespace tidings::cli {
namespace {

struct ExportOptions {
  ConnectionFlags connection;
  EventFilterFlags filters;
  std::string format = "ndjson";
  std::string file;
};

/// Counts events in text that comes in pieces: lines of NDJSON, records of CSV but for its head.
class EventCounter {
 public:
  explicit EventCounter(bool is_csv) : is_csv_(is_csv) {}

  void Add(std::string_view bytes) {
    if (!is_csv_) {
      lines_ += static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
      return;
    }
    for (const char c : bytes) {
      is_quoted_ = is_quoted_ != (c == '"');
      lines_ += c == '\n' && !is_quoted_ ? 1 : 0;
    }
  }

  uint64_t events() const { return is_csv_ && lines_ > 0 ? lines_ - 1 : lines_; }

 private:
  const bool is_csv_;
  bool is_quoted_ = false;
  uint64_t lines_ = 0;
};

/// How many events there are to come, about; nothing: the server does not say.
std::optional<uint64_t> CountMatches(const EventFilterFlags& filters, ApiClient& client) {
  QueryString query;
  AppendFilters(filters, query);
  query.AddIfSet("from", filters.from.empty() ? "0" : "");
  query.Add("fields", "type");
  const auto response = client.Call({.path = "/api/v1/facets" + query.text()});
  if (!response.ok() || response->status != 200) {
    return std::nullopt;
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  const auto total = document.ok() ? IntegerOf((*document)->root(), "total") : std::nullopt;
  return total ? std::optional(static_cast<uint64_t>(*total)) : std::nullopt;
}

int Export(const ExportOptions& options, std::ostream& out, ApiClient& client, Context& context) {
  // Events on the screen are progress enough.
  const bool shows_progress =
      context.talks_to_terminal && (&out != &context.out || context.screen.columns == 0);
  Progress progress(
      context, shows_progress ? CountMatches(options.filters, client) : std::optional<uint64_t>()
  );
  QueryString query;
  AppendFilters(options.filters, query);
  query.Add("format", options.format);
  EventCounter counter(options.format == "csv");
  const auto response =
      client.Call({.path = "/api/v1/export" + query.text(), .on_body = [&](std::string_view bytes) {
                     out << bytes;
                     if (shows_progress) {
                       counter.Add(bytes);
                       progress.Show(counter.events(), counter.events());
                     }
                     return out.good();
                   }});
  out.flush();
  progress.Clear();
  if (!out.good()) {
    context.err << "tidings: the events cannot be written; is the disk full?\n";
    return kFailed;
  }
  if (!response.ok()) {
    const ExitCode code = client.TellNoAnswer(response.status());
    context.err << "tidings: what was written is not all\n";
    return code;
  }
  return response->status == 200 ? kOk : client.TellProblem(*response);
}

int RunExport(const ExportOptions& options, ApiClient& client, Context& context) {
  if (options.file.empty() || options.file == "-") {
    return Export(options, context.out, client, context);
  }
  std::ofstream file(options.file, std::ios::binary | std::ios::trunc);
  if (!file.is_open()) {
    return TellUsage(context, fmt::format("'{}' cannot be written", options.file));
  }
  return Export(options, file, client, context);
}

}  // namespace

void AddExport(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("export", "Write all events that match, oldest first");
  auto options = std::make_shared<ExportOptions>();
  AddEventFilterFlags(*command, options->filters, context.clock, {.default_from = "everything"});
  command->add_option("--format", options->format, "ndjson (default) or csv")
      ->check(CLI::IsMember({"ndjson", "csv"}))
      ->type_name("FORM");
  command->add_option("-f,--file", options->file, "Where to; standard output without")
      ->type_name("FILE");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "tidings import FILE brings the events into another server.\n\n"
      "Examples:\n"
      "  tidings export -f events.ndjson\n"
      "  tidings export --service checkout --from 30d --format csv > checkout.csv"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunExport(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
