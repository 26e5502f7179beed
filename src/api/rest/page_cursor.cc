#include "api/rest/page_cursor.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "store/cursor_token.h"

namespace tidings::rest {

uint64_t CursorBinding(
    std::string_view call,
    const QueryParameters& parameters,
    std::span<const std::string_view> may_change
) {
  std::vector<std::pair<std::string_view, std::string_view>> bound;
  for (const QueryParameters::Entry& entry : parameters.entries()) {
    const bool is_default = entry.name == "order" && entry.value == "desc";
    if (!is_default && entry.name != "cursor" &&
        std::find(may_change.begin(), may_change.end(), entry.name) == may_change.end()) {
      bound.emplace_back(entry.name, entry.value);
    }
  }
  std::sort(bound.begin(), bound.end());
  std::string text;
  JsonWriter json(text);
  json.BeginArray().String(call);
  for (const auto& [name, value] : bound) {
    json.String(name).String(value);
  }
  json.EndArray();
  return Xxh3Low(text);
}

std::optional<FieldProblem> ParseCursor(
    const QueryParameters& parameters, uint64_t binding, std::optional<Cursor>& cursor
) {
  std::string token;
  if (auto problem = parameters.Single("cursor", token)) {
    return problem;
  }
  if (token.empty()) {
    return std::nullopt;
  }
  absl::StatusOr<Cursor> decoded = DecodeCursor(token, binding);
  if (!decoded.ok()) {
    return FieldProblem{
        .field = "cursor",
        .detail = std::string(MessageOf(decoded.status())),
        .type = "bad-cursor",
        .title = "The cursor does not belong here"};
  }
  cursor = *std::move(decoded);
  return std::nullopt;
}

}  // namespace tidings::rest
