#pragma once

#include <string>

#include "cli/api_client.h"
#include "cli/context.h"

namespace tidings::cli {

/// Reports as they are sent.
struct ReportsBody {
  std::string text;
  std::string content_type = "application/json";
  /// One report, made of what stands on the command line: what is wrong with it is wrong usage.
  bool was_typed = false;
};

/// Sends reports and tells what became of them: the ids of what was stored on stdout, one a line;
/// refusals and warnings on stderr. Returns the exit code.
int SendReports(ReportsBody body, ApiClient& client, Context& context);

/// `application/x-ndjson` when the first line is a whole JSON value and more lines follow, else
/// `application/json`.
std::string ReportsContentType(const std::string& body);

}  // namespace tidings::cli
