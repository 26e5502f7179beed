#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/mutex.h"

namespace tidings {

/// Beside what a store keeps. Replaced as a whole, never changed.
inline constexpr const char* kSavedViewsFile = "views.json";
inline constexpr size_t kMaxSavedViews = 1000;
inline constexpr size_t kMaxViewNameBytes = 128;
inline constexpr size_t kMaxViewQueryBytes = 8192;

/// Names for queries of the page, kept in one small file, which can be read and copied:
/// `{"views":[{"name":"…","query":"from=-1h&q=…"}]}`.
///
/// Thread safety: safe. Changes block on the disk and are durable when they return OK.
/// Errors:        kInvalidArgument - a name or query that cannot be kept, saying why;
///                kResourceExhausted - too many views; kNotFound; kUnavailable - the disk fails.
class SavedViews {
 public:
  using Views = std::map<std::string, std::string, std::less<>>;

  /// Reads the file, which need not be there. An empty path: nothing is kept beyond the process.
  /// kDataLoss when the file is no such file: it is named, and left as it is.
  static absl::StatusOr<std::unique_ptr<SavedViews>> Open(std::string path);

  /// All, by name.
  Views All() const;
  absl::StatusOr<std::string> Get(std::string_view name) const;
  absl::Status Put(std::string_view name, std::string_view query);
  absl::Status Delete(std::string_view name);

 private:
  SavedViews(std::string path, Views views) : path_(std::move(path)), views_(std::move(views)) {}

  absl::Status Save(Views views) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  mutable Mutex mutex_;
  Views views_ ABSL_GUARDED_BY(mutex_);
};

/// The views as JSON, as in the file.
std::string ViewsJson(const SavedViews::Views& views);

}  // namespace tidings
