#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <simdjson.h>

#include "cli/api_client.h"
#include "cli/context.h"
#include "cli/progress.h"

namespace tidings::cli {

/// Some reports as NDJSON.
struct ReportLines {
  std::string text;
  /// Where each line came from, as messages name it: the line of a file.
  std::vector<uint64_t> origins;

  void Add(std::string_view json, uint64_t origin);
};

/// Sends many reports, some thousand at a time, and adds up what became of them.
///
/// Thread safety: one thread, but for Post. Lifetime: must not outlive the client, the context and
/// the progress.
class ReportUpload {
 public:
  ReportUpload(ApiClient& client, Context& context, Progress& progress)
      : client_(client), context_(context), progress_(progress) {}

  /// kOk also when some of them were refused; those are told on stderr, the first of them.
  ExitCode Send(ReportLines lines) {
    const auto response = Post(std::move(lines.text), client_);
    return Take(response, lines);
  }

  /// The two halves of Send, of which Take needs no text. The first one may be called from other
  /// threads, one for each client.
  static absl::StatusOr<net::ClientResponse> Post(std::string lines, ApiClient& client);
  ExitCode Take(const absl::StatusOr<net::ClientResponse>& response, const ReportLines& lines);

  struct Tally {
    uint64_t accepted = 0;
    uint64_t made = 0;
    uint64_t joined = 0;
    uint64_t unchanged = 0;
    uint64_t superseded = 0;
    uint64_t refused = 0;
  };
  const Tally& tally() const { return tally_; }

 private:
  void Count(const simdjson::dom::element& answer);
  void TellRefused(const simdjson::dom::element& answer, const ReportLines& lines);

  ApiClient& client_;
  Context& context_;
  Progress& progress_;
  Tally tally_;
  uint64_t told_refusals_ = 0;
};

/// `100,000 events: 99,998 new, 2 joined`
std::string Describe(const ReportUpload::Tally& tally);

}  // namespace tidings::cli
