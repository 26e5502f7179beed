#include "event/canonical.h"

#include <bit>
#include <cmath>
#include <limits>

#include "base/hash.h"

/// Every number here is part of a format that never changes: docs/formats/canonical-report.md.
namespace tidings {
namespace {

constexpr char kReportVersion = 1;
constexpr char kEventVersion = 2;

enum class Field : uint8_t {
  kService = 1,
  kInstance = 2,
  kEndpoint = 3,
  kLayer = 4,
  kName = 5,
  kMessage = 6,
  kType = 7,
  kParameter = 8,
  kStart = 9,
  kEnd = 10,
  kReported = 11,
  kCount = 12,
  kGeneration = 13,
  kDerived = 14,
  kWithdrawn = 15,
  kTruncated = 16,
  kOrigin = 17,
};

constexpr std::array<Field, kTextFieldCount> kTextFields = {
    Field::kService,
    Field::kInstance,
    Field::kEndpoint,
    Field::kLayer,
    Field::kName,
    Field::kMessage};

/// `width` bytes of `bits`, most significant first.
void AppendBigEndian(std::string& out, uint64_t bits, int width) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(bits >> shift & 0xff));
  }
}

constexpr uint64_t kTopBit = uint64_t{1} << 63;

/// Two's complement with the top bit inverted: bytes order as numbers do.
void AppendInt(std::string& out, int64_t value) {
  AppendBigEndian(out, static_cast<uint64_t>(value) ^ kTopBit, 8);
}

/// IEEE 754 bits, all inverted when negative, else the top bit set: bytes order as numbers do.
void AppendDouble(std::string& out, double value) {
  if (std::isnan(value)) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (value == 0) {
    value = 0;
  }
  const auto bits = std::bit_cast<uint64_t>(value);
  AppendBigEndian(out, (bits & kTopBit) != 0 ? ~bits : bits | kTopBit, 8);
}

void AppendLength(std::string& out, size_t length) {
  AppendBigEndian(out, length, 4);
}

void AppendText(std::string& out, std::string_view text) {
  AppendLength(out, text.size());
  out.append(text);
}

void AppendField(std::string& out, Field field) {
  out.push_back(static_cast<char>(field));
}

/// Nothing for the value 0: a report that does not bring a field and one that brings 0 say the
/// same.
void AppendIntField(std::string& out, Field field, int64_t value) {
  if (value != 0) {
    AppendField(out, field);
    AppendInt(out, value);
  }
}

void AppendFlagField(std::string& out, Field field, bool value) {
  if (value) {
    AppendField(out, field);
  }
}

void AppendValue(std::string& out, const Value& value) {
  out.push_back(static_cast<char>(value.index()));
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    AppendText(out, *text);
  } else if (const auto* const integer = std::get_if<int64_t>(&value)) {
    AppendInt(out, *integer);
  } else if (const auto* const number = std::get_if<double>(&value)) {
    AppendDouble(out, *number);
  } else {
    out.push_back(*std::get_if<bool>(&value) ? 1 : 0);
  }
}

}  // namespace

void AppendCanonical(std::string& out, const Report& report, const ReportBatch& batch) {
  out.push_back(kReportVersion);
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    if (!report.text.values[i].empty()) {
      AppendField(out, kTextFields[i]);
      AppendText(out, report.text.values[i]);
    }
  }
  AppendFlagField(out, Field::kType, report.type == EventType::kError);
  for (uint32_t i = 0; i < report.parameter_count; ++i) {
    const Parameter& parameter = batch.parameters[report.first_parameter + i];
    AppendField(out, Field::kParameter);
    AppendText(out, parameter.key);
    AppendValue(out, parameter.value);
  }
  AppendIntField(out, Field::kStart, report.start);
  AppendIntField(out, Field::kEnd, report.end);
  AppendIntField(out, Field::kReported, report.reported);
  AppendIntField(out, Field::kCount, report.count);
  AppendIntField(out, Field::kGeneration, report.generation);
  AppendFlagField(out, Field::kDerived, report.derived);
  AppendFlagField(out, Field::kWithdrawn, report.withdrawn);
  if (!report.origin.empty()) {
    AppendField(out, Field::kOrigin);
    AppendText(out, report.origin);
  }
}

std::string DeriveId(const Report& report, const ReportBatch& batch) {
  std::string bytes;
  AppendCanonical(bytes, report, batch);
  return Xxh3(bytes).ToHex();
}

void AppendCanonical(std::string& out, const EventView& event) {
  out.push_back(kEventVersion);
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    if (!event.text.values[i].empty()) {
      AppendField(out, kTextFields[i]);
      AppendText(out, event.text.values[i]);
      AppendInt(out, event.text_clock[i]);
    }
  }
  AppendFlagField(out, Field::kType, event.type == EventType::kError);
  for (const Parameter& parameter : event.parameters) {
    AppendField(out, Field::kParameter);
    AppendText(out, parameter.key);
    AppendValue(out, parameter.value);
    AppendInt(out, parameter.clock);
  }
  AppendIntField(out, Field::kStart, event.start);
  AppendIntField(out, Field::kEnd, event.end);
  AppendIntField(out, Field::kCount, event.count);
  AppendFlagField(out, Field::kWithdrawn, event.withdrawn);
  AppendFlagField(out, Field::kTruncated, event.truncated);
}

}  // namespace tidings
