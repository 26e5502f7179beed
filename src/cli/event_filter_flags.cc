#include "cli/event_filter_flags.h"

#include <optional>

#include <fmt/format.h>

#include "cli/argument_checks.h"
#include "event/condition.h"

namespace tidings::cli {

void AddEventFilterFlags(
    CLI::App& command,
    EventFilterFlags& flags,
    const Clock& clock,
    const EventFilterOptions& options
) {
  for (EventFilterFlags::Field& field : flags.fields) {
    command
        .add_option(
            fmt::format("--{}", field.name),
            field.values,
            fmt::format(
                "Only this {}; again for another, -VALUE for all but it, * for any characters",
                field.name
            )
        )
        ->allow_extra_args(false)
        ->check([name = field.name](const std::string& text) {
          const std::optional<FilterField> known = FilterFieldFromName(name);
          return known ? CheckFieldValue(*known, text) : std::string();
        })
        ->type_name("VALUE")
        ->group(kFilterGroup);
  }
  const auto add =
      [&](const char* names, std::string& text, const char* type, const std::string& doc) {
        return command.add_option(names, text, doc)->type_name(type)->group(kFilterGroup);
      };
  const auto check_time = [&clock](const std::string& text) { return CheckTime(text, clock); };
  if (options.with_window) {
    add("--from,--since",
        flags.from,
        "TIME",
        fmt::format(
            "In progress at or after this time: ms, RFC 3339, or ago as 15m (default {}; 0: the "
            "beginning)",
            options.default_from
        ))
        ->check(check_time);
    add("--to,--until", flags.to, "TIME", "In progress before this time")->check(check_time);
  }
  add("-q,--query",
      flags.query,
      "QUERY",
      "As service:checkout -type:Error duration:>10m \"free text\"")
      ->check([&clock](const std::string& text) { return CheckQuery(text, clock); });
  add("--derived", flags.derived, "true|false", "Only derived events, or only reported ones")
      ->check(CheckTruth);
  add("--min-duration", flags.min_duration, "DURATION", "Lasted at least this long, as 10m")
      ->check(CheckDuration);
  add("--max-duration", flags.max_duration, "DURATION", "Lasted at most this long")
      ->check(CheckDuration);
}

void AppendFilters(const EventFilterFlags& flags, QueryString& query) {
  for (const EventFilterFlags::Field& field : flags.fields) {
    for (const std::string& value : field.values) {
      query.AddIfSet(field.name, value);
    }
  }
  query.AddIfSet("from", flags.from);
  query.AddIfSet("to", flags.to);
  query.AddIfSet("q", flags.query);
  query.AddIfSet("derived", flags.derived);
  query.AddIfSet("min_duration", flags.min_duration);
  query.AddIfSet("max_duration", flags.max_duration);
}

}  // namespace tidings::cli
