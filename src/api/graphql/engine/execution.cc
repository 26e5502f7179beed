#include "api/graphql/engine/execution.h"

#include <utility>

#include <fmt/format.h>

#include "api/graphql/engine/limits.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/time_text.h"

namespace tidings::graphql {
namespace {

/// Writes the data while it resolves it. A value that turns out to be null after a part of it was
/// written is cut off again.
class Execution {
 public:
  Execution(RequestScope& scope, size_t max_answer_bytes)
      : scope_(scope), max_answer_bytes_(max_answer_bytes) {}

  Answer Run(const std::vector<PlannedField>& plan);

 private:
  /// Each of these gives false when what it stands for must be null but was not allowed to be.
  bool WriteFields(
      const std::vector<PlannedField>& fields, const std::any& object, const TypeDefinition& type
  );
  bool WriteField(const PlannedField& field, const std::any& object, const TypeDefinition& type);
  bool WriteValue(const PlannedField& field, const Resolved& resolved, TypeView type);
  bool WriteNonNull(const PlannedField& field, const Resolved& resolved, TypeView type);
  bool WriteList(const PlannedField& field, const Resolved::List& list, TypeView item);
  void WriteLeaf(const Resolved& resolved);

  void AddError(const PlannedField& field, std::string message);
  /// Whether to stop: the time is over, or the answer too long.
  bool IsAborted();

  RequestScope& scope_;
  const size_t max_answer_bytes_;
  std::string out_;
  std::vector<PathSegment> path_;
  std::vector<Error> errors_;
  bool aborted_ = false;
};

bool Execution::IsAborted() {
  if (aborted_) {
    return true;
  }
  std::string message;
  if (out_.size() > max_answer_bytes_) {
    message = fmt::format(
        "the answer is larger than {}: ask for fewer events or fields",
        FormatSize(max_answer_bytes_)
    );
  } else if (scope_.IsOver()) {
    message = fmt::format(
        "the query was not answered within {}: narrow it", FormatDuration(scope_.time_limit())
    );
  } else {
    return false;
  }
  aborted_ = true;
  errors_.push_back({.message = std::move(message), .locations = {}, .path = {}});
  return true;
}

void Execution::AddError(const PlannedField& field, std::string message) {
  if (errors_.size() < kMaxErrors) {
    errors_.push_back({.message = std::move(message), .locations = {field.location}, .path = path_}
    );
  }
}

bool Execution::WriteFields(
    const std::vector<PlannedField>& fields, const std::any& object, const TypeDefinition& type
) {
  if (IsAborted()) {
    return false;
  }
  out_ += '{';
  for (const PlannedField& field : fields) {
    out_ += &field == &fields.front() ? "" : ",";
    AppendJsonString(out_, field.response_key);
    out_ += ':';
    path_.emplace_back(field.response_key);
    const bool written = WriteField(field, object, type);
    path_.pop_back();
    if (!written) {
      return false;
    }
  }
  out_ += '}';
  return true;
}

bool Execution::WriteField(
    const PlannedField& field, const std::any& object, const TypeDefinition& type
) {
  const size_t kept_before = scope_.kept();
  const absl::StatusOr<Resolved> resolved = field.definition->resolve(
      {.object = object, .type = type, .arguments = field.arguments, .scope = scope_}
  );
  for (std::string& message : scope_.TakeErrors()) {
    AddError(field, std::move(message));
  }
  if (!resolved.ok()) {
    AddError(field, std::string(MessageOf(resolved.status())));
    out_ += "null";
    return !field.definition->type.View().IsNonNull();
  }
  const bool written = WriteValue(field, *resolved, field.definition->type.View());
  scope_.ReleaseTo(kept_before);
  return written;
}

bool Execution::WriteValue(const PlannedField& field, const Resolved& resolved, TypeView type) {
  const bool is_null = std::holds_alternative<std::monostate>(resolved.value);
  if (is_null && type.IsNonNull()) {
    AddError(field, fmt::format("'{}' has no value, but must have one", field.definition->name));
    return false;
  }
  const size_t begin = out_.size();
  if (!is_null && WriteNonNull(field, resolved, type.Nullable())) {
    return true;
  }
  out_.resize(begin);
  out_ += "null";
  return !type.IsNonNull() && !aborted_;
}

bool Execution::WriteNonNull(const PlannedField& field, const Resolved& resolved, TypeView type) {
  if (const auto* const list = std::get_if<Resolved::List>(&resolved.value)) {
    return WriteList(field, *list, type.Inner());
  }
  if (const auto* const object = std::get_if<std::any>(&resolved.value)) {
    return WriteFields(field.fields, *object, *scope_.schema().FindType(type.name));
  }
  WriteLeaf(resolved);
  return true;
}

bool Execution::WriteList(const PlannedField& field, const Resolved::List& list, TypeView item) {
  out_ += '[';
  for (size_t i = 0; i < list.size(); ++i) {
    out_ += i == 0 ? "" : ",";
    path_.emplace_back(i);
    const bool written = WriteValue(field, list[i], item);
    path_.pop_back();
    if (!written) {
      return false;
    }
  }
  out_ += ']';
  return true;
}

void Execution::WriteLeaf(const Resolved& resolved) {
  if (const auto* const flag = std::get_if<bool>(&resolved.value)) {
    out_ += *flag ? "true" : "false";
  } else if (const auto* const number = std::get_if<int64_t>(&resolved.value)) {
    fmt::format_to(std::back_inserter(out_), "{}", *number);
  } else if (const auto* const real = std::get_if<double>(&resolved.value)) {
    AppendJsonDouble(out_, *real);
  } else {
    AppendJsonString(out_, std::get<std::string>(resolved.value));
  }
}

Answer Execution::Run(const std::vector<PlannedField>& plan) {
  if (!WriteFields(plan, std::any(), scope_.schema().query_type())) {
    out_ = "null";
  }
  return {.data = std::move(out_), .errors = std::move(errors_)};
}

}  // namespace

std::string Answer::ToJson() const {
  std::string json = "{";
  if (!data.empty()) {
    json += "\"data\":" + data;
  }
  if (!errors.empty()) {
    json += data.empty() ? "\"errors\":" : ",\"errors\":";
    AppendErrors(json, errors);
  }
  return json + "}";
}

Answer ExecutePlan(
    const std::vector<PlannedField>& plan, RequestScope& scope, size_t max_answer_bytes
) {
  return Execution(scope, max_answer_bytes).Run(plan);
}

}  // namespace tidings::graphql
