#include "store/saved_views.h"

#include <utility>

#include "base/durable_file.h"
#include "base/json_document.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

constexpr size_t kMaxDepth = 4;

absl::Status CheckView(std::string_view name, std::string_view query) {
  if (name.empty() || name.size() > kMaxViewNameBytes) {
    return InvalidArgument("name: has {} bytes, expected 1..{}", name.size(), kMaxViewNameBytes);
  }
  if (query.size() > kMaxViewQueryBytes) {
    return InvalidArgument(
        "query: has {} bytes, expected at most {}", query.size(), kMaxViewQueryBytes
    );
  }
  if (!IsValidUtf8(name) || !IsValidUtf8(query)) {
    return InvalidArgument("name and query: expected valid UTF-8");
  }
  return absl::OkStatus();
}

absl::Status ReadView(simdjson::dom::element element, SavedViews::Views& views) {
  std::string_view name;
  std::string_view query;
  if (element["name"].get(name) || element["query"].get(query)) {
    return InvalidArgument("a view has no text `name` or `query`");
  }
  if (absl::Status status = CheckView(name, query); !status.ok()) {
    return status;
  }
  views.insert_or_assign(std::string(name), std::string(query));
  return absl::OkStatus();
}

absl::StatusOr<SavedViews::Views> ParseViews(std::string text) {
  const auto document = JsonDocument::Parse(std::move(text), kMaxDepth);
  if (!document.ok()) {
    return document.status();
  }
  simdjson::dom::array elements;
  if ((*document)->root()["views"].get(elements)) {
    return InvalidArgument("expected an object with an array `views`");
  }
  SavedViews::Views views;
  for (const simdjson::dom::element element : elements) {
    if (absl::Status status = ReadView(element, views); !status.ok()) {
      return status;
    }
  }
  return views;
}

}  // namespace

std::string ViewsJson(const SavedViews::Views& views) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject().Key("views").BeginArray();
  for (const auto& [name, query] : views) {
    json.BeginObject().Key("name").String(name).Key("query").String(query).EndObject();
  }
  json.EndArray().EndObject();
  return text;
}

absl::StatusOr<std::unique_ptr<SavedViews>> SavedViews::Open(std::string path) {
  absl::StatusOr<std::string> text =
      path.empty() ? NotFound("nothing is kept") : ReadWholeFile(path);
  if (text.status().code() == absl::StatusCode::kNotFound) {
    return std::unique_ptr<SavedViews>(new SavedViews(std::move(path), {}));
  }
  if (!text.ok()) {
    return text.status();
  }
  absl::StatusOr<Views> views = ParseViews(*std::move(text));
  if (!views.ok()) {
    return DataLoss(
        "{}: is no file of saved views: {}; mend it, or move it away to start without views",
        path,
        MessageOf(views.status())
    );
  }
  return std::unique_ptr<SavedViews>(new SavedViews(std::move(path), *std::move(views)));
}

SavedViews::Views SavedViews::All() const {
  const MutexLock lock(mutex_);
  return views_;
}

absl::StatusOr<std::string> SavedViews::Get(std::string_view name) const {
  const MutexLock lock(mutex_);
  const auto found = views_.find(name);
  if (found == views_.end()) {
    return NotFound("there is no view '{}'", EscapeForDisplay(name, kMaxViewNameBytes));
  }
  return found->second;
}

absl::Status SavedViews::Put(std::string_view name, std::string_view query) {
  if (absl::Status status = CheckView(name, query); !status.ok()) {
    return status;
  }
  const MutexLock lock(mutex_);
  if (views_.size() >= kMaxSavedViews && !views_.contains(name)) {
    return ResourceExhausted("there are {} views, the most that are kept", kMaxSavedViews);
  }
  Views views = views_;
  views.insert_or_assign(std::string(name), std::string(query));
  return Save(std::move(views));
}

absl::Status SavedViews::Delete(std::string_view name) {
  const MutexLock lock(mutex_);
  const auto found = views_.find(name);
  if (found == views_.end()) {
    return NotFound("there is no view '{}'", EscapeForDisplay(name, kMaxViewNameBytes));
  }
  Views views = views_;
  views.erase(found->first);
  return Save(std::move(views));
}

absl::Status SavedViews::Save(Views views) {
  if (!path_.empty()) {
    if (absl::Status status = ReplaceFile(path_, ViewsJson(views)); !status.ok()) {
      return status;
    }
  }
  views_ = std::move(views);
  return absl::OkStatus();
}

}  // namespace tidings
