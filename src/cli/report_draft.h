#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>

namespace tidings::cli {

/// A report as flags describe it; empty texts are not said.
struct ReportDraft {
  std::string id;
  std::string service;
  std::string instance;
  std::string endpoint;
  std::string layer;
  std::string name;
  std::string type;
  std::string message;
  /// `k=v`
  std::vector<std::string> parameters;
  /// Set by `--start`, `--end`; an empty text is now.
  std::optional<std::string> start;
  std::optional<std::string> end;
};

/// The report as JSON. Without times it is an instant, now. Times are made absolute here, so that
/// trying again says the same.
/// Errors: kInvalidArgument - a time or parameter that is none, text that is not UTF-8, or neither
///         id nor name.
absl::StatusOr<std::string> ToJson(const ReportDraft& draft, int64_t now_ms);

}  // namespace tidings::cli
