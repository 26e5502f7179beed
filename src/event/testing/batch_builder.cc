#include "event/testing/batch_builder.h"

#include <cmath>
#include <iterator>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "event/normalise.h"

namespace tidings::testing {
namespace {

constexpr std::array<std::string_view, kTextFieldCount> kTextNames = {
    "service", "instance", "endpoint", "layer", "name", "message"};

std::string Quote(std::string_view text) {
  return fmt::format("\"{}\"", EscapeForDisplay(text));
}

std::string DescribeValue(const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return "string" + Quote(*text);
  }
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return fmt::format("int{}", *integer);
  }
  if (const auto* const number = std::get_if<double>(&value)) {
    return std::isnan(*number) ? "doublenan" : fmt::format("double{}", *number == 0 ? 0 : *number);
  }
  return *std::get_if<bool>(&value) ? "true" : "false";
}

Value ViewOfValue(const OwnedValue& value, Arena& arena) {
  if (const auto* const text = std::get_if<std::string>(&value)) {
    return arena.Copy(*text);
  }
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return *integer;
  }
  if (const auto* const number = std::get_if<double>(&value)) {
    return *number;
  }
  return *std::get_if<bool>(&value);
}

}  // namespace

BatchBuilder::BatchBuilder(int64_t received_at_ms) {
  batch_.receipt = {.protocol = "test", .received_at_ms = received_at_ms};
}

BatchBuilder& BatchBuilder::Add(const ReportSpec& spec) {
  Report report;
  report.index = static_cast<uint32_t>(batch_.reports.size());
  report.id = batch_.arena.Copy(spec.id);
  const std::string* const texts[] = {
      &spec.service, &spec.instance, &spec.endpoint, &spec.layer, &spec.name, &spec.message};
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    report.text.values[i] = batch_.arena.Copy(*texts[i]);
  }
  report.type = spec.type;
  report.start = spec.start;
  report.end = spec.end;
  report.reported = spec.reported;
  report.count = spec.count;
  report.origin = batch_.arena.Copy(spec.origin);
  report.generation = spec.generation;
  report.derived = spec.derived;
  report.withdrawn = spec.withdrawn;
  report.first_parameter = static_cast<uint32_t>(batch_.parameters.size());
  report.parameter_count = static_cast<uint32_t>(spec.parameters.size());
  for (const auto& [key, value] : spec.parameters) {
    batch_.parameters.push_back(
        {.key = batch_.arena.Copy(key), .value = ViewOfValue(value, batch_.arena)}
    );
  }
  batch_.reports.push_back(report);
  return *this;
}

ReportBatch BatchBuilder::BuildRaw() {
  const Receipt receipt = batch_.receipt;
  ReportBatch batch = std::exchange(batch_, ReportBatch());
  batch_.receipt = receipt;
  return batch;
}

ReportBatch BatchBuilder::Build(const ReportLimits& limits) {
  ReportBatch batch = BuildRaw();
  for (Report& report : batch.reports) {
    if (const std::optional<Rejection> rejection = Normalise(report, batch, limits)) {
      ADD_FAILURE() << "report " << rejection->index << ": " << rejection->field << " "
                    << rejection->error;
    }
  }
  return batch;
}

Event EventOf(const ReportSpec& report, int64_t received_at_ms) {
  const ReportBatch batch = BatchBuilder(received_at_ms).Add(report).Build();
  return Event(ViewOf(batch.reports.front(), batch));
}

std::string Describe(const EventView& event) {
  std::string out = fmt::format(
      "{} gen={} {} {}..{}",
      EscapeForDisplay(event.id),
      event.generation,
      NameOf(event.type),
      event.start,
      event.end
  );
  const auto append = [&out](bool present, std::string_view text) {
    if (present) {
      out.append(" ").append(text);
    }
  };
  append(event.inferred != 0, fmt::format("inferred={}", event.inferred));
  append(event.count != 0, fmt::format("count={}", event.count));
  append(event.derived, "derived");
  append(event.withdrawn, "withdrawn");
  append(event.truncated, "truncated");
  append(event.incomplete, "incomplete");
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    const std::string_view text = event.text.values[i];
    append(!text.empty(), fmt::format("{}={}@{}", kTextNames[i], Quote(text), event.text_clock[i]));
  }
  for (const Parameter& parameter : event.parameters) {
    append(
        true,
        fmt::format(
            "{}={}@{}",
            EscapeForDisplay(parameter.key),
            DescribeValue(parameter.value),
            parameter.clock
        )
    );
  }
  return out;
}

std::string Describe(const ReportSpec& report) {
  const ReportBatch batch = BatchBuilder(0).Add(report).BuildRaw();
  std::string out = Describe(ViewOf(batch.reports.front(), batch));
  if (report.reported != 0) {
    out += fmt::format(" reported={}", report.reported);
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const ReportSpec& report) {
  return out << Describe(report);
}

}  // namespace tidings::testing
