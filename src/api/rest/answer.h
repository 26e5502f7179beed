#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "base/json_writer.h"
#include "event/event.h"
#include "net/http.h"
#include "store/event_store.h"

/// How answers and errors look, the same for every call.
namespace tidings::rest {

/// What is wrong with one parameter or member, for a problem that names it.
struct FieldProblem {
  std::string field;
  std::string detail;
  std::string_view type = "bad-parameter";
  std::string_view title = "A parameter is wrong";
  /// The character of the parameter's value at which it shows, from 1.
  std::optional<size_t> position = std::nullopt;
};

/// An error that says what kind it is.
struct ProblemKind {
  int status = 400;
  std::string_view type;
  std::string_view title;
};

/// The members `complete` and `incomplete`.
void WriteIncomplete(JsonWriter& json, const std::vector<Incompleteness>& incomplete);

net::HttpResponse JsonAnswer(std::string body);
net::HttpResponse EventAnswer(const EventView& event, bool render);

/// A problem, with further members that `write` adds, if given.
net::HttpResponse ProblemOf(
    const ProblemKind& kind,
    std::string_view detail,
    const std::function<void(JsonWriter&)>& write = {}
);
/// 400 with `field`.
net::HttpResponse ProblemOf(const FieldProblem& problem);
/// What a failed store call is answered with: 503 with Retry-After when it may succeed later, 410
/// for a cursor that is no longer alive, 400 for a query that means nothing, 507 when the store
/// will never take it, else 500.
net::HttpResponse ProblemOf(const absl::Status& status);
/// The status, about a parameter that its problem names as `field`.
absl::Status AboutField(absl::Status status, std::string_view field);
/// The kind that this status has in ProblemOf.
ProblemKind KindOf(const absl::Status& status);

/// 415: says which header to add.
net::HttpResponse UnsupportedMediaType(
    const net::HttpRequest& request, std::string_view expected, std::string_view explanation
);

/// Whether the client may correct, withdraw and mark as derived: without tokens, from loopback.
inline bool IsAdmin(const net::HttpRequest& request) {
  return request.scopes.Has(net::Scope::kAdmin);
}

}  // namespace tidings::rest
