#include "config/loader.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"
#include "base/time_text.h"
#include "config/schema.h"
#include "config/value.h"
#include "config/yaml_source.h"

namespace tidings::config {
namespace {

void Apply(Settings read, LoadedConfig& loaded) {
  for (Setting& setting : read.settings) {
    const size_t index = *FindKey(setting.path);
    const Key& key = Keys()[index];
    const absl::Status status = setting.is_list
                                    ? SetValues(key, std::move(setting.list), loaded.config)
                                    : SetValue(key, setting.text, loaded.config);
    loaded.origins[index] = setting.origin;
    if (!status.ok()) {
      read.mistakes.push_back(
          {std::move(setting.origin),
           std::move(setting.path),
           std::string(MessageOf(status)),
           setting.line}
      );
    }
  }
  std::stable_sort(
      read.mistakes.begin(),
      read.mistakes.end(),
      [](const Mistake& a, const Mistake& b) { return a.line < b.line; }
  );
  std::move(read.mistakes.begin(), read.mistakes.end(), std::back_inserter(loaded.mistakes));
}

/// Adds a mistake of values that are legal alone and impossible together, unless one of them is
/// wrong already.
void AddJointMistake(
    std::string_view key, std::string_view other, std::string problem, LoadedConfig& loaded
) {
  const bool is_told =
      std::any_of(loaded.mistakes.begin(), loaded.mistakes.end(), [&](const Mistake& mistake) {
        return mistake.key == key || mistake.key == other;
      });
  if (!is_told) {
    const Origin& origin = loaded.origins[*FindKey(key)];
    loaded.mistakes.push_back({origin, std::string(key), std::move(problem)});
  }
}

void CheckTls(const net::TlsConfig& tls, LoadedConfig& loaded) {
  constexpr std::string_view kCertificate = "tls.certificate";
  constexpr std::string_view kKey = "tls.key";
  if (!tls.certificate.empty() && tls.key.empty()) {
    AddJointMistake(kCertificate, kKey, "is set alone; expected tls.key too", loaded);
  }
  if (tls.certificate.empty() && !tls.key.empty()) {
    AddJointMistake(kKey, kCertificate, "is set alone; expected tls.certificate too", loaded);
  }
  if (tls.certificate.empty() && !tls.client_ca.empty()) {
    AddJointMistake(
        "tls.client_ca", kCertificate, "is set alone; expected tls.certificate too", loaded
    );
  }
}

void CheckBudget(const net::FrontLimits& limits, LoadedConfig& loaded) {
  constexpr std::string_view kWhole = "limits.inflight_bytes";
  constexpr std::string_view kPart = "limits.inflight_bytes_per_connection";
  if (limits.inflight_bytes_per_connection <= limits.inflight_bytes) {
    return;
  }
  const bool part_was_set = loaded.origins[*FindKey(kPart)] != kDefaultOrigin;
  AddJointMistake(
      part_was_set ? kPart : kWhole,
      part_was_set ? kWhole : kPart,
      fmt::format(
          "one connection may hold {} and all together only {}; expected {} to be at most {}",
          FormatSize(limits.inflight_bytes_per_connection),
          FormatSize(limits.inflight_bytes),
          kPart,
          kWhole
      ),
      loaded
  );
}

}  // namespace

LoadedConfig Load(const LoadRequest& request) {
  LoadedConfig loaded;
  loaded.origins.assign(Keys().size(), kDefaultOrigin);
  if (!request.file.empty()) {
    Apply(ReadYamlFile(request.file, request.environment), loaded);
  }
  Apply(ReadEnvironment(request.environment), loaded);
  Apply(ReadFlags(request.flags), loaded);
  CheckTls(loaded.config.tls, loaded);
  CheckBudget(loaded.config.front_limits, loaded);
  return loaded;
}

Environment ProcessEnvironment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string_view::npos) {
      environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

}  // namespace tidings::config
