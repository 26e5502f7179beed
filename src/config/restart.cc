#include "config/restart.h"

#include "config/schema.h"
#include "config/value.h"

namespace tidings::config {
namespace {

bool IsTakenUp(std::string_view path) {
  return path == "log.level" || path.starts_with("limits.");
}

}  // namespace

std::vector<std::string_view> KeysThatNeedRestart(const Config& running, const Config& wanted) {
  std::vector<std::string_view> paths;
  for (const Key& key : Keys()) {
    if (!IsTakenUp(key.path) && ShowValues(key, running) != ShowValues(key, wanted)) {
      paths.push_back(key.path);
    }
  }
  return paths;
}

}  // namespace tidings::config
