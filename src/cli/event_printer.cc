#include "cli/event_printer.h"

#include "cli/event_csv.h"
#include "cli/event_table.h"
#include "cli/json_yaml.h"

namespace tidings::cli {
namespace {

/// The events as the server told them, one a line.
class NdjsonPrinter final : public EventPrinter {
 public:
  explicit NdjsonPrinter(std::ostream& out) : out_(out) {}

  void Add(const std::vector<simdjson::dom::element>& page) override {
    for (const simdjson::dom::element& event : page) {
      out_ << simdjson::minify(event) << '\n';
    }
  }
  void Finish() override {}

 private:
  std::ostream& out_;
};

class JsonArrayPrinter final : public EventPrinter {
 public:
  explicit JsonArrayPrinter(std::ostream& out) : out_(out) { out_ << '['; }

  void Add(const std::vector<simdjson::dom::element>& page) override {
    for (const simdjson::dom::element& event : page) {
      out_ << (is_empty_ ? "\n" : ",\n") << simdjson::minify(event);
      is_empty_ = false;
    }
  }
  void Finish() override { out_ << (is_empty_ ? "]\n" : "\n]\n"); }

 private:
  std::ostream& out_;
  bool is_empty_ = true;
};

class YamlPrinter final : public EventPrinter {
 public:
  YamlPrinter(PrintOptions::Shape shape, std::ostream& out) : shape_(shape), out_(out) {}

  void Add(const std::vector<simdjson::dom::element>& page) override {
    constexpr size_t kItemIndent = 2;
    for (const simdjson::dom::element& event : page) {
      const bool is_item = shape_ == PrintOptions::Shape::kList;
      std::string text = ToYaml(event, is_item ? kItemIndent : 0);
      if (is_item) {
        text.front() = '-';
      }
      out_ << (shape_ == PrintOptions::Shape::kStream ? "---\n" : "") << text;
      is_empty_ = false;
    }
  }
  void Finish() override { out_ << (is_empty_ ? "[]\n" : ""); }

 private:
  const PrintOptions::Shape shape_;
  std::ostream& out_;
  bool is_empty_ = true;
};

}  // namespace

const std::vector<std::string>& EventForms() {
  static const std::vector<std::string> kForms{"table", "wide", "json", "ndjson", "yaml", "csv"};
  return kForms;
}

bool WantsRenderedMessage(std::string_view form) {
  return form == "table" || form == "wide";
}

std::unique_ptr<EventPrinter> MakeEventPrinter(const PrintOptions& options, std::ostream& out) {
  if (options.form == "csv") {
    return std::make_unique<EventCsv>(out);
  }
  if (options.form == "yaml") {
    return std::make_unique<YamlPrinter>(options.shape, out);
  }
  const bool is_list = options.shape == PrintOptions::Shape::kList;
  if (options.form == "ndjson" || (options.form == "json" && !is_list)) {
    return std::make_unique<NdjsonPrinter>(out);
  }
  if (options.form == "json") {
    return std::make_unique<JsonArrayPrinter>(out);
  }
  return std::make_unique<EventTable>(
      EventTable::Options{
          .screen = options.screen, .wide = options.form == "wide", .now_ms = options.now_ms},
      out
  );
}

}  // namespace tidings::cli
