#include <map>
#include <rapidcheck.h>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "api/rest/testing/rest_harness.h"
#include "codec/json/csv_reader.h"
#include "codec/json/exported_event.h"
#include "event/testing/report_generator.h"

/// What an export brings back into an empty server: the same events, but for when the server heard
/// of them, generations, and times that it had inferred.
namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using rest_testing::WholeBody;
using tidings::testing::BatchBuilder;
using tidings::testing::ReportSpec;
using tidings::testing::ValidReport;

/// Text that a form of files could break.
rc::Gen<std::string> AwkwardText() {
  return rc::gen::elementOf(std::vector<std::string>{
      "",
      "plain",
      "=1+1",
      "'=1+1",
      "''@x",
      "'",
      "'plain",
      "a,b",
      "\"quoted\"",
      "line\r\nbreak\rreturn\n",
      "\t",
      " space ",
      "-",
      "é 日本 \xF0\x9F\x9A\x80",
      std::string("nul\0", 4)});
}

rc::Gen<std::vector<ReportSpec>> AnyReports() {
  return rc::gen::container<std::vector<ReportSpec>>(rc::gen::map(
      rc::gen::tuple(
          ValidReport({.ids = {"a", "b", "c", "=d", "e,\"f\""}, .many_parameters = false}),
          AwkwardText(),
          AwkwardText()
      ),
      [](std::tuple<ReportSpec, std::string, std::string> drawn) {
        ReportSpec report = std::get<0>(std::move(drawn));
        if (!report.withdrawn) {
          report.message = std::get<1>(drawn);
          report.endpoint = std::get<2>(drawn);
        }
        return report;
      }
  ));
}

/// A store's commits are answered at once here.
void CommitEach(RestHarness& rest, const std::vector<ReportSpec>& reports) {
  for (const ReportSpec& report : reports) {
    rest.store.Commit(
        BatchBuilder(1'700'000'000'000).Add(report).Build(),
        [](const absl::StatusOr<CommitResult>& result) { RC_ASSERT(result.ok()); }
    );
    rest.clock.Advance(std::chrono::milliseconds(1));
  }
}

/// The reports of an exported file, as import sends them.
std::string ReportsOfNdjson(const std::string& file) {
  std::string lines;
  std::istringstream in(file);
  json::ExportedEvents events;
  for (std::string line; std::getline(in, line);) {
    RC_ASSERT(events.AppendReports(line, lines).ok());
  }
  return lines;
}

std::string ReportsOfCsv(const std::string& file) {
  std::string ndjson;
  std::istringstream in(file);
  json::CsvReader reader(in);
  const json::CsvEvents events = json::CsvEvents::Create(*reader.Next().value()).value();
  for (auto cells = reader.Next(); cells.value(); cells = reader.Next()) {
    ndjson += events.ToJson(**cells).value() + "\n";
  }
  return ReportsOfNdjson(ndjson);
}

/// By id, each event as it is shown, without what an import does not bring back.
std::map<std::string, std::string> Shown(RestHarness& rest) {
  std::map<std::string, std::string> events;
  std::istringstream in(WholeBody(rest.Get("/api/v1/export")));
  for (std::string line; std::getline(in, line);) {
    simdjson::dom::parser parser;
    const simdjson::dom::object event = parser.parse(line).get_object().value();
    const bool is_inferred = event["time_inferred"].get_bool().value();
    std::string& shown = events[std::string(event["id"].get_string().value())];
    for (const auto& [name, value] : event) {
      const bool is_left_out = name == "received_first" || name == "received_last" ||
                               name == "generation" ||
                               (is_inferred && (name == "start" || name == "end"));
      if (!is_left_out) {
        shown += std::string(name) + "=" + simdjson::minify(value) + " ";
      }
    }
  }
  return events;
}

void ExpectSameAfterImport(const std::string& form, std::string (*reports_of)(const std::string&)) {
  EXPECT_TRUE(rc::check("import of an export is the same as " + form, [&] {
    RestHarness exported;
    CommitEach(exported, *AnyReports());
    const std::string file = WholeBody(exported.Get("/api/v1/export?format=" + form));
    RestHarness imported;
    rest_testing::TestUpload upload = imported.Upload();
    upload.Send(reports_of(file));
    upload.End();
    RC_ASSERT(upload.answer().value().status == 200);
    RC_ASSERT(Shown(imported) == Shown(exported));
    // A second time changes nothing.
    const uint64_t before = imported.store.LastSequence();
    rest_testing::TestUpload again = imported.Upload();
    again.Send(reports_of(file));
    again.End();
    RC_ASSERT(again.answer().value().status == 200);
    RC_ASSERT(imported.store.LastSequence() == before);
  }));
}

TEST(ImportLawTest, AnExportAsNdjsonComesBackTheSame) {
  ExpectSameAfterImport("ndjson", &ReportsOfNdjson);
}

TEST(ImportLawTest, AnExportAsCsvComesBackTheSame) {
  ExpectSameAfterImport("csv", &ReportsOfCsv);
}

}  // namespace
}  // namespace tidings::rest
