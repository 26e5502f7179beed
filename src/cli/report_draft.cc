#include "cli/report_draft.h"

#include <array>
#include <string_view>

#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"

namespace tidings::cli {
namespace {

struct Times {
  std::optional<int64_t> start;
  std::optional<int64_t> end;
};

absl::Status ReadTime(
    std::string_view flag,
    const std::optional<std::string>& text,
    int64_t now_ms,
    std::optional<int64_t>& out
) {
  if (!text) {
    return absl::OkStatus();
  }
  const absl::StatusOr<int64_t> time = ParseTime(text->empty() ? "now" : *text, now_ms);
  if (!time.ok()) {
    return InvalidArgument("{}: {}", flag, MessageOf(time.status()));
  }
  out = *time;
  return absl::OkStatus();
}

absl::StatusOr<Times> ReadTimes(const ReportDraft& draft, int64_t now_ms) {
  if (!draft.start && !draft.end) {
    return Times{now_ms, now_ms};
  }
  Times times;
  absl::Status status = ReadTime("--start", draft.start, now_ms, times.start);
  status.Update(ReadTime("--end", draft.end, now_ms, times.end));
  return status.ok() ? absl::StatusOr<Times>(times) : status;
}

absl::Status CheckText(const ReportDraft& draft) {
  std::vector<std::string_view> texts{
      draft.id,
      draft.service,
      draft.instance,
      draft.endpoint,
      draft.layer,
      draft.name,
      draft.type,
      draft.message};
  texts.insert(texts.end(), draft.parameters.begin(), draft.parameters.end());
  for (const std::string_view text : texts) {
    if (!IsValidUtf8(text)) {
      return InvalidArgument("'{}' is not UTF-8", EscapeForDisplay(text));
    }
  }
  for (const std::string& parameter : draft.parameters) {
    if (parameter.find('=') == std::string::npos || parameter[0] == '=') {
      return InvalidArgument(
          "'{}' is no parameter; expected key=value", EscapeForDisplay(parameter)
      );
    }
  }
  if (draft.id.empty() && draft.name.empty()) {
    return InvalidArgument(
        "nothing to report: give --name (or --id of an event that is known), or -f FILE; "
        "tidings report --help has examples"
    );
  }
  return absl::OkStatus();
}

void AddText(JsonWriter& json, std::string_view key, std::string_view text) {
  if (!text.empty()) {
    json.Key(key).String(text);
  }
}

void AddParameters(JsonWriter& json, const std::vector<std::string>& parameters) {
  if (parameters.empty()) {
    return;
  }
  json.Key("parameters").BeginObject();
  for (const std::string_view parameter : parameters) {
    const size_t equals = parameter.find('=');
    json.Key(parameter.substr(0, equals)).String(parameter.substr(equals + 1));
  }
  json.EndObject();
}

}  // namespace

absl::StatusOr<std::string> ToJson(const ReportDraft& draft, int64_t now_ms) {
  if (const absl::Status status = CheckText(draft); !status.ok()) {
    return status;
  }
  const absl::StatusOr<Times> times = ReadTimes(draft, now_ms);
  if (!times.ok()) {
    return times.status();
  }
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  AddText(json, "id", draft.id);
  json.Key("source").BeginObject();
  AddText(json, "service", draft.service);
  AddText(json, "instance", draft.instance);
  AddText(json, "endpoint", draft.endpoint);
  json.EndObject();
  AddText(json, "layer", draft.layer);
  AddText(json, "name", draft.name);
  AddText(json, "type", draft.type);
  AddText(json, "message", draft.message);
  AddParameters(json, draft.parameters);
  if (times->start) {
    json.Key("start").Int(*times->start);
  }
  if (times->end) {
    json.Key("end").Int(*times->end);
  }
  json.EndObject();
  return out;
}

}  // namespace tidings::cli
