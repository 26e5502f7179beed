#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/json_document.h"
#include "cli/argument_checks.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_filter_flags.h"
#include "cli/event_printer.h"
#include "cli/event_row.h"
#include "cli/sse_reader.h"

namespace tidings::cli {
namespace {

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{5000};

struct TailOptions {
  ConnectionFlags connection;
  EventFilterFlags filters;
  size_t last = 0;
  std::string since;
  std::string form = "table";
  /// Of lost connections; 0: goes on for ever.
  int tries = 0;
};

/// The live tail, over as many connections as it takes.
class Tail {
 public:
  Tail(const TailOptions& options, ApiClient& client, Context& context)
      : options_(options),
        client_(client),
        context_(context),
        reader_([this](const SseMessage& message) { Show(message); }),
        printer_(MakeEventPrinter(
            {.form = options.form,
             .screen = context.screen,
             .now_ms = context.clock.NowMs(),
             .shape = PrintOptions::Shape::kStream},
            context.out
        )) {}

  int Run() {
    if (const int code = ShowLast(); code != kOk) {
      return code;
    }
    int lost = 0;
    std::chrono::milliseconds pause = kFirstPause;
    while (true) {
      heard_ = false;
      const auto response = Listen();
      if (response.ok() && response->status / 100 != 2 && response->status != 503) {
        return client_.TellProblem(*response);
      }
      if (!context_.out.good()) {
        return kFailed;
      }
      if (!response.ok() && !was_connected_) {
        return client_.TellNoAnswer(response.status());
      }
      ++lost;
      if (options_.tries > 0 && lost >= options_.tries) {
        return kUnreachable;
      }
      pause = heard_ ? kFirstPause : std::min(pause * 2, kLongestPause);
      reader_.Reset();
      context_.sleep(pause);
    }
  }

 private:
  /// The newest events that there are, oldest of them first, before the live ones.
  int ShowLast() {
    if (options_.last == 0) {
      return kOk;
    }
    QueryString query = Filters();
    query.Add("from", "0");
    query.Add("limit", fmt::format("{}", options_.last));
    return Ask(client_, context_, "/api/v1/events" + query.text(), [this](const auto& page) {
      std::vector<simdjson::dom::element> oldest_first = ElementsOf(page, "events");
      std::reverse(oldest_first.begin(), oldest_first.end());
      printer_->Add(oldest_first);
      context_.out.flush();
    });
  }

  QueryString Filters() const {
    QueryString query;
    AppendFilters(options_.filters, query);
    query.AddIfSet("render", WantsRenderedMessage(options_.form) ? "true" : "");
    return query;
  }

  absl::StatusOr<net::ClientResponse> Listen() {
    QueryString query = Filters();
    query.AddIfSet("since", options_.since);
    ApiRequest request{.path = "/api/v1/tail" + query.text()};
    if (!reader_.last_id().empty()) {
      request.headers.push_back({"last-event-id", reader_.last_id()});
    }
    request.on_body = [this](std::string_view bytes) {
      was_connected_ = true;
      heard_ = true;
      reader_.Add(bytes);
      context_.out.flush();
      return context_.out.good();
    };
    return client_.Call(request);
  }

  void Show(const SseMessage& message) {
    const auto document = JsonDocument::Parse(message.data, kMaxAnswerDepth);
    if (!document.ok()) {
      return;
    }
    const simdjson::dom::element root = (*document)->root();
    if (message.event == "changed") {
      printer_->Add({root});
    } else if (message.event == "gone") {
      context_.err << fmt::format(
          "tidings: {} does not match any more\n", OneLine(TextOf(root, "id"))
      );
    } else if (message.event == "lag") {
      const auto missed = IntegerOf(root, "missed");
      context_.err << fmt::format(
          "tidings: {} changes were missed\n", missed ? fmt::format("{}", *missed) : "some"
      );
    }
  }

  const TailOptions& options_;
  ApiClient& client_;
  Context& context_;
  SseReader reader_;
  const std::unique_ptr<EventPrinter> printer_;
  bool was_connected_ = false;
  bool heard_ = false;
};

}  // namespace

void AddTail(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("tail", "Show what changes, as it happens");
  auto options = std::make_shared<TailOptions>();
  AddEventFilterFlags(*command, options->filters, context.clock, {.with_window = false});
  command->add_option("-n,--last", options->last, "So many of the newest events first")
      ->type_name("N");
  command
      ->add_option("--since", options->since, "All changes since a time, or a sequence of the feed")
      ->check([&context](const std::string& text) {
        return CheckTimeOrSequence(text, context.clock);
      })
      ->type_name("TIME");
  command->add_option("-o,--output", options->form, "table, wide, json, ndjson, yaml or csv")
      ->check(CLI::IsMember(EventForms()))
      ->type_name("FORM");
  command->add_option("--tries", options->tries, "Ends after so many lost connections (0: never)")
      ->type_name("N");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "An event that changes is shown again. Goes on over restarts of the server without a gap.\n"
      "A stream has no end: json is an object a line, as ndjson, and yaml a document each.\n\n"
      "Examples:\n"
      "  tidings tail -n 20\n"
      "  tidings tail --service checkout -q 'type:Error OR duration:>10m' -o ndjson"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return Tail(*options, client, context).Run();
      });
    };
  });
}

}  // namespace tidings::cli
