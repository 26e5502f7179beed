#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "api/graphql/engine/engine.h"
#include "api/graphql/json_request.h"
#include "api/graphql/skywalking_schema.h"
#include "base/clock.h"
#include "store/memory/memory_store.h"

namespace {

/// The whole schema over an empty store: built once, since it does not change.
const tidings::graphql::Schema& FuzzSchema() {
  static const tidings::SystemClock kClock;
  static const tidings::MemoryStore kStore(kClock);
  static const tidings::graphql::Schema kSchema = tidings::graphql::MakeSkyWalkingSchema(
      kStore, kClock, [] { return tidings::graphql::Health(); }
  );
  return kSchema;
}

}  // namespace

/// A body, or else a query: an answer or a refusal, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto request = tidings::graphql::ParseJsonRequest(text);
  tidings::graphql::Request asked =
      request.ok() ? *std::move(request) : tidings::graphql::Request{.query = text};
  const tidings::SystemClock clock;
  tidings::graphql::RequestScope scope(FuzzSchema(), clock, std::chrono::seconds(1));
  (void)tidings::graphql::Execute(asked, scope, {}).ToJson();
  return 0;
}
