#include "load/client_session.h"

namespace tidings::load {

std::unique_ptr<ClientSession> MakeSession(const Shape& shape, const Target& target) {
  return HasStreams(shape.protocol) ? MakeHttp2Session(shape, target)
                                    : MakeHttp1Session(shape, target);
}

std::string_view PathOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kHttp:
    case Protocol::kHttp2:
      return "/v3/events";
    case Protocol::kNdjson:
      return "/api/v1/events";
    case Protocol::kOtlpGrpc:
      return "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    case Protocol::kOtlpHttp:
    case Protocol::kOtlpJson:
      return "/v1/logs";
    default:
      return "/skywalking.v3.EventService/collect";
  }
}

std::string_view MediaTypeOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kHttp:
    case Protocol::kHttp2:
    case Protocol::kOtlpJson:
      return "application/json";
    case Protocol::kOtlpHttp:
      return "application/x-protobuf";
    case Protocol::kNdjson:
      return "application/x-ndjson";
    default:
      return "application/grpc";
  }
}

}  // namespace tidings::load
