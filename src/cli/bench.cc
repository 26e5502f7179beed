#include <algorithm>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>

#include "base/json_document.h"
#include "base/status.h"
#include "cli/bench_flags.h"
#include "cli/bench_outcome.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_row.h"
#include "load/drop_server.h"
#include "load/idle_connections.h"
#include "load/payload.h"
#include "load/process_usage.h"

namespace tidings::cli {
namespace {

constexpr int64_t kDayMs = int64_t{24} * 60 * 60 * 1000;

absl::StatusOr<load::Target> ParseTarget(std::string_view address) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  const std::string port_text(colon == std::string_view::npos ? "" : address.substr(colon + 1));
  if (!absl::SimpleAtoi(port_text, &port) || port == 0 || port > 65535) {
    return InvalidArgument("'{}' is no address; expected host:port", OneLine(address));
  }
  std::string host(address.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return load::Target{
      .host = host.empty() ? "127.0.0.1" : host, .port = static_cast<uint16_t>(port), .token = {}};
}

/// What the server tells of itself.
struct ServerState {
  int64_t events = 0;
  /// Of the listener that the load is for, as it names it; empty if the server has none.
  std::string listener_address;
};

/// The listener that takes the load, other than HTTP's.
const char* ListenerKeyOf(load::Protocol protocol) {
  if (load::IsOtlp(protocol)) {
    return load::IsGrpc(protocol) ? "otlp.grpc_address" : "otlp.http_address";
  }
  return "grpc.address";
}

std::string ListenerAddressIn(const simdjson::dom::element& status, std::string_view key) {
  simdjson::dom::array listeners;
  if (status["listeners"].get(listeners) != simdjson::SUCCESS) {
    return {};
  }
  for (const simdjson::dom::element listener : listeners) {
    if (TextOf(listener, "key") == key) {
      return TextOf(listener, "address");
    }
  }
  return {};
}

absl::StatusOr<ServerState> ReadState(ApiClient& client, load::Protocol protocol) {
  const auto response = client.Call({.path = "/api/v1/status"});
  if (!response.ok()) {
    return response.status();
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (response->status == 401 || response->status == 403) {
    return absl::PermissionDeniedError("/api/v1/status wants a token with the scope query");
  }
  if (response->status != 200 || !document.ok()) {
    return Unavailable("/api/v1/status answered {}", response->status);
  }
  const simdjson::dom::element root = (*document)->root();
  ServerState state{.listener_address = ListenerAddressIn(root, ListenerKeyOf(protocol))};
  simdjson::dom::element store;
  if (root["store"].get(store) == simdjson::SUCCESS) {
    state.events = IntegerOf(store, "events").value_or(0);
  }
  return state;
}

/// The host of an URL with the port of a listener, which may listen on all addresses.
std::string WithPortOf(std::string_view url, std::string_view listener) {
  const std::string_view authority = url.substr(url.find("://") + 3);
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return std::string(authority.substr(0, colon)) +
         std::string(listener.substr(std::min(listener.rfind(':'), listener.size())));
}

constexpr std::string_view kPlain = "http://";

/// What of the addresses is a mistake whatever the server says.
absl::Status CheckAddresses(const BenchFlags& flags, const Connection& connection) {
  if (!connection.address.starts_with(kPlain)) {
    return InvalidArgument(
        "{}: bench loads plain connections only; give the address of a listener without TLS",
        OneLine(connection.address)
    );
  }
  return flags.grpc_address.empty() ? absl::OkStatus() : ParseTarget(flags.grpc_address).status();
}

absl::StatusOr<load::Target> FindTarget(
    const BenchFlags& flags,
    const load::Shape& shape,
    const Connection& connection,
    const ServerState& state
) {
  std::string address = connection.address.substr(kPlain.size());
  if (load::IsGrpc(shape.protocol) || load::IsOtlp(shape.protocol)) {
    address = flags.grpc_address;
    if (address.empty() && state.listener_address.empty()) {
      return InvalidArgument(
          "the server tells no {}; --grpc-address gives one", ListenerKeyOf(shape.protocol)
      );
    }
    address = address.empty() ? WithPortOf(connection.address, state.listener_address) : address;
  }
  absl::StatusOr<load::Target> target = ParseTarget(address);
  if (target.ok()) {
    target->token = connection.token;
  }
  return target;
}

/// From /proc if the server runs here, else from its metrics.
class ServerMeter {
 public:
  ServerMeter(const load::Target& target, ApiClient& client) : client_(client) {
    if (target.host.starts_with("127.") || target.host == "localhost" || target.host == "::1") {
      pid_ = load::FindListener(target.port);
    }
  }

  std::optional<load::ProcessUsage> Read() const {
    return pid_ ? load::ReadUsage(*pid_) : ReadMetrics();
  }

 private:
  std::optional<load::ProcessUsage> ReadMetrics() const {
    const auto response = client_.Call({.path = "/metrics"});
    if (!response.ok() || response->status != 200) {
      return std::nullopt;
    }
    std::optional<load::ProcessUsage> usage;
    for (const absl::string_view line : absl::StrSplit(response->body, '\n')) {
      const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
      double value = 0;
      if (words.size() != 2 || !absl::SimpleAtod(words[1], &value)) {
        continue;
      }
      if (words[0] == "process_cpu_seconds_total") {
        usage = usage.value_or(load::ProcessUsage{});
        usage->cpu_seconds = value;
      } else if (words[0] == "process_resident_memory_bytes") {
        usage = usage.value_or(load::ProcessUsage{});
        usage->resident_bytes = static_cast<uint64_t>(value);
      }
    }
    return usage;
  }

  ApiClient& client_;
  std::optional<pid_t> pid_;
};

absl::StatusOr<BenchOutcome::Floor> MeasureFloor(
    const load::Shape& shape, std::span<const load::Payload> payloads
) {
  auto server = load::DropServer::Start(shape.protocol);
  if (!server.ok()) {
    return server.status();
  }
  auto load = load::RunLoad({.port = (*server)->port()}, shape, payloads);
  if (!load.ok()) {
    return load.status();
  }
  (*server)->Stop();
  return BenchOutcome::Floor{
      .load = *std::move(load), .server_cpu_seconds = (*server)->cpu_seconds()};
}

/// A load and where it goes.
struct Plan {
  load::Target target;
  load::Shape shape;
  size_t idle = 0;
  std::vector<load::Payload> payloads;
};

/// Opens the idle connections, puts the load on the server, and measures.
absl::Status MeasureServer(const Plan& plan, const ServerMeter& meter, BenchOutcome& outcome) {
  const auto before_idle = meter.Read();
  const auto idle_connections =
      load::OpenIdleConnections(plan.target, plan.shape.protocol, plan.idle);
  if (!idle_connections.ok()) {
    return idle_connections.status();
  }
  const auto before = meter.Read();
  if (before && before_idle && plan.idle > 0) {
    outcome.bytes_per_idle_connection = (static_cast<double>(before->resident_bytes) -
                                         static_cast<double>(before_idle->resident_bytes)) /
                                        static_cast<double>(plan.idle);
  }
  absl::StatusOr<load::LoadResult> load = load::RunLoad(plan.target, plan.shape, plan.payloads);
  if (!load.ok()) {
    return load.status();
  }
  outcome.load = *std::move(load);
  const auto after = meter.Read();
  if (before && after) {
    outcome.server_cpu_seconds = after->cpu_seconds - before->cpu_seconds;
  }
  return absl::OkStatus();
}

absl::StatusOr<BenchOutcome> Measure(
    const BenchFlags& flags, Plan plan, ApiClient& client, const Context& context
) {
  const int64_t now_ms = context.clock.NowMs();
  BenchOutcome outcome{.seed = flags.seed.value_or(static_cast<uint64_t>(now_ms))};
  const uint64_t events = load::PlanLoad(plan.shape).encoded_events;
  const load::Dataset dataset{.size = events, .seed = outcome.seed, .day_ms = now_ms - kDayMs};
  plan.payloads = load::EncodePayloads(plan.shape, dataset, events);
  const ServerMeter meter(plan.target, client);
  if (absl::Status status = MeasureServer(plan, meter, outcome); !status.ok()) {
    return status;
  }
  if (!flags.without_floor) {
    absl::StatusOr<BenchOutcome::Floor> floor = MeasureFloor(plan.shape, plan.payloads);
    if (!floor.ok()) {
      return floor.status();
    }
    outcome.floor = *std::move(floor);
  }
  return outcome;
}

int RunBench(const BenchFlags& flags, ApiClient& client, Context& context) {
  const absl::StatusOr<load::Shape> shape = ShapeOf(flags);
  if (!shape.ok()) {
    return TellUsage(context, MessageOf(shape.status()));
  }
  const absl::StatusOr<Connection> connection = ResolveConnection(flags.connection, context);
  if (!connection.ok()) {
    return TellUsage(context, MessageOf(connection.status()));
  }
  if (const absl::Status status = CheckAddresses(flags, *connection); !status.ok()) {
    return TellUsage(context, MessageOf(status));
  }
  const absl::StatusOr<ServerState> before = ReadState(client, shape->protocol);
  if (!before.ok()) {
    return client.TellNoAnswer(before.status());
  }
  const absl::StatusOr<load::Target> target = FindTarget(flags, *shape, *connection, *before);
  if (!target.ok()) {
    return TellUsage(context, MessageOf(target.status()));
  }
  absl::StatusOr<BenchOutcome> outcome = Measure(
      flags,
      {.target = *target, .shape = *shape, .idle = flags.idle, .payloads = {}},
      client,
      context
  );
  if (!outcome.ok()) {
    context.err << fmt::format("tidings: {}\n", OneLine(MessageOf(outcome.status())));
    return kUnreachable;
  }
  if (const absl::StatusOr<ServerState> after = ReadState(client, shape->protocol); after.ok()) {
    outcome->stored_events = after->events - before->events;
  }
  context.out
      << (flags.form == "json" ? OutcomeJson(flags, *outcome) : OutcomeText(flags, *outcome));
  const bool failed = outcome->load.failed_reports > 0 || !outcome->load.first_error.empty();
  return failed ? kFailed : kOk;
}

int RunBenchWithClient(const BenchFlags& flags, Context& context) {
  return WithClient(flags.connection, context, [&](ApiClient& client) {
    return RunBench(flags, client, context);
  });
}

}  // namespace

void AddBench(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("bench", "Measure how fast a server takes reports, with load of a shape");
  auto flags = std::make_shared<BenchFlags>();
  AddBenchFlags(*command, *flags);
  command->footer(
      "Reports a made-up day of 50 services to the server, encoded before the clock starts, and\n"
      "prints rate, latency of the acknowledgement (with --rate from when a request was due), and\n"
      "CPU time per report of both sides. The floor is the same load on a server inside of bench\n"
      "that reads it, drops it and says yes. The events stay on the server: use one for tests.\n"
      "Exit code 1: a report was refused or not answered.\n\n"
      "Examples:\n"
      "  tidings bench\n"
      "  tidings bench --protocol http --connections 64 --events 1000000\n"
      "  tidings bench --protocol grpc-batched --batch 1000 --in-flight 2 --duration 30s\n"
      "  tidings bench --protocol h2 --in-flight 16 --rate 50000 --duration 30s -o json"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] { return RunBenchWithClient(*flags, context); };
  });
}

}  // namespace tidings::cli
