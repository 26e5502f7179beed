#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tidings::demo {

/// What one of the shop's reporters says about one event. What is empty or 0 is not said.
struct Report {
  using Value = std::variant<int64_t, std::string>;

  std::string id;
  std::string service;
  std::string instance;
  std::string endpoint;
  std::string layer;
  std::string name;
  bool is_error = false;
  std::string message;
  std::vector<std::pair<std::string, Value>> parameters;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  /// When it is said, where that is not the later of start and end.
  int64_t reported_ms = 0;
  int64_t count = 0;
};

/// When the report was made: the latest of its times.
int64_t MadeAtMs(const Report& report);

/// As `POST /api/v1/events` takes it.
std::string ToJson(const Report& report);

}  // namespace tidings::demo
