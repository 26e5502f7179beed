#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "cli/api_client.h"

namespace tidings::cli {

/// The filters that every call which asks for events takes, as flags.
struct EventFilterFlags {
  struct Field {
    /// As the call names it.
    const char* name;
    std::vector<std::string> values;
  };
  std::vector<Field> fields{
      {"service", {}},
      {"instance", {}},
      {"endpoint", {}},
      {"layer", {}},
      {"name", {}},
      {"type", {}},
      {"state", {}},
      {"id", {}}};
  std::string from;
  std::string to;
  std::string query;
  std::string derived;
  std::string min_duration;
  std::string max_duration;
};

/// The group of these flags in a command's help.
inline constexpr const char* kFilterGroup = "Filters";

struct EventFilterOptions {
  /// Whether the call takes `from` and `to`; what `from` is without the flag.
  bool with_window = true;
  const char* default_from = "1h";
};

/// What cannot be right of them is refused at once; `clock` says what relative times are told from.
/// It must outlive the command.
void AddEventFilterFlags(
    CLI::App& command,
    EventFilterFlags& flags,
    const Clock& clock,
    const EventFilterOptions& options = {}
);

void AppendFilters(const EventFilterFlags& flags, QueryString& query);

}  // namespace tidings::cli
