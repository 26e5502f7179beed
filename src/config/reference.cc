#include "config/reference.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "config/schema.h"
#include "config/text_source.h"
#include "config/value.h"

namespace tidings::config {
namespace {

constexpr std::string_view kIntroduction =
    R"(<!-- Made from src/config/schema.cc; rewritten by UPDATE_GOLDEN=1 config_test. -->
# Configuration

One YAML file (`tidings serve --config FILE`), the environment and flags. What is set in several places is taken from the flag, then the environment, then the file, then the default.

- In the file: `section: {key: value}`. `${VAR}` in a value is replaced by that environment variable, `${VAR:-default}` also when it is not set or empty; `$${` is a literal `${`.
- In the environment: `TIDINGS__SECTION__KEY`, two underscores before each level. Other variables `TIDINGS_*` are not configuration.
- As a flag: `--set section.key=value`. A list is written `a,b` in the environment and in flags. `--data-dir D` is short for `--set store.directory=D`.

Durations are numbers with a unit (`ms s m h d w`: `30s`, `1h30m`), sizes are bytes with or without one (`512`, `64KiB`, `64MiB`, `1GB`).

`tidings config check` names all mistakes at once, `tidings config show --origin` tells where each value comes from.
)";

/// `receivers.skywalking_grpc` for `receivers.skywalking_grpc.max_wait`.
std::string_view SectionOf(std::string_view path) {
  return path.substr(0, path.rfind('.'));
}

std::vector<std::string_view> PartsOf(std::string_view section) {
  std::vector<std::string_view> parts;
  while (!section.empty()) {
    parts.push_back(section.substr(0, section.find('.')));
    section.remove_prefix(std::min(section.size(), parts.back().size() + 1));
  }
  return parts;
}

/// Writes keys in order, with the sections that they stand in.
class ConfigEmitter {
 public:
  ConfigEmitter() { out_ << YAML::BeginMap; }

  void Add(const Key& key, const Config& config, const Origin* origin) {
    EnterSection(PartsOf(SectionOf(key.path)));
    const std::string name(key.path.substr(key.path.rfind('.') + 1));
    const std::vector<std::string> values = ShowValues(key, config);
    out_ << YAML::Key << name << YAML::Value;
    if (key.kind == Kind::kTexts || key.kind == Kind::kDurations) {
      out_ << YAML::Flow << values;
    } else {
      out_ << values.front();
    }
    if (origin != nullptr) {
      out_ << YAML::Comment(*origin);
    }
  }

  std::string Finish() {
    EnterSection({});
    out_ << YAML::EndMap;
    return std::string(out_.c_str()) + "\n";
  }

 private:
  void EnterSection(std::vector<std::string_view> parts) {
    size_t common = 0;
    while (common < parts.size() && common < open_.size() && parts[common] == open_[common]) {
      ++common;
    }
    for (size_t i = open_.size(); i > common; --i) {
      out_ << YAML::EndMap;
    }
    for (size_t i = common; i < parts.size(); ++i) {
      out_ << YAML::Key << std::string(parts[i]) << YAML::Value << YAML::BeginMap;
    }
    open_ = std::move(parts);
  }

  YAML::Emitter out_;
  std::vector<std::string_view> open_;
};

std::string ShownDefault(const Key& key) {
  const std::string value = ShowValue(key, Config{});
  return value.empty() ? std::string("empty") : fmt::format("`{}`", value);
}

}  // namespace

std::string ShowConfig(const LoadedConfig& loaded, bool with_origins) {
  ConfigEmitter emitter;
  for (size_t i = 0; i < Keys().size(); ++i) {
    emitter.Add(Keys()[i], loaded.config, with_origins ? &loaded.origins[i] : nullptr);
  }
  return emitter.Finish();
}

std::string ReferencePage() {
  std::string page(kIntroduction);
  std::string_view section;
  for (const Key& key : Keys()) {
    if (SectionOf(key.path) != section) {
      section = SectionOf(key.path);
      page += fmt::format(
          "\n## `{}`\n\n| key | value | default | is |\n| --- | --- | --- | --- |\n", section
      );
    }
    page += fmt::format(
        "| `{}` | {} | {} | {} |\n", key.path, DescribeKind(key), ShownDefault(key), key.doc
    );
  }
  page += fmt::format(
      "\nIn the environment, `{}` is `{}`.\n",
      Keys().back().path,
      EnvironmentName(Keys().back().path)
  );
  return page;
}

}  // namespace tidings::config
