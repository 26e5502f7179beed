#include "api/rest/get_status.h"

#include <optional>

#include "api/rest/answer.h"
#include "api/rest/query_parameters.h"
#include "base/json_writer.h"

namespace tidings::rest {
namespace {

template <typename T>
void WriteOptional(JsonWriter& json, std::string_view key, const std::optional<T>& value) {
  json.Key(key);
  if (value) {
    json.Int(static_cast<int64_t>(*value));
  } else {
    json.Null();
  }
}

void WriteListeners(JsonWriter& json, const ServerStatus& server) {
  json.Key("listeners").BeginArray();
  for (const ServerStatus::Listener& listener : server.listeners) {
    json.BeginObject().Key("key").String(listener.key);
    json.Key("address").String(listener.address).EndObject();
  }
  json.EndArray();
}

void WriteSeries(JsonWriter& json, const ReceiverStatus& receiver) {
  json.Key("series").BeginObject().Key("step").Int(receiver.series_step.count());
  json.Key("reports").BeginArray();
  for (const uint64_t reports : receiver.series) {
    json.Uint(reports);
  }
  json.EndArray().EndObject();
}

void WriteReceivers(JsonWriter& json, const ServerStatus& server) {
  json.Key("receivers").BeginArray();
  for (const ReceiverStatus& receiver : server.receivers) {
    json.BeginObject().Key("protocol").String(receiver.protocol);
    json.Key("address").String(receiver.address);
    json.Key("reports").Uint(receiver.reports);
    json.Key("reports_per_second").BeginObject();
    json.Key("now").Double(receiver.reports_per_second_now);
    json.Key("two_hours").Double(receiver.reports_per_second_2h).EndObject();
    WriteSeries(json, receiver);
    WriteOptional(json, "last_report", receiver.last_report_ms);
    json.Key("last_error");
    if (receiver.last_error) {
      json.BeginObject().Key("time").Int(receiver.last_error->time_ms);
      json.Key("message").String(receiver.last_error->message).EndObject();
    } else {
      json.Null();
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteStore(JsonWriter& json, const ServerStatus& server, const StoreStats& store) {
  json.Key("store").BeginObject().Key("engine").String(server.store_engine);
  json.Key("events").Uint(store.events).Key("blocks").Uint(store.blocks);
  json.Key("bytes").Uint(store.bytes);
  WriteOptional(json, "bytes_per_day", store.bytes_per_day);
  json.Key("read_only_reason").String(store.read_only_reason);
  json.Key("commit_p99_ms");
  if (server.commit_p99) {
    json.Double(static_cast<double>(server.commit_p99->count()) / 1000);
  } else {
    json.Null();
  }
  json.EndObject();
}

}  // namespace

std::string WriteStatus(const ServerStatus& server, const StoreStats& store, int64_t now_ms) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("version").String(server.version);
  json.Key("started").Int(server.started_ms).Key("uptime_ms").Int(now_ms - server.started_ms);
  json.Key("now").Int(now_ms).Key("data_directory").String(server.data_directory);
  WriteListeners(json, server);
  WriteReceivers(json, server);
  WriteStore(json, server, store);
  WriteOptional(json, "free_disk_bytes", server.free_disk_bytes);
  json.Key("open_events").Uint(store.open_events);
  json.Key("retention_ms").Int(server.retention.count());
  json.Key("open_retention_ms").Int(server.open_retention.count());
  json.Key("layer_retention_ms").BeginObject();
  for (const auto& [layer, kept] : server.layer_retention) {
    json.Key(layer).Int(kept.count());
  }
  json.EndObject().Key("max_bytes").Uint(server.max_bytes);
  json.Key("change_names").BeginArray();
  for (const std::string& name : server.change_names) {
    json.String(name);
  }
  json.EndArray();
  WriteOptional(json, "oldest", store.oldest_ms);
  WriteOptional(json, "newest", store.newest_ms);
  json.Key("feed_sequence").Uint(store.last_sequence).EndObject();
  return body;
}

void GetStatus::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond
) {
  QueryParameters none;
  if (const auto problem = QueryParameters::Parse(request->query, {}, none)) {
    respond(ProblemOf(*problem));
    return;
  }
  RunOnExecutor(context_, respond, [context = context_, respond] {
    const RestDependencies& dependencies = context->dependencies;
    respond(JsonAnswer(
        WriteStatus(dependencies.status(), dependencies.store.Stats(), dependencies.clock.NowMs())
    ));
  });
}

}  // namespace tidings::rest
