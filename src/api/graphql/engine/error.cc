#include "api/graphql/engine/error.h"

#include <algorithm>

#include "api/graphql/engine/limits.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

void WriteMessage(JsonWriter& json, const std::string& message) {
  constexpr size_t kMaxEscapedMessage = 4096;
  json.Key("message").String(
      IsValidUtf8(message) ? message : EscapeForDisplay(message, kMaxEscapedMessage)
  );
}

void WriteLocations(JsonWriter& json, const std::vector<Location>& locations) {
  if (locations.empty()) {
    return;
  }
  json.Key("locations").BeginArray();
  for (const Location& location : locations) {
    json.BeginObject().Key("line").Uint(location.line);
    json.Key("column").Uint(location.column).EndObject();
  }
  json.EndArray();
}

void WritePath(JsonWriter& json, const std::vector<PathSegment>& path) {
  if (path.empty()) {
    return;
  }
  json.Key("path").BeginArray();
  for (const PathSegment& segment : path) {
    if (const auto* const key = std::get_if<std::string>(&segment)) {
      json.String(*key);
    } else {
      json.Uint(std::get<size_t>(segment));
    }
  }
  json.EndArray();
}

}  // namespace

void AppendErrors(std::string& out, const std::vector<Error>& errors) {
  JsonWriter json(out);
  json.BeginArray();
  for (size_t i = 0; i < std::min(errors.size(), kMaxErrors); ++i) {
    json.BeginObject();
    WriteMessage(json, errors[i].message);
    WriteLocations(json, errors[i].locations);
    WritePath(json, errors[i].path);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace tidings::graphql
