#include "api/rest/admin_calls.h"

#include <functional>

#include "api/rest/answer.h"
#include "base/json_writer.h"
#include "store/store_admin.h"

namespace tidings::rest {
namespace {

using AdminWork = std::function<net::HttpResponse(StoreAdmin&)>;

/// Does the work on a query thread, where there is a store that can be worked on.
void RunOnStore(const SharedContext& context, const net::Responder& respond, AdminWork work) {
  StoreAdmin* const admin = context->dependencies.admin;
  if (admin == nullptr) {
    respond(ProblemOf(
        ProblemKind{
            .status = 409, .type = "not-on-disk", .title = "This store keeps nothing on disk"},
        "store.engine is memory; there is nothing to compact or to back up"
    ));
    return;
  }
  RunOnExecutor(context, respond, [admin, respond, work = std::move(work)] {
    respond(work(*admin));
  });
}

}  // namespace

void CompactStore::Handle(
    std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond
) {
  RunOnStore(context_, respond, [context = context_](StoreAdmin& admin) {
    if (const absl::Status status = admin.CompactNow(); !status.ok()) {
      return ProblemOf(status);
    }
    const StoreStats stats = context->dependencies.store.Stats();
    std::string body;
    JsonWriter json(body);
    json.BeginObject().Key("blocks").Uint(stats.blocks);
    json.Key("bytes").Uint(stats.bytes).EndObject();
    return JsonAnswer(std::move(body));
  });
}

void BackUpStore::Handle(
    std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond
) {
  RunOnStore(context_, respond, [](StoreAdmin& admin) {
    const absl::StatusOr<BackupInfo> backup = admin.BackUpNow();
    if (!backup.ok()) {
      return ProblemOf(backup.status());
    }
    std::string body;
    JsonWriter json(body);
    json.BeginObject().Key("directory").String(backup->directory);
    json.Key("bytes").Uint(backup->bytes).EndObject();
    return JsonAnswer(std::move(body));
  });
}

}  // namespace tidings::rest
