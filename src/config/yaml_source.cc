#include "config/yaml_source.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/status.h"
#include "base/text.h"
#include "config/schema.h"
#include "config/value.h"

namespace tidings::config {
namespace {

/// The text of a line, counted from 0.
std::string_view TextOfLine(std::string_view text, int line) {
  for (int i = 0; i < line && !text.empty(); ++i) {
    text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  }
  return text.substr(0, text.find('\n'));
}

bool IsIndentedByTab(std::string_view line) {
  const size_t begin = line.find_first_not_of(' ');
  return begin != std::string_view::npos && line[begin] == '\t';
}

/// Keeps where the latest document begins, and nothing of what it holds.
class DocumentStart : public YAML::EventHandler {
 public:
  const std::optional<YAML::Mark>& mark() const { return mark_; }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&)
      override {}
  void OnSequenceStart(
      const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value
  ) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value)
      override {}
  void OnMapEnd() override {}

 private:
  std::optional<YAML::Mark> mark_;
};

/// Where a second document begins, if there is one. Not by YAML::LoadAll: what is left over behind
/// a document makes it return empty ones for ever (yaml-cpp 0.7.0).
std::optional<YAML::Mark> SecondDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart first;
  DocumentStart second;
  if (parser.HandleNextDocument(first)) {
    parser.HandleNextDocument(second);
  }
  return second.mark();
}

/// Walks the sections of one document down to the values.
class YamlReader {
 public:
  YamlReader(const std::string& file_name, const Environment& environment)
      : file_name_(file_name), environment_(environment) {}

  void ReadSection(const YAML::Node& node, const std::string& path) {
    if (node.IsNull()) {
      return;  // Everything in it may be commented out.
    }
    if (!node.IsMap()) {
      AddMistake(
          node.Mark(),
          path,
          path.empty() ? "the file must be a mapping of sections, as 'log: {level: info}'"
                       : fmt::format("is a section; expected a mapping of its keys, {}", Kept(node))
      );
      return;
    }
    std::map<std::string, int> lines;
    for (const auto& entry : node) {
      ReadEntry(entry.first, entry.second, path, lines);
    }
  }

  Settings Take() { return std::move(read_); }

  void AddMistake(const YAML::Mark& at, std::string path, std::string problem) {
    read_.mistakes.push_back({OriginOf(at), std::move(path), std::move(problem), LineOf(at)});
  }

 private:
  static std::string Kept(const YAML::Node& node) {
    return node.IsSequence() ? std::string("not a list")
                             : fmt::format("not '{}'", EscapeForDisplay(node.Scalar(), 64));
  }

  Origin OriginOf(const YAML::Mark& at) const {
    return fmt::format("{}:{}", file_name_, LineOf(at));
  }

  static int LineOf(const YAML::Mark& at) { return at.line + 1; }

  void ReadEntry(
      const YAML::Node& name,
      const YAML::Node& value,
      const std::string& section,
      std::map<std::string, int>& lines
  ) {
    if (!name.IsScalar()) {
      AddMistake(name.Mark(), section, "a key must be a plain word");
      return;
    }
    const std::string path = section.empty() ? name.Scalar() : section + "." + name.Scalar();
    const std::string shown = EscapeForDisplay(path);
    const int line = LineOf(name.Mark());
    if (const auto [first, is_new] = lines.emplace(path, line); !is_new) {
      AddMistake(name.Mark(), shown, fmt::format("stands twice; first in line {}", first->second));
      return;
    }
    if (IsSection(path)) {
      ReadSection(value, path);
      return;
    }
    if (!FindKey(path)) {
      AddMistake(name.Mark(), shown, DescribeUnknown(path));
      return;
    }
    ReadValue(value, name, path);
  }

