#pragma once

#include <functional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "cli/api_client.h"
#include "cli/context.h"

/// Queries: one call, one JSON answer, shown.
namespace tidings::cli {

/// Calls `path` and shows the answer by `show`; tells what goes wrong, and what the answer may
/// lack. Returns the exit code.
int Ask(
    ApiClient& client,
    Context& context,
    const std::string& path,
    const std::function<void(const simdjson::dom::element&)>& show
);

/// The forms in which whole answers are shown: table, json, yaml.
const std::vector<std::string>& AnswerForms();

/// Shows an answer as JSON or YAML; false for `table`.
bool ShowWhole(const simdjson::dom::element& answer, std::string_view form, std::ostream& out);

/// Rows of cells in columns that are as wide as they need to be, two spaces apart.
void PrintColumns(const std::vector<std::vector<std::string>>& rows, std::ostream& out);

}  // namespace tidings::cli
