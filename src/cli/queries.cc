#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "cli/argument_checks.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_filter_flags.h"
#include "cli/event_row.h"

/// `before`, `changes` and `facets`: one question to the server each.
namespace tidings::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string CountOf(const simdjson::dom::element& object, const char* name) {
  return fmt::format("{}", IntegerOf(object, name).value_or(0));
}

void AddFormFlag(CLI::App& command, std::string& form) {
  command.add_option("-o,--output", form, "table, json or yaml")
      ->check(CLI::IsMember(AnswerForms()))
      ->type_name("FORM");
}

/// What the three have in common.
struct Question {
  ConnectionFlags connection;
  EventFilterFlags filters;
  std::string form = "table";
};

// --- before

struct BeforeOptions {
  Question question;
  std::string time;
  std::string window;
  std::string limit;
};

void ShowRanked(const simdjson::dom::element& answer, Context& context) {
  Rows rows{{"RANK", "WHY", "START", "ID"}};
  for (const simdjson::dom::element& item : ElementsOf(answer, "ranked")) {
    const std::optional<simdjson::dom::element> event = MemberOf(item, "event");
    const std::optional<int64_t> start = event ? IntegerOf(*event, "start") : std::nullopt;
    rows.push_back(
        {CountOf(item, "rank"),
         OneLine(TextOf(item, "why")),
         start ? ShowTime(*start, context.screen.zone) : "",
         event ? OneLine(TextOf(*event, "id")) : ""}
    );
  }
  if (rows.size() == 1) {
    context.err << "tidings: nothing was open then, and nothing happened in the window before; "
                   "--window looks further back\n";
    return;
  }
  PrintColumns(rows, context.out);
}

int RunBefore(const BeforeOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  AppendFilters(options.question.filters, query);
  query.AddIfSet("t", options.time);
  query.AddIfSet("window", options.window);
  query.AddIfSet("limit", options.limit);
  return Ask(client, context, "/api/v1/before" + query.text(), [&](const auto& answer) {
    if (!ShowWhole(answer, options.question.form, context.out)) {
      ShowRanked(answer, context);
    }
  });
}

// --- changes

struct ChangesOptions {
  Question question;
  bool all_levels = false;
};

void ShowChanges(
    const simdjson::dom::element& answer, const EventFilterFlags& filters, Context& context
) {
  Rows rows{{"SERVICE", "CHANGED", "AGO", "NAME", "VERSION", "ERRORS SINCE", "ID"}};
  for (const simdjson::dom::element& item : ElementsOf(answer, "changes")) {
    const std::optional<simdjson::dom::element> event = MemberOf(item, "event");
    const std::optional<int64_t> start = event ? IntegerOf(*event, "start") : std::nullopt;
    rows.push_back(
        {OneLine(TextOf(item, "service")),
         start ? ShowTime(*start, context.screen.zone) : "",
         ShowDuration(IntegerOf(item, "ago").value_or(0)),
         event ? OneLine(TextOf(*event, "name")) : "",
         OneLine(TextOf(item, "version")),
         CountOf(item, "errors_since"),
         event ? OneLine(TextOf(*event, "id")) : ""}
    );
  }
  if (rows.size() == 1) {
    QueryString given;
    AppendFilters(filters, given);
    context.err
        << (given.text().empty()
                ? "tidings: no change is known; `query.change_names` of the server's "
                  "configuration says which events are changes\n"
                : "tidings: no change is known that these filters let through; without "
                  "them, `tidings changes` shows the last one of every service\n");
    return;
  }
  PrintColumns(rows, context.out);
}

int RunChanges(const ChangesOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  AppendFilters(options.question.filters, query);
  query.AddIfSet("level", options.all_levels ? "all" : "");
  return Ask(client, context, "/api/v1/changes" + query.text(), [&](const auto& answer) {
    if (!ShowWhole(answer, options.question.form, context.out)) {
      ShowChanges(answer, options.question.filters, context);
    }
  });
}

// --- facets

struct FacetsOptions {
  Question question;
  std::vector<std::string> fields;
  std::string top;
  std::string prefix;
};

