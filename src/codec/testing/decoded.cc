#include "codec/testing/decoded.h"

#include <span>

#include <fmt/format.h>

namespace tidings::testing {
namespace {

OwnedValue Owned(const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return std::string(*text);
  }
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return *integer;
  }
  if (const auto* const number = std::get_if<double>(&value)) {
    return *number;
  }
  return *std::get_if<bool>(&value);
}

void CopyContent(const TextFields& text, std::span<const Parameter> parameters, ReportSpec& spec) {
  spec.service = text[TextField::kService];
  spec.instance = text[TextField::kInstance];
  spec.endpoint = text[TextField::kEndpoint];
  spec.layer = text[TextField::kLayer];
  spec.name = text[TextField::kName];
  spec.message = text[TextField::kMessage];
  for (const Parameter& parameter : parameters) {
    spec.parameters.emplace_back(parameter.key, Owned(parameter.value));
  }
}

}  // namespace

ReportSpec SpecOf(const Report& report, const ReportBatch& batch) {
  ReportSpec spec{
      .id = std::string(report.id),
      .type = report.type,
      .start = report.start,
      .end = report.end,
      .reported = report.reported,
      .count = report.count,
      .generation = report.generation,
      .derived = report.derived,
      .withdrawn = report.withdrawn};
  const auto parameters = std::span(batch.parameters);
  CopyContent(
      report.text, parameters.subspan(report.first_parameter, report.parameter_count), spec
  );
  return spec;
}

ReportSpec SpecOf(const EventView& event) {
  ReportSpec spec{
      .id = std::string(event.id),
      .type = event.type,
      .start = event.start,
      .end = event.end,
      .count = event.count,
      .generation = event.generation,
      .derived = event.derived,
      .withdrawn = event.withdrawn};
  CopyContent(event.text, event.parameters, spec);
  return spec;
}

std::vector<std::string> Lines(const ReportBatch& batch) {
  std::vector<std::string> lines;
  for (const Report& report : batch.reports) {
    lines.push_back(fmt::format("#{} {}", report.index, Describe(SpecOf(report, batch))));
  }
  for (const Rejection& rejection : batch.rejections) {
    lines.push_back(fmt::format("#{} {}: {}", rejection.index, rejection.field, rejection.error));
  }
  return lines;
}

}  // namespace tidings::testing
