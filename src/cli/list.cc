#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/time_text.h"
#include "cli/argument_checks.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_filter_flags.h"
#include "cli/event_printer.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

/// The most that the server gives in a page.
constexpr size_t kMaxPage = 10'000;
/// With --all: small enough that the first lines come at once.
constexpr size_t kPageOfAll = 1'000;

struct ListOptions {
  ConnectionFlags connection;
  EventFilterFlags filters;
  size_t limit = 100;
  bool all = false;
  std::string order = "desc";
  std::string form = "table";
};

void TellNearest(const simdjson::dom::element& page, const char* side, Context& context) {
  simdjson::dom::element event;
  if (page["nearest"][side].get(event) != simdjson::SUCCESS || !event.is_object()) {
    return;
  }
  const int64_t start = IntegerOf(event, "start").value_or(0);
  context.err << fmt::format(
      "tidings: the nearest {} one began {} (id {})\n",
      side,
      ShowTime(start, context.screen.zone),
      OneLine(TextOf(event, "id"))
  );
}

void TellNothingFound(
    const ListOptions& options, const simdjson::dom::element& page, Context& context
) {
  context.err << fmt::format(
      "tidings: nothing found{}\n",
      options.filters.from.empty() ? " in the last hour; --from says since when to look" : ""
  );
  TellNearest(page, "older", context);
  TellNearest(page, "newer", context);
  const auto oldest = page["nearest"]["older"]["start"].get_int64();
  if (oldest.error() == simdjson::SUCCESS) {
    context.err << fmt::format(
        "tidings: --from {} shows it\n", FormatTimeUtc(oldest.value_unsafe())
    );
  }
}

/// Pages of one chain of cursors, printed one by one.
class Listing {
 public:
  Listing(const ListOptions& options, ApiClient& client, Context& context)
      : options_(options),
        client_(client),
        context_(context),
        left_(options.all ? std::numeric_limits<size_t>::max() : options.limit) {}

  int Run() {
    while (code_ == kOk && left_ > 0 && (is_first_ || !cursor_.empty())) {
      ShowPage();
      is_first_ = false;
    }
    if (printer_ != nullptr) {
      printer_->Finish();
    }
    if (code_ == kOk && !cursor_.empty()) {
      context_.err << fmt::format(
          "tidings: there are more than {}; --limit and --all show them\n", options_.limit
      );
    }
    return code_;
  }

 private:
  std::string Path() const {
    QueryString query;
    AppendFilters(options_.filters, query);
    query.Add("order", options_.order);
    query.Add("limit", fmt::format("{}", std::min(left_, options_.all ? kPageOfAll : kMaxPage)));
    query.AddIfSet("cursor", cursor_);
    query.AddIfSet("render", WantsRenderedMessage(options_.form) ? "true" : "");
    return "/api/v1/events" + query.text();
  }

  void ShowPage() {
    code_ = Ask(client_, context_, Path(), [this](const auto& page) { Show(page); });
  }

  void Show(const simdjson::dom::element& page) {
    if (printer_ == nullptr) {
      printer_ = MakeEventPrinter(
          {.form = options_.form, .screen = context_.screen, .now_ms = context_.clock.NowMs()},
          context_.out
      );
    }
    const std::vector<simdjson::dom::element> events = ElementsOf(page, "events");
    printer_->Add(events);
    cursor_ = TextOf(page, "next_cursor");
    left_ -= std::min(left_, events.size());
    if (is_first_ && events.empty()) {
      TellNothingFound(options_, page, context_);
    }
  }

  const ListOptions& options_;
  ApiClient& client_;
  Context& context_;
  std::unique_ptr<EventPrinter> printer_;
  std::string cursor_;
  size_t left_;
  bool is_first_ = true;
  int code_ = kOk;
};

constexpr const char* kListExamples = R"(Examples:
  tidings list                                     # what was in progress in the last hour
  tidings list --service checkout --type Error --from 1d
  tidings list --service -checkout                 # of all services but this
  tidings list -q 'name:(Upgrade OR Rollback) parameter.version:1.5* "time out"' --from 1d
  tidings list --state open --from 0 --all
  tidings list --from 2023-11-14T22:00:00Z --to 2023-11-14T23:00:00Z -o ndjson)";

}  // namespace

void AddList(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("list", "List events, newest first");
  auto options = std::make_shared<ListOptions>();
  AddEventFilterFlags(*command, options->filters, context.clock);
  command->add_option("--limit", options->limit, "At most so many (default 100)")
      ->check(CheckCount)
      ->type_name("N");
  command->add_flag("--all", options->all, "All of them, page by page");
  command->add_option("--order", options->order, "desc: newest start first (default); asc")
      ->check(CLI::IsMember({"desc", "asc"}))
      ->type_name("ORDER");
  command->add_option("-o,--output", options->form, "table, wide, json, ndjson, yaml or csv")
      ->check(CLI::IsMember(EventForms()))
      ->type_name("FORM");
  AddConnectionFlags(*command, options->connection);
  command->footer(kListExamples);
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return Listing(*options, client, context).Run();
      });
    };
  });
}

}  // namespace tidings::cli
