#include "cli/bench_flags.h"

#include <array>
#include <utility>

#include "base/status.h"
#include "base/time_text.h"
#include "cli/commands.h"

namespace tidings::cli {
namespace {

constexpr const char* kGroup = "Load";
constexpr uint64_t kDefaultEvents = 100'000;

constexpr std::array<std::pair<const char*, load::Protocol>, 8> kProtocols{{
    {"grpc", load::Protocol::kGrpc},
    {"grpc-batched", load::Protocol::kGrpcBatched},
    {"http", load::Protocol::kHttp},
    {"h2", load::Protocol::kHttp2},
    {"ndjson", load::Protocol::kNdjson},
    {"otlp-grpc", load::Protocol::kOtlpGrpc},
    {"otlp-http", load::Protocol::kOtlpHttp},
    {"otlp-json", load::Protocol::kOtlpJson},
}};

load::Protocol ProtocolOf(const std::string& name) {
  for (const auto& [known, protocol] : kProtocols) {
    if (name == known) {
      return protocol;
    }
  }
  return load::Protocol::kGrpc;
}

void AddShapeFlags(CLI::App& command, BenchFlags& flags) {
  constexpr size_t kMost = 1'000'000;
  const auto positive = CLI::Range(size_t{1}, kMost);
  command
      .add_option(
          "--protocol",
          flags.protocol,
          "grpc (default): each message in a write of its own; grpc-batched; http: JSON arrays "
          "over HTTP/1.1; h2: the same over HTTP/2; ndjson: one report a line; otlp-grpc, "
          "otlp-http, otlp-json: log records, in protobuf or JSON"
      )
      ->check(CLI::IsMember(
          {"grpc", "grpc-batched", "http", "h2", "ndjson", "otlp-grpc", "otlp-http", "otlp-json"}
      ))
      ->type_name("NAME")
      ->group(kGroup);
  const auto add = [&](const char* name, auto& slot, const char* type, const char* doc) {
    return command.add_option(name, slot, doc)->type_name(type)->group(kGroup);
  };
  add("--connections", flags.connections, "N", "Connections (default 1)")->check(positive);
  add("--in-flight", flags.in_flight, "N", "Requests under way on each connection (default 1)")
      ->check(positive);
  add("--batch", flags.batch, "N", "Reports of one request: call, array or upload (default 100)")
      ->check(positive);
  add("--ends",
      flags.end_share,
      "SHARE",
      "Share of events, 0 to 1, whose end is reported alone, some hundred events later (default 0)")
      ->check(CLI::Range(0.0, 1.0));
}

}  // namespace

void AddBenchFlags(CLI::App& command, BenchFlags& flags) {
  AddShapeFlags(command, flags);
  const auto add = [&](const char* name, auto& slot, const char* type, const char* doc) {
    return command.add_option(name, slot, doc)->type_name(type)->group(kGroup);
  };
  add("--events", flags.events, "N", "Events to report (default 100000, without --duration)")
      ->check(CLI::PositiveNumber);
  add("--duration", flags.duration, "DURATION", "Report for so long, as 30s");
  add("--rate",
      flags.rate,
      "N",
      "Reports per second, sent when they are due; else the next request waits for an answer")
      ->check(CLI::PositiveNumber);
  add("--idle", flags.idle, "N", "Connections that are opened before, and only held");
  add("--seed", flags.seed, "N", "Of the data set; another in each run, or no event is new");
  command.add_flag("--no-floor", flags.without_floor, "Do not measure the floor")->group(kGroup);
  command.add_option("-o,--output", flags.form, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORM");
  AddConnectionFlags(command, flags.connection);
  command
      .add_option(
          "--grpc-address",
          flags.grpc_address,
          "host:port of the gRPC or OTLP port; else the server at --address tells it"
      )
      ->type_name("ADDRESS")
      ->group("Connection");
}

absl::StatusOr<load::Shape> ShapeOf(const BenchFlags& flags) {
  load::Shape shape{
      .protocol = ProtocolOf(flags.protocol),
      .connections = flags.connections,
      .in_flight = flags.in_flight,
      .batch = flags.batch,
      .end_share = flags.end_share,
      .events = flags.events.value_or(flags.duration.empty() ? kDefaultEvents : 0),
      .rate = flags.rate};
  if (!flags.duration.empty()) {
    const auto duration = ParseDuration(flags.duration);
    if (!duration.ok() || duration->count() <= 0) {
      return InvalidArgument("--duration is '{}'; expected a time, as 30s", flags.duration);
    }
    shape.duration = *duration;
  }
  if (shape.in_flight > 1 && !load::HasStreams(shape.protocol)) {
    return InvalidArgument(
        "--in-flight is {}, but over HTTP/1.1 (--protocol {}) one request at a time is under way "
        "on a connection; use more --connections",
        shape.in_flight,
        flags.protocol
    );
  }
  return shape;
}

}  // namespace tidings::cli
