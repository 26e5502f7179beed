#pragma once

#include <string>

#include "event/event.h"
#include "event/report.h"

/// Bytes that are the same for the same content, for ever: docs/formats/canonical-report.md.
namespace tidings {

/// Appends the canonical encoding of every field that the normalised report brings.
void AppendCanonical(std::string& out, const Report& report, const ReportBatch& batch);

/// The id of a report that brings a time but no id: XXH3 (128 bits) of the canonical encoding, as
/// 32 hex digits. A retry of the same report gets the same id.
std::string DeriveId(const Report& report, const ReportBatch& batch);

/// The canonical encoding of an event's content (no id, no receipts): what orders two corrections
/// of one generation.
void AppendCanonical(std::string& out, const EventView& event);

}  // namespace tidings
