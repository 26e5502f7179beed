#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/json_document.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

constexpr const char* kMostValues = "100";
/// Whoever presses a key does not wait for longer.
constexpr std::chrono::milliseconds kCompletionPatience{1'500};

struct CompleteOptions {
  ConnectionFlags connection;
  std::string field;
  std::string word;
};

/// The JSON of an answer; nothing when there is none: a completion tells no mistakes.
std::shared_ptr<const JsonDocument> AnswerTo(ApiClient& client, const std::string& path) {
  const auto response = client.Call({.path = path, .timeout = kCompletionPatience});
  if (!response.ok() || response->status != 200) {
    return nullptr;
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  return document.ok() ? *document : nullptr;
}

/// One a line; what does not fit on one is left out.
void TellValue(std::string_view before, const std::string& value, Context& context) {
  if (!value.empty() && OneLine(value) == value) {
    context.out << before << value << '\n';
  }
}

void CompleteId(const CompleteOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  query.Add("id", options.word + "*");
  query.AddIfSet("state", options.field == "open-id" ? "open" : "");
  query.Add("from", "0");
  query.Add("limit", kMostValues);
  if (const auto answer = AnswerTo(client, "/api/v1/events" + query.text())) {
    for (const simdjson::dom::element& event : ElementsOf(answer->root(), "events")) {
      TellValue("", TextOf(event, "id"), context);
    }
  }
}

void CompleteField(const CompleteOptions& options, ApiClient& client, Context& context) {
  // -checkout stands for all but checkout.
  const bool excludes = !options.word.empty() && options.word[0] == '-';
  QueryString query;
  query.Add("fields", options.field);
  query.AddIfSet("prefix", std::string_view(options.word).substr(excludes ? 1 : 0));
  query.Add("top", kMostValues);
  query.Add("from", "0");
  const auto answer = AnswerTo(client, "/api/v1/facets" + query.text());
  simdjson::dom::element facet;
  if (answer == nullptr ||
      answer->root()["facets"][options.field].get(facet) != simdjson::SUCCESS) {
    return;
  }
  for (const simdjson::dom::element& value : ElementsOf(facet, "values")) {
    TellValue(excludes ? "-" : "", TextOf(value, "value"), context);
  }
}

int RunComplete(const CompleteOptions& options, ApiClient& client, Context& context) {
  if (options.field == "id" || options.field == "open-id") {
    CompleteId(options, client, context);
  } else {
    CompleteField(options, client, context);
  }
  return kOk;
}

}  // namespace

void AddComplete(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("complete", "What the server knows that begins so: for completion");
  command->group(kHiddenGroup);
  auto options = std::make_shared<CompleteOptions>();
  command->add_option("field", options->field, "A field of events, id, or open-id")
      ->required()
      ->type_name("FIELD");
  // Not a positional: it may begin with a dash.
  command->add_option("--word", options->word, "What was typed so far")->type_name("TEXT");
  AddConnectionFlags(*command, options->connection);
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunComplete(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