  void ReadValue(const YAML::Node& node, const YAML::Node& name, const std::string& path) {
    Setting setting{.origin = OriginOf(name.Mark()), .path = path, .line = LineOf(name.Mark())};
    const std::string expected = DescribeKind(Keys()[*FindKey(path)]);
    if (node.IsNull()) {
      AddMistakeAt(setting, fmt::format("has no value; expected {}", expected));
      return;
    }
    if (node.IsMap()) {
      AddMistakeAt(setting, fmt::format("is a mapping; expected {}", expected));
      return;
    }
    setting.is_list = node.IsSequence();
    const bool is_good =
        setting.is_list ? ReadList(node, setting) : ReadScalar(node, setting, setting.text);
    if (is_good) {
      read_.settings.push_back(std::move(setting));
    }
  }

  bool ReadList(const YAML::Node& node, Setting& setting) {
    for (const auto& element : node) {
      if (!element.IsScalar()) {
        AddMistakeAt(setting, "holds something that is no text; expected a list of texts");
        return false;
      }
      if (!ReadScalar(element, setting, setting.list.emplace_back())) {
        return false;
      }
    }
    return true;
  }

  bool ReadScalar(const YAML::Node& node, const Setting& setting, std::string& text) {
    absl::StatusOr<std::string> expanded = ExpandVariables(node.Scalar(), environment_);
    if (!expanded.ok()) {
      AddMistakeAt(setting, std::string(MessageOf(expanded.status())));
      return false;
    }
    text = *std::move(expanded);
    return true;
  }

  void AddMistakeAt(const Setting& setting, std::string problem) {
    read_.mistakes.push_back({setting.origin, setting.path, std::move(problem), setting.line});
  }

  const std::string& file_name_;
  const Environment& environment_;
  Settings read_;
};

Settings OneMistake(Origin origin, std::string problem) {
  Settings read;
  read.mistakes.push_back({std::move(origin), "", std::move(problem)});
  return read;
}

Settings SyntaxMistake(
    std::string_view text, const std::string& file_name, const YAML::Exception& error
) {
  if (error.mark.is_null()) {
    return OneMistake(file_name, fmt::format("is no YAML: {}", error.msg));
  }
  const bool is_tab = IsIndentedByTab(TextOfLine(text, error.mark.line));
  return OneMistake(
      fmt::format("{}:{}", file_name, error.mark.line + 1),
      is_tab ? std::string("is no YAML: a tab; expected spaces to indent")
             : fmt::format("is no YAML: {} (column {})", error.msg, error.mark.column + 1)
  );
}

}  // namespace

Settings ReadYaml(
    std::string_view text, const std::string& file_name, const Environment& environment
) {
  if (!IsValidUtf8(text)) {
    return OneMistake(file_name, "is not UTF-8");
  }
  try {
    const std::string document(text);
    YamlReader reader(file_name, environment);
    if (const std::optional<YAML::Mark> second = SecondDocument(document)) {
      reader.AddMistake(*second, "", "a second YAML document; expected one");
    }
    reader.ReadSection(YAML::Load(document), "");
    return reader.Take();
  } catch (const YAML::Exception& error) {
    return SyntaxMistake(text, file_name, error);
  } catch (const std::exception& error) {
    return OneMistake(file_name, fmt::format("is no YAML: {}", error.what()));
  }
}

Settings ReadYamlFile(const std::string& file_name, const Environment& environment) {
  std::error_code error;
  if (std::filesystem::is_directory(file_name, error)) {
    return OneMistake(file_name, "is a directory; expected a YAML file");
  }
  errno = 0;
  std::ifstream file(file_name, std::ios::binary);
  if (!file) {
    return OneMistake(
        file_name,
        fmt::format(
            "the configuration file cannot be read: {}", std::generic_category().message(errno)
        )
    );
  }
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad()) {
    return OneMistake(file_name, "the configuration file cannot be read to its end");
  }
  if (text.size() > kMaxFileBytes) {
    return OneMistake(
        file_name, fmt::format("is larger than {} bytes; is it the right file?", kMaxFileBytes)
    );
  }
  return ReadYaml(text, file_name, environment);
}

}  // namespace tidings::config
