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
#include "cli/event_printer.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

/// Ids that a prefix is told to be the beginning of.
constexpr size_t kToldIds = 5;

struct GetOptions {
  ConnectionFlags connection;
  std::string id;
  std::string form = "table";
};

/// A value of a filter that matches what begins with `prefix`.
std::string BeginsWith(std::string_view prefix) {
  std::string pattern;
  for (const char c : prefix) {
    pattern += c == '*' || c == '-' ? "\\" : "";
    pattern += c;
  }
  return pattern + '*';
}

class GetCall {
 public:
  GetCall(const GetOptions& options, ApiClient& client, Context& context)
      : options_(options), client_(client), context_(context) {}

  int Run() {
    QueryString query;
    query.Add("id", options_.id);
    AddRender(query);
    const auto response = client_.Call({.path = "/api/v1/event" + query.text()});
    if (!response.ok()) {
      return client_.TellNoAnswer(response.status());
    }
    const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
    if (response->status == 200 && document.ok()) {
      Print((*document)->root());
      return kOk;
    }
    return response->status == 404 ? FindByPrefix(*response) : client_.TellProblem(*response);
  }

 private:
  void AddRender(QueryString& query) const {
    query.AddIfSet("render", WantsRenderedMessage(options_.form) ? "true" : "");
  }

  int FindByPrefix(const net::ClientResponse& no_such_id) {
    QueryString query;
    query.Add("id", BeginsWith(options_.id));
    query.Add("from", "0");
    query.Add("limit", fmt::format("{}", kToldIds + 1));
    AddRender(query);
    int found = kNotFound;
    const int code = Ask(client_, context_, "/api/v1/events" + query.text(), [&](const auto& page) {
      const std::vector<simdjson::dom::element> events = ElementsOf(page, "events");
      if (events.size() == 1) {
        Print(events.front());
        found = kOk;
      } else if (events.empty()) {
        found = client_.TellProblem(no_such_id);
      } else {
        TellSeveral(events);
        found = kFailed;
      }
    });
    return code == kOk ? found : code;
  }

  void TellSeveral(const std::vector<simdjson::dom::element>& events) {
    context_.err << fmt::format("tidings: several ids begin with '{}':\n", OneLine(options_.id));
    size_t told = 0;
    for (const simdjson::dom::element& event : events) {
      if (told++ == kToldIds) {
        context_.err << "tidings:   and more\n";
        break;
      }
      context_.err << fmt::format("tidings:   {}\n", OneLine(TextOf(event, "id")));
    }
  }

  void Print(const simdjson::dom::element& event) {
    const auto printer = MakeEventPrinter(
        {.form = options_.form,
         .screen = context_.screen,
         .now_ms = context_.clock.NowMs(),
         .shape = PrintOptions::Shape::kSingle},
        context_.out
    );
    printer->Add({event});
    printer->Finish();
  }

  const GetOptions& options_;
  ApiClient& client_;
  Context& context_;
};

}  // namespace

void AddGet(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("get", "Show one event");
  auto options = std::make_shared<GetOptions>();
  command->add_option("id", options->id, "The event's id, or how only its id begins")
      ->required()
      ->check(CheckId)
      ->type_name("ID");
  command->add_option("-o,--output", options->form, "table, wide, json, ndjson, yaml or csv")
      ->check(CLI::IsMember(EventForms()))
      ->type_name("FORM");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "Examples:\n"
      "  tidings get deploy-42\n"
      "  tidings get 8f3c                                # the event whose id begins so\n"
      "  tidings get deploy-42 -o yaml"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return GetCall(*options, client, context).Run();
      });
    };
  });
}

}  // namespace tidings::cli
