#include "config/schema.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tidings::config {
namespace {

constexpr std::array<std::string_view, 2> kEngines{"embedded", "memory"};
constexpr std::array<std::string_view, 6> kLogLevels{
    "trace", "debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> kSwitch{"on", "off"};
constexpr std::array<std::string_view, 2> kUnnamedRecords{"drop", "keep"};
constexpr std::array<std::string_view, 3> kLogFormats{"auto", "text", "json"};

constexpr uint64_t kMinute = 60'000;
constexpr uint64_t kHour = 60 * kMinute;
constexpr uint64_t kDay = 24 * kHour;
constexpr uint64_t kCentury = 36'525 * kDay;
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kGiB = uint64_t{1} << 30;
constexpr uint64_t kTiB = 1024 * kGiB;

constexpr auto kKeys = std::to_array<Key>({
    {.path = "http.address",
     .kind = Kind::kAddress,
     .doc =
         "Where HTTP is served: SkyWalking's `/v3/events` and `/graphql`, REST, the page, health "
         "and metrics.",
     .slot = [](Config& c) -> Slot { return &c.http.address; }},
    {.path = "grpc.address",
     .kind = Kind::kAddress,
     .doc = "Where gRPC is served: SkyWalking's `EventService`, OTLP's `LogsService`, health and "
            "reflection.",
     .slot = [](Config& c) -> Slot { return &c.grpc.address; }},
    {.path = "otlp.grpc_address",
     .kind = Kind::kAddress,
     .doc = "Where OTLP over gRPC is served.",
     .slot = [](Config& c) -> Slot { return &c.otlp_grpc.address; }},
    {.path = "otlp.http_address",
     .kind = Kind::kAddress,
     .doc = "Where OTLP over HTTP is served.",
     .slot = [](Config& c) -> Slot { return &c.otlp_http.address; }},

    {.path = "store.engine",
     .kind = Kind::kChoice,
     .doc = "`embedded` keeps events on disk; `memory` forgets them at the end of the process.",
     .slot = [](Config& c) -> Slot { return &c.store.engine; },
     .choices = kEngines},
    {.path = "store.directory",
     .kind = Kind::kDirectory,
     .doc = "The data directory; made if it is missing. `--data-dir` is short for it.",
     .slot = [](Config& c) -> Slot { return &c.store.directory; }},
    {.path = "store.retention",
     .kind = Kind::kDuration,
     .doc = "A closed event leaves this long after the last report that changed it.",
     .slot = [](Config& c) -> Slot { return &c.store.retention; },
     .least = kMinute,
     .most = kCentury},
    {.path = "store.open_retention",
     .kind = Kind::kDuration,
     .doc = "The same for an event that is still open.",
     .slot = [](Config& c) -> Slot { return &c.store.open_retention; },
     .least = kMinute,
     .most = kCentury},
    {.path = "store.layer_retention",
     .kind = Kind::kDurations,
     .doc = "Layers whose closed events leave after another time: `[K8S=7d, GENERAL=90d]`.",
     .slot = [](Config& c) -> Slot { return &c.store.layer_retention; },
     .least = kMinute,
     .most = kCentury},
    {.path = "store.max_bytes",
     .kind = Kind::kSize,
     .doc = "Above this the oldest compacted days leave, whatever their age. 0: no limit.",
     .slot = [](Config& c) -> Slot { return &c.store.max_bytes; },
     .least = 0,
     .most = 1024 * kTiB},
    {.path = "store.low_water",
     .kind = Kind::kSize,
     .doc = "With less free on the disk nothing is taken (`503`, `UNAVAILABLE`), until there is "
            "room again. 0: the least of 1 GiB and 5 % of the disk.",
     .slot = [](Config& c) -> Slot { return &c.store.low_water; },
     .least = 0,
     .most = 1024 * kGiB},

    {.path = "tls.certificate",
     .kind = Kind::kReadableFile,
     .doc = "The server's certificate chain, PEM; every listener then speaks TLS only. Replaced "
            "files are "
            "taken up within seconds.",
     .slot = [](Config& c) -> Slot { return &c.tls.certificate; }},
    {.path = "tls.key",
     .kind = Kind::kReadableFile,
     .doc = "The certificate's private key, PEM, without a password; nobody else may read it.",
     .slot = [](Config& c) -> Slot { return &c.tls.key; }},
    {.path = "tls.client_ca",
     .kind = Kind::kReadableFile,
     .doc = "Certificates of those who may sign clients' certificates, PEM. When set, a client "
            "without a good certificate is refused.",
     .slot = [](Config& c) -> Slot { return &c.tls.client_ca; }},
    {.path = "tls.allowed_names",
     .kind = Kind::kTexts,
     .doc = "When set, a client's certificate must bear one of these as a subject alternative "
            "name (DNS, URI, e-mail or IP address).",
     .slot = [](Config& c) -> Slot { return &c.tls.allowed_names; }},
    {.path = "auth.tokens_file",
     .kind = Kind::kReadableFile,
     .doc = "The tokens that are accepted, by their hashes, as `tidings token create` writes them; "
            "without it no token is asked for. Taken up within seconds when it changes.",
     .slot = [](Config& c) -> Slot { return &c.auth.tokens_file; }},
    {.path = "auth.http",
     .kind = Kind::kChoice,
     .doc = "`off`: HTTP asks for no token, as if there were none.",
     .slot = [](Config& c) -> Slot { return &c.auth.http; },
     .choices = kSwitch},
    {.path = "auth.grpc",
     .kind = Kind::kChoice,
     .doc = "The same for gRPC. `swctl` sends no token there.",
     .slot = [](Config& c) -> Slot { return &c.auth.grpc; },
     .choices = kSwitch},

    {.path = "log.level",
     .kind = Kind::kChoice,
     .doc = "The least severe messages that are logged.",
     .slot = [](Config& c) -> Slot { return &c.log.level; },
     .choices = kLogLevels},
    {.path = "log.format",
     .kind = Kind::kChoice,
     .doc = "`auto` is text on a terminal and JSON otherwise.",
     .slot = [](Config& c) -> Slot { return &c.log.format; },
     .choices = kLogFormats},

    {.path = "limits.connections",
     .kind = Kind::kCount,
     .doc = "Connections at the same time; more are refused at once.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.connections; }},
    {.path = "limits.connections_per_address",
     .kind = Kind::kCount,
     .doc = "The same, of one address.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.connections_per_address; }},
    {.path = "limits.events_per_second_per_token",
     .kind = Kind::kCount,
     .doc = "Reports that one token may send; beyond, and after a burst of two seconds, it is told "
            "to wait. 0: any number.",
     .slot = [](Config& c) -> Slot { return &c.rates.per_token.events_per_second; },
     .least = 0},
    {.path = "limits.bytes_per_second_per_token",
     .kind = Kind::kSize,
     .doc = "The same of bytes, as they arrive.",
     .slot = [](Config& c) -> Slot { return &c.rates.per_token.bytes_per_second; },
     .least = 0,
     .most = 64 * kGiB},
    {.path = "limits.events_per_second_per_address",
     .kind = Kind::kCount,
     .doc = "Reports that one address may send, of IPv6 one network of 64 bits. 0: any number.",
     .slot = [](Config& c) -> Slot { return &c.rates.per_address.events_per_second; },
     .least = 0},
    {.path = "limits.bytes_per_second_per_address",
     .kind = Kind::kSize,
     .doc = "The same of bytes, as they arrive.",
     .slot = [](Config& c) -> Slot { return &c.rates.per_address.bytes_per_second; },
     .least = 0,
     .most = 64 * kGiB},
    {.path = "limits.header_bytes",
     .kind = Kind::kSize,
     .doc = "All headers of one request.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.header_bytes; },
     .least = 1024,
     .most = kMiB},
    {.path = "limits.streams_per_connection",
     .kind = Kind::kCount,
     .doc = "Calls at the same time on one HTTP/2 connection.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.streams_per_connection; }},
    {.path = "limits.inflight_bytes",
     .kind = Kind::kSize,
     .doc = "Bytes that are received and not yet stored, in all; at the limit reading stops.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.inflight_bytes; },
     .least = kMiB,
     .most = 64 * kGiB},
    {.path = "limits.inflight_bytes_per_connection",
     .kind = Kind::kSize,
     .doc = "The same, of one connection.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.inflight_bytes_per_connection; },
     .least = uint64_t{64} * 1024,
     .most = 64 * kGiB},
    {.path = "limits.unread_answer_bytes",
     .kind = Kind::kSize,
     .doc = "Answers that wait in memory because their clients do not read them, in all. Beyond, "
            "queries get 503; reports are taken as ever.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.unread_answer_bytes; },
     .most = 64 * kGiB},
    {.path = "limits.incomplete_timeout",
     .kind = Kind::kDuration,
     .doc = "How long a header, message or body that has begun may take, before it must arrive at "
            "`limits.min_body_bytes_per_second`.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.incomplete_timeout; },
     .least = 100,
     .most = kHour},
    {.path = "limits.min_body_bytes_per_second",
     .kind = Kind::kSize,
     .doc = "A slower body is given up after `limits.incomplete_timeout`.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.min_body_bytes_per_second; },
     .most = kGiB},
    {.path = "limits.idle_timeout",
     .kind = Kind::kDuration,
     .doc = "A connection without a call is closed after this long.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.idle_timeout; },
     .least = 1000,
     .most = 365 * kDay},
    {.path = "limits.ping_interval",
     .kind = Kind::kDuration,
     .doc = "HTTP/2 connections with idle streams are probed this often.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.ping_interval; },
     .least = 1000,
     .most = 365 * kDay},
    {.path = "limits.resets_per_10s",
     .kind = Kind::kCount,
     .doc = "Streams that one connection may reset within 10 s.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.resets_per_10s; }},
    {.path = "limits.pings_per_10s",
     .kind = Kind::kCount,
     .doc = "Pings of one connection within 10 s.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.pings_per_10s; }},
    {.path = "limits.settings_per_10s",
     .kind = Kind::kCount,
     .doc = "HTTP/2 SETTINGS of one connection within 10 s.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.settings_per_10s; }},
    {.path = "limits.empty_frames_per_10s",
     .kind = Kind::kCount,
     .doc = "Frames without content of one connection within 10 s.",
     .slot = [](Config& c) -> Slot { return &c.front_limits.empty_frames_per_10s; }},

    {.path = "limits.id_bytes",
     .kind = Kind::kSize,
     .doc = "A report's id.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.id_bytes; },
     .most = 1024},
    {.path = "limits.source_bytes",
     .kind = Kind::kSize,
     .doc = "Each of a report's service, instance and endpoint.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.source_bytes; },
     .most = kMiB},
    {.path = "limits.layer_bytes",
     .kind = Kind::kSize,
     .doc = "A report's layer.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.layer_bytes; },
     .most = kMiB},
    {.path = "limits.name_bytes",
     .kind = Kind::kSize,
     .doc = "A report's name.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.name_bytes; },
     .most = kMiB},
    {.path = "limits.message_bytes",
     .kind = Kind::kSize,
     .doc = "A report's message.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.message_bytes; },
     .most = kMiB},
    {.path = "limits.parameters",
     .kind = Kind::kCount,
     .doc = "Parameters of one report.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.parameters; },
     .most = 256},
    {.path = "limits.parameters_bytes",
     .kind = Kind::kSize,
     .doc = "A report's parameters, keys and values together.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.parameters_bytes; },
     .most = kMiB},
    {.path = "limits.parameter_key_bytes",
     .kind = Kind::kSize,
     .doc = "The key of a parameter.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.parameter_key_bytes; },
     .most = kMiB},
    {.path = "limits.parameter_value_bytes",
     .kind = Kind::kSize,
     .doc = "The text of a parameter.",
     .slot = [](Config& c) -> Slot { return &c.report_limits.parameter_value_bytes; },
     .most = kMiB},

    {.path = "masking.parameters",
     .kind = Kind::kTexts,
     .doc = "Parameters whose text is the command line of a JVM, in which secrets are masked.",
     .slot = [](Config& c) -> Slot { return &c.masking.parameters; }},
    {.path = "masking.words",
     .kind = Kind::kTexts,
     .doc = "The value of an option whose name ends in one of these words becomes `***`.",
     .slot = [](Config& c) -> Slot { return &c.masking.words; }},

    {.path = "receivers.skywalking_grpc.max_message_bytes",
     .kind = Kind::kSize,
     .doc = "One event.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_grpc.max_message_bytes; },
     .least = 1024,
     .most = 64 * kMiB},
    {.path = "receivers.skywalking_grpc.max_wait",
     .kind = Kind::kDuration,
     .doc = "How long a message waits for room before the call is refused with `UNAVAILABLE`; at "
            "most half of the call's `grpc-timeout`.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_grpc.max_wait; },
     .most = kHour},
    {.path = "receivers.skywalking_http.max_reports",
     .kind = Kind::kCount,
     .doc = "Events of one array.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_http.max_reports; }},
    {.path = "receivers.skywalking_http.max_json_depth",
     .kind = Kind::kCount,
     .doc = "How deep JSON may nest.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_http.max_json_depth; },
     .least = 8,
     .most = 1024},
    {.path = "receivers.skywalking_http.max_body_bytes",
     .kind = Kind::kSize,
     .doc = "A body as it arrives.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_http.max_body_bytes; },
     .least = 1024,
     .most = 4 * kGiB},
    {.path = "receivers.skywalking_http.max_inflated_bytes",
     .kind = Kind::kSize,
     .doc = "A body when it is inflated.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_http.max_inflated_bytes; },
     .least = 1024,
     .most = 4 * kGiB},
    {.path = "receivers.skywalking_http.max_wait",
     .kind = Kind::kDuration,
     .doc = "How long a request waits for room before it is refused with 503.",
     .slot = [](Config& c) -> Slot { return &c.skywalking_http.max_wait; },
     .most = kHour},

    {.path = "receivers.otlp.max_records",
     .kind = Kind::kCount,
     .doc = "Log records of one request.",
     .slot = [](Config& c) -> Slot { return &c.otlp.max_records; }},
    {.path = "receivers.otlp.max_body_bytes",
     .kind = Kind::kSize,
     .doc = "A request as it arrives, over gRPC and over HTTP.",
     .slot = [](Config& c) -> Slot { return &c.otlp.max_body_bytes; },
     .least = 1024,
     .most = 4 * kGiB - 1},
    {.path = "receivers.otlp.max_inflated_bytes",
     .kind = Kind::kSize,
     .doc = "A request when it is inflated.",
     .slot = [](Config& c) -> Slot { return &c.otlp.max_inflated_bytes; },
     .least = 1024,
     .most = 4 * kGiB},
    {.path = "receivers.otlp.max_wait",
     .kind = Kind::kDuration,
     .doc = "How long a request waits for room before it is refused, over gRPC at most 8/9 of the "
            "call's `grpc-timeout`. Flink drops what is refused.",
     .slot = [](Config& c) -> Slot { return &c.otlp.max_wait; },
     .most = kHour},
    {.path = "receivers.otlp.unnamed_records",
     .kind = Kind::kChoice,
     .doc = "Log records without an event name are no events: `drop` counts and drops them, `keep` "
            "stores them under the name of their scope.",
     .slot = [](Config& c) -> Slot { return &c.otlp.unnamed_records; },
     .choices = kUnnamedRecords},

    {.path = "rest.max_reports",
     .kind = Kind::kCount,
     .doc = "Reports of one array; NDJSON has no such limit.",
     .slot = [](Config& c) -> Slot { return &c.rest.max_reports; }},
    {.path = "rest.max_json_depth",
     .kind = Kind::kCount,
     .doc = "How deep JSON may nest.",
     .slot = [](Config& c) -> Slot { return &c.rest.max_json_depth; },
     .least = 8,
     .most = 1024},
    {.path = "rest.max_body_bytes",
     .kind = Kind::kSize,
     .doc = "A JSON body as it arrives; NDJSON has no such limit.",
     .slot = [](Config& c) -> Slot { return &c.rest.max_body_bytes; },
     .least = 1024,
     .most = 4 * kGiB},
    {.path = "rest.max_inflated_bytes",
     .kind = Kind::kSize,
     .doc = "A JSON body when it is inflated.",
     .slot = [](Config& c) -> Slot { return &c.rest.max_inflated_bytes; },
     .least = 1024,
     .most = 4 * kGiB},
    {.path = "rest.max_line_bytes",
     .kind = Kind::kSize,
     .doc = "One line of NDJSON.",
     .slot = [](Config& c) -> Slot { return &c.rest.max_line_bytes; },
     .least = 1024,
     .most = kGiB},
    {.path = "rest.max_wait",
     .kind = Kind::kDuration,
     .doc = "How long a request waits for room before it is refused with 503.",
     .slot = [](Config& c) -> Slot { return &c.rest.max_wait; },
     .most = kHour},
    {.path = "rest.query_deadline",
     .kind = Kind::kDuration,
     .doc = "After this long a query answers with what it has, and says so.",
     .slot = [](Config& c) -> Slot { return &c.rest.query_deadline; },
     .least = 10,
     .most = kHour},

    {.path = "query.change_names",
     .kind = Kind::kTexts,
     .doc =
         "Names of events that change a service, whatever their case: what `changes` and `before` "
         "look for.",
     .slot = [](Config& c) -> Slot { return &c.query.change_names; }},
    {.path = "query.lifecycle_names",
     .kind = Kind::kTexts,
     .doc = "Names of events that stand for a change of a service that has none.",
     .slot = [](Config& c) -> Slot { return &c.query.lifecycle_names; }},

    {.path = "derive.flink",
     .kind = Kind::kSwitch,
     .doc = "Whether intervals (statuses, downtimes, failed checkpoints) are made from what Flink "
            "reports of its jobs. Those that are there stay when it is switched off.",
     .slot = [](Config& c) -> Slot { return &c.derive.flink; }},
    {.path = "derive.settle",
     .kind = Kind::kDuration,
     .doc = "How long after the latest report of a job its intervals are shown, so that what "
            "belongs together is seen together.",
     .slot = [](Config& c) -> Slot { return &c.derive.settle; },
     .least = 0,
     .most = kHour},

    {.path = "graphql.max_body_bytes",
     .kind = Kind::kSize,
     .doc = "A request's body, as it arrives and when it is inflated.",
     .slot = [](Config& c) -> Slot { return &c.graphql.max_body_bytes; },
     .least = 1024,
     .most = kGiB},
    {.path = "graphql.query_deadline",
     .kind = Kind::kDuration,
     .doc = "After this long a request is answered with an error.",
     .slot = [](Config& c) -> Slot { return &c.graphql.query_deadline; },
     .least = 10,
     .most = kHour},
    {.path = "graphql.max_query_bytes",
     .kind = Kind::kSize,
     .doc = "The text of a query.",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.max_query_bytes; },
     .least = 1024,
     .most = kGiB},
    {.path = "graphql.max_depth",
     .kind = Kind::kCount,
     .doc = "Fields inside fields. The introspection query of the usual clients needs 13.",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.max_depth; },
     .most = 100},
    {.path = "graphql.max_definitions",
     .kind = Kind::kCount,
     .doc = "Operations and fragments of one query.",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.max_definitions; }},
    {.path = "graphql.max_aliases",
     .kind = Kind::kCount,
     .doc = "Aliases in one query.",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.max_aliases; },
     .least = 0},
    {.path = "graphql.max_cost",
     .kind = Kind::kCount,
     .doc = "The sum of what the fields of one query cost.",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.max_cost; }},
    {.path = "graphql.max_answer_bytes",
     .kind = Kind::kSize,
     .doc = "One answer.",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.max_answer_bytes; },
     .least = 1024,
     .most = 4 * kGiB},
    {.path = "graphql.introspection",
     .kind = Kind::kSwitch,
     .doc = "Whether the schema can be asked for (`__schema`, `__type`).",
     .slot = [](Config& c) -> Slot { return &c.graphql.limits.introspection; }},
});

std::string_view LastPart(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::string_view Parent(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

/// Every key and every section, by its whole path.
std::vector<std::string_view> KeysAndSections() {
  std::vector<std::string_view> paths;
  for (const Key& key : kKeys) {
    for (std::string_view path = key.path; !path.empty(); path = Parent(path)) {
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
        paths.push_back(path);
      }
    }
  }
  return paths;
}

/// What may be meant by an unknown `path`: the nearest beside it, a key of that very name
/// elsewhere, or the nearest of all.
std::optional<std::string_view> NearestPath(std::string_view path) {
  const std::vector<std::string_view> all = KeysAndSections();
  std::vector<std::string_view> siblings;
  for (const std::string_view candidate : all) {
    if (Parent(candidate) == Parent(path)) {
      siblings.push_back(LastPart(candidate));
    }
  }
  if (const auto sibling = Nearest(LastPart(path), siblings)) {
    return *std::find_if(all.begin(), all.end(), [&](std::string_view candidate) {
      return Parent(candidate) == Parent(path) && LastPart(candidate) == *sibling;
    });
  }
  for (const std::string_view candidate : all) {
    if (LastPart(candidate) == LastPart(path)) {
      return candidate;
    }
  }
  return Nearest(path, all);
}

std::vector<std::string_view> NamesIn(std::string_view section) {
  std::vector<std::string_view> names;
  for (const std::string_view path : KeysAndSections()) {
    if (Parent(path) == section) {
      names.push_back(LastPart(path));
    }
  }
  return names;
}

}  // namespace

std::span<const Key> Keys() {
  return kKeys;
}

std::optional<size_t> FindKey(std::string_view path) {
  const auto found =
      std::find_if(kKeys.begin(), kKeys.end(), [path](const Key& key) { return key.path == path; });
  if (found == kKeys.end()) {
    return std::nullopt;
  }
  return static_cast<size_t>(found - kKeys.begin());
}

bool IsSection(std::string_view path) {
  return std::any_of(kKeys.begin(), kKeys.end(), [path](const Key& key) {
    return key.path.size() > path.size() && key.path.substr(0, path.size()) == path &&
           key.path[path.size()] == '.';
  });
}

std::string DescribeUnknown(std::string_view path) {
  if (const auto nearest = NearestPath(path)) {
    return fmt::format("is not known; did you mean '{}'?", *nearest);
  }
  std::string_view section = Parent(path);
  while (!section.empty() && !IsSection(section)) {
    section = Parent(section);
  }
  return fmt::format(
      "is not known; {} has {}",
      section.empty() ? "the top level" : fmt::format("section '{}'", section),
      fmt::join(NamesIn(section), ", ")
  );
}

}  // namespace tidings::config
