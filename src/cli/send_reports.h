#pragma once

#include <string>

#include "cli/api_client.h"
#include "cli/context.h"

namespace tidings::cli {

/// Sends reports and tells what became of them: the ids of what was stored on stdout, one a line;
/// refusals and warnings on stderr. Returns the exit code.
int SendReports(std::string body, std::string content_type, ApiClient& client, Context& context);

/// `application/x-ndjson` when the first line is a whole JSON value and more lines follow, else
/// `application/json`.
std::string ReportsContentType(const std::string& body);

}  // namespace tidings::cli
