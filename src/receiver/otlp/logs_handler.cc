#include "receiver/otlp/logs_handler.h"

#include <utility>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "net/access.h"
#include "net/grpc_wire.h"
#include "receiver/otlp/other_signal.h"
#include "receiver/otlp/retry.h"

namespace tidings::otlp {
namespace {

net::HttpResponse Respond(int status, bool is_json, std::string body) {
  return {
      .status = status,
      .headers = {{"content-type", is_json ? kJsonType : kProtobufType}},
      .body = std::move(body)};
}

std::string RpcStatusJson(const absl::Status& status) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("code").Int(static_cast<int64_t>(status.code()));
  json.Key("message").String(MessageOf(status)).EndObject();
  return out;
}

/// "OTLP/HTTP Response", "Failures": the body is a Status in the form of the request.
net::HttpResponse Refuse(int http_status, bool is_json, const absl::Status& status) {
  return Respond(
      http_status, is_json, is_json ? RpcStatusJson(status) : net::EncodeRpcStatus(status)
  );
}

int HttpStatusOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kResourceExhausted:
      return 413;
    default:
      return IsTransient(status) ? 503 : 507;
  }
}

net::HttpResponse AnswerWith(const absl::StatusOr<PartialSuccess>& verdict, bool is_json) {
  if (verdict.ok()) {
    return Respond(
        200, is_json, is_json ? EncodeResponseJson(*verdict) : EncodeResponseProtobuf(*verdict)
    );
  }
  const int http_status = HttpStatusOf(verdict.status());
  net::HttpResponse response = Refuse(http_status, is_json, verdict.status());
  if (http_status == 503) {
    response.headers.push_back({"retry-after", fmt::to_string(kRetryDelay.count())});
  }
  return response;
}

}  // namespace

void LogsHandler::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
) {
  const std::string media_type = request->media_type();
  const bool is_json = media_type == kJsonType;
  if (!is_json && media_type != kProtobufType) {
    respond(Refuse(
        415,
        true,
        InvalidArgument(
            "Content-Type is '{}'; add the header 'Content-Type: application/json' for OTLP in "
            "JSON, or application/x-protobuf",
            EscapeForDisplay(media_type, 64)
        )
    ));
    return;
  }
  const auto done = [is_json,
                     respond = std::move(respond)](const absl::StatusOr<PartialSuccess>& verdict) {
    respond(AnswerWith(verdict, is_json));
  };
  size_t records = 0;
  if (is_json) {
    records = intake_->TakeJson("otlp-http", std::move(body), done);
  } else {
    const auto owner = std::make_shared<const std::string>(std::move(body));
    records = intake_->TakeProtobuf("otlp-http", *owner, owner, done);
  }
  net::ChargeEvents(*request, records);
}

void OtherSignalHandler::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string /*body*/, net::Responder respond
) {
  const bool is_json = request->media_type() != kProtobufType;
  respond(Refuse(404, is_json, NotFound("{}", AdviceFor(request->path))));
}

}  // namespace tidings::otlp