void ShowFacets(const simdjson::dom::element& answer, Context& context) {
  Rows rows;
  simdjson::dom::object facets;
  if (answer["facets"].get(facets) != simdjson::SUCCESS) {
    return;
  }
  for (const auto& [field, facet] : facets) {
    rows.push_back({ToUpperAscii(OneLine(field)), "EVENTS", "ERRORS"});
    size_t shown = 0;
    for (const simdjson::dom::element& value : ElementsOf(facet, "values")) {
      const std::string text = TextOf(value, "value");
      rows.push_back(
          {text.empty() ? "(none)" : OneLine(text),
           CountOf(value, "events"),
           CountOf(value, "errors")}
      );
      ++shown;
    }
    const auto distinct = static_cast<size_t>(IntegerOf(facet, "distinct").value_or(0));
    if (distinct > shown) {
      rows.push_back({fmt::format("and {} more", distinct - shown), "", ""});
    }
  }
  PrintColumns(rows, context.out);
}

int RunFacets(const FacetsOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  AppendFilters(options.question.filters, query);
  query.AddIfSet("fields", fmt::format("{}", fmt::join(options.fields, ",")));
  query.AddIfSet("top", options.top);
  query.AddIfSet("prefix", options.prefix);
  return Ask(client, context, "/api/v1/facets" + query.text(), [&](const auto& answer) {
    if (!ShowWhole(answer, options.question.form, context.out)) {
      ShowFacets(answer, context);
    }
  });
}

}  // namespace

void AddBefore(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("before", "What was open at a time, and what changed before it");
  auto options = std::make_shared<BeforeOptions>();
  command->add_option("time", options->time, "The moment; now without")
      ->check([&context](const std::string& text) { return CheckTime(text, context.clock); })
      ->type_name("TIME");
  AddEventFilterFlags(*command, options->question.filters, context.clock, {.with_window = false});
  command->add_option("--window", options->window, "How long before it to look (default 1h)")
      ->check(CheckDuration)
      ->type_name("DURATION");
  command->add_option("--limit", options->limit, "The best ranked so many (default 20)")
      ->check(CheckCount)
      ->type_name("N");
  AddFormFlag(*command, options->question.form);
  AddConnectionFlags(*command, options->question.connection);
  command->footer(
      "Ranked: changes of the service first, then what was open, then other errors, then other "
      "services.\n\n"
      "Examples:\n"
      "  tidings before --service checkout               # what may be behind this, now\n"
      "  tidings before 2023-11-14T03:04:00Z --window 2h"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->question.connection, context, [&](ApiClient& client) {
        return RunBefore(*options, client, context);
      });
    };
  });
}

void AddChanges(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("changes", "The last change of each service");
  auto options = std::make_shared<ChangesOptions>();
  AddEventFilterFlags(
      *command, options->question.filters, context.clock, {.default_from = "everything"}
  );
  command->add_flag(
      "--all-levels", options->all_levels, "Starts and stops of instances count as changes too"
  );
  AddFormFlag(*command, options->question.form);
  AddConnectionFlags(*command, options->question.connection);
  command->footer(
      "Examples:\n"
      "  tidings changes                                 # when was what changed last?\n"
      "  tidings changes --service checkout --to 2023-11-14T03:04:00Z"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->question.connection, context, [&](ApiClient& client) {
        return RunChanges(*options, client, context);
      });
    };
  });
}

void AddFacets(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("facets", "Values of fields, and how many events have them");
  auto options = std::make_shared<FacetsOptions>();
  command
      ->add_option(
          "fields",
          options->fields,
          "service, instance, endpoint, layer, name, type, state, parameter.KEY"
      )
      ->check(CheckCountedField)
      ->type_name("FIELD");
  AddEventFilterFlags(*command, options->question.filters, context.clock);
  command->add_option("--top", options->top, "So many values of each (default 20)")
      ->check(CheckCount)
      ->type_name("N");
  command->add_option("--prefix", options->prefix, "Only values that begin so")->type_name("TEXT");
  AddFormFlag(*command, options->question.form);
  AddConnectionFlags(*command, options->question.connection);
  command->footer(
      "Examples:\n"
      "  tidings facets service name --from 1d\n"
      "  tidings facets parameter.version --service checkout --type Error"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->question.connection, context, [&](ApiClient& client) {
        return RunFacets(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
