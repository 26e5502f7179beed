#include "cli/bench_outcome.h"

#include <chrono>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "cli/display_text.h"

namespace tidings::cli {
namespace {

double MsOf(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

double PerReportUs(double seconds, const load::LoadResult& load) {
  return load.reports == 0 ? 0 : seconds * 1e6 / static_cast<double>(load.reports);
}

double ReportsPerSecond(const load::LoadResult& load) {
  return load.seconds <= 0 ? 0 : static_cast<double>(load.reports) / load.seconds;
}

std::string Row(
    std::string_view name, const load::LoadResult& load, std::optional<double> server_cpu
) {
  return fmt::format(
      "{:<9}{:>12.0f}{:>10.2f}{:>10.2f}{:>10.2f}{:>10.2f}{:>12}{:>12.2f}\n",
      name,
      ReportsPerSecond(load),
      MsOf(load.latency.Quantile(0.5)),
      MsOf(load.latency.Quantile(0.99)),
      MsOf(load.latency.Quantile(0.999)),
      MsOf(load.latency.longest()),
      server_cpu ? fmt::format("{:.2f}", PerReportUs(*server_cpu, load)) : "-",
      PerReportUs(load.cpu_seconds, load)
  );
}

std::string Troubles(const load::LoadResult& load) {
  std::string text;
  if (load.failed_reports > 0 || !load.first_error.empty()) {
    text += fmt::format(
        "failed   {} reports; the first: {}\n", load.failed_reports, OneLine(load.first_error)
    );
  }
  if (load.unsent_reports > 0) {
    text += fmt::format(
        "unsent   {} reports were due, but all connections were busy\n", load.unsent_reports
    );
  }
  return text;
}

void WriteLoad(
    JsonWriter& json, const load::LoadResult& load, std::optional<double> server_cpu_seconds
) {
  json.BeginObject().Key("reports_per_second").Double(ReportsPerSecond(load));
  json.Key("acknowledged_reports").Uint(load.reports);
  json.Key("acknowledged_events").Uint(load.events);
  json.Key("acknowledged_requests").Uint(load.requests);
  json.Key("failed_reports").Uint(load.failed_reports);
  json.Key("unsent_reports").Uint(load.unsent_reports);
  json.Key("first_error").String(load.first_error).Key("seconds").Double(load.seconds);
  json.Key("p50_ms").Double(MsOf(load.latency.Quantile(0.5)));
  json.Key("p99_ms").Double(MsOf(load.latency.Quantile(0.99)));
  json.Key("p999_ms").Double(MsOf(load.latency.Quantile(0.999)));
  json.Key("max_ms").Double(MsOf(load.latency.longest()));
  json.Key("client_cpu_seconds").Double(load.cpu_seconds).Key("server_cpu_seconds");
  if (server_cpu_seconds) {
    json.Double(*server_cpu_seconds);
  } else {
    json.Null();
  }
  json.EndObject();
}

void WriteShape(JsonWriter& json, const BenchFlags& flags, uint64_t seed) {
  json.BeginObject().Key("protocol").String(flags.protocol);
  json.Key("connections").Uint(flags.connections).Key("in_flight").Uint(flags.in_flight);
  json.Key("batch").Uint(flags.batch).Key("ends").Double(flags.end_share);
  json.Key("rate").Double(flags.rate).Key("idle").Uint(flags.idle);
  json.Key("seed").Uint(seed).EndObject();
}

}  // namespace

std::string OutcomeText(const BenchFlags& flags, const BenchOutcome& outcome) {
  std::string text = fmt::format(
      "{}, {} connections, {} in flight on each, {} reports a request, seed {}\n\n",
      flags.protocol,
      flags.connections,
      flags.in_flight,
      flags.batch,
      outcome.seed
  );
  text += "          reports/s    p50 ms    p99 ms  p99.9 ms    max ms  server us   client us\n";
  text += Row("server", outcome.load, outcome.server_cpu_seconds);
  if (outcome.floor) {
    text += Row("floor", outcome.floor->load, outcome.floor->server_cpu_seconds);
  }
  text += fmt::format(
      "\nacked    {} reports of {} events in {:.2f} s, {} requests\n",
      outcome.load.reports,
      outcome.load.events,
      outcome.load.seconds,
      outcome.load.requests
  );
  if (outcome.stored_events) {
    text += fmt::format("stored   {} events more than before\n", *outcome.stored_events);
  }
  if (outcome.bytes_per_idle_connection) {
    text += fmt::format(
        "idle     {} connections, {:.1f} KiB of memory each\n",
        flags.idle,
        *outcome.bytes_per_idle_connection / 1024
    );
  }
  return text + Troubles(outcome.load);
}

std::string OutcomeJson(const BenchFlags& flags, const BenchOutcome& outcome) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject().Key("shape");
  WriteShape(json, flags, outcome.seed);
  json.Key("server");
  WriteLoad(json, outcome.load, outcome.server_cpu_seconds);
  json.Key("floor");
  if (outcome.floor) {
    WriteLoad(json, outcome.floor->load, outcome.floor->server_cpu_seconds);
  } else {
    json.Null();
  }
  json.Key("stored_events");
  if (outcome.stored_events) {
    json.Int(*outcome.stored_events);
  } else {
    json.Null();
  }
  json.Key("bytes_per_idle_connection");
  if (outcome.bytes_per_idle_connection) {
    json.Double(*outcome.bytes_per_idle_connection);
  } else {
    json.Null();
  }
  json.EndObject();
  return text + "\n";
}

}  // namespace tidings::cli
