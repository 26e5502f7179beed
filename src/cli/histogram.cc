#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/argument_checks.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_filter_flags.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

struct HistogramOptions {
  ConnectionFlags connection;
  EventFilterFlags filters;
  std::string step;
  std::string buckets;
  std::string zone;
  std::string count = "started";
  std::string form = "table";
};

struct Bar {
  int64_t t = 0;
  int64_t normal = 0;
  int64_t errors = 0;
};

std::vector<Bar> ReadBars(const simdjson::dom::element& answer, const std::string& count) {
  std::vector<Bar> bars;
  for (const simdjson::dom::element& bucket : ElementsOf(answer, "buckets")) {
    if (const auto counts = MemberOf(bucket, count.c_str())) {
      bars.push_back(
          {.t = IntegerOf(bucket, "t").value_or(0),
           .normal = IntegerOf(*counts, "Normal").value_or(0),
           .errors = IntegerOf(*counts, "Error").value_or(0)}
      );
    }
  }
  return bars;
}

/// `value` of `most` as blocks; at least one where there is anything at all.
std::string Blocks(int64_t value, int64_t most, int64_t columns) {
  const int64_t blocks = value == 0 ? 0 : std::max<int64_t>(1, value * columns / most);
  std::string text;
  for (int64_t i = 0; i < blocks; ++i) {
    text += "█";
  }
  return text;
}

/// Where errors are, they stand red at the bar's end; without colour as `▒`.
std::string DrawBar(const Bar& bar, int64_t most, int64_t columns, bool colour) {
  std::string errors = Blocks(bar.errors, most, columns);
  if (!errors.empty()) {
    if (colour) {
      errors = "\x1b[31m" + errors + "\x1b[0m";
    } else {
      constexpr size_t kBlockBytes = std::string_view("█").size();
      const size_t count = errors.size() / kBlockBytes;
      errors.clear();
      for (size_t i = 0; i < count; ++i) {
        errors += "▒";
      }
    }
  }
  return Blocks(bar.normal, most, columns) + errors;
}

void Draw(const std::vector<Bar>& bars, Context& context) {
  constexpr int64_t kColumnsBeside = 40;
  constexpr int64_t kDefaultColumns = 50;
  const auto screen = static_cast<int64_t>(context.screen.columns);
  const int64_t columns =
      screen == 0 ? kDefaultColumns : std::max<int64_t>(10, screen - kColumnsBeside);
  int64_t most = 1;
  for (const Bar& bar : bars) {
    most = std::max(most, bar.normal + bar.errors);
  }
  for (const Bar& bar : bars) {
    std::string counts = fmt::format("{}", bar.normal + bar.errors);
    if (bar.errors > 0) {
      counts += fmt::format(" ({} Error)", bar.errors);
    }
    const std::string drawn = DrawBar(bar, most, columns, context.screen.colour);
    context.out << fmt::format(
        "{}  {}{}{}\n",
        ShowTime(bar.t, context.screen.zone),
        drawn,
        drawn.empty() ? "" : " ",
        counts
    );
  }
}

/// Empty for a zone whose name means another one elsewhere.
std::string ZoneName(const absl::TimeZone& zone) {
  return zone.name() == "localtime" ? std::string() : zone.name();
}

int RunHistogram(const HistogramOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  AppendFilters(options.filters, query);
  query.AddIfSet("step", options.step);
  query.AddIfSet(
      "buckets", options.step.empty() && options.buckets.empty() ? "30" : options.buckets
  );
  query.AddIfSet("tz", options.zone.empty() ? ZoneName(context.screen.zone) : options.zone);
  return Ask(client, context, "/api/v1/histogram" + query.text(), [&](const auto& answer) {
    if (!ShowWhole(answer, options.form, context.out)) {
      Draw(ReadBars(answer, options.count), context);
    }
  });
}

}  // namespace

void AddHistogram(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("histogram", "Draw events over time");
  auto options = std::make_shared<HistogramOptions>();
  AddEventFilterFlags(*command, options->filters, context.clock);
  command->add_option("--step", options->step, "Time of one bar, at least 1s")
      ->check(CheckDuration)
      ->type_name("DURATION");
  command->add_option("--buckets", options->buckets, "At most so many bars (default 30)")
      ->check(CheckCount)
      ->type_name("N");
  command
      ->add_option(
          "--tz", options->zone, "Days are days of this time zone (default: of the screen)"
      )
      ->type_name("ZONE");
  command->add_option("--count", options->count, "started (default), ended or active")
      ->check(CLI::IsMember({"started", "ended", "active"}))
      ->type_name("WHAT");
  command->add_option("-o,--output", options->form, "table, json or yaml")
      ->check(CLI::IsMember(AnswerForms()))
      ->type_name("FORM");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "Examples:\n"
      "  tidings histogram --from 1d --step 1h\n"
      "  tidings histogram --service checkout --type Error --count active"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunHistogram(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
