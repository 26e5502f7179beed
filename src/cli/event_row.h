#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

namespace tidings::cli {

/// An event of an answer, as far as tables and CSV show it. A member that is missing (an older or
/// newer server) is empty.
struct EventRow {
  std::string id;
  std::string service;
  std::string instance;
  std::string endpoint;
  std::string layer;
  std::string name;
  std::string type;
  std::string message;
  /// The message with its placeholders filled; the message itself if the answer has none.
  std::string text;
  /// JSON text.
  std::string parameters;
  std::string state;
  std::optional<int64_t> start;
  std::optional<int64_t> end;
  std::optional<int64_t> duration;
  std::optional<int64_t> received_first;
  std::optional<int64_t> received_last;
  int64_t count = 0;
  int64_t generation = 0;
  bool derived = false;
  bool time_inferred = false;
  bool contradictory = false;
  bool truncated = false;
  bool incomplete = false;
};

EventRow ReadEventRow(const simdjson::dom::element& event);

/// The elements of a member that is an array; none if it is missing or no array.
std::vector<simdjson::dom::element> ElementsOf(
    const simdjson::dom::element& object, const char* name
);
/// A member; nothing if it is missing.
std::optional<simdjson::dom::element> MemberOf(
    const simdjson::dom::element& object, const char* name
);
/// A member's text, or empty.
std::string TextOf(const simdjson::dom::element& object, const char* name);
/// A member's integer; nothing if it is null, missing or none.
std::optional<int64_t> IntegerOf(const simdjson::dom::element& object, const char* name);

}  // namespace tidings::cli
