#include "server/server.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <prometheus/registry.h>
#include <spdlog/spdlog.h>

#include "api/graphql/graphql_handler.h"
#include "api/health/health.h"
#include "api/rest/rest.h"
#include "api/ui/ui.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "base/version.h"
#include "net/front.h"
#include "net/grpc_builtin.h"
#include "pipeline/pipeline.h"
#include "receiver/skywalking_grpc/collect_method.h"
#include "receiver/skywalking_http/events_handler.h"
#include "server/store_metrics.h"
#include "store/embedded/embedded_store.h"
#include "store/memory/memory_store.h"

namespace tidings {
namespace {

constexpr const char* kHttpKey = "http.address";
constexpr const char* kGrpcKey = "grpc.address";

absl::StatusOr<std::unique_ptr<EventStore>> OpenStore(const StoreConfig& config, const Clock& clock, prometheus::Registry& metrics) {
  if (config.engine == "memory") {
    return std::make_unique<MemoryStore>(clock);
  }
  return EmbeddedStore::Open(config, clock);
}

std::string AbsoluteDirectory(const StoreConfig& config) {
  if (config.engine == "memory") {
    return {};
  }
  std::error_code ignored;
  return std::filesystem::weakly_canonical(config.directory, ignored).string();
}

std::optional<uint64_t> FreeDiskBytes(const std::string& directory) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory, error);
  return error ? std::nullopt : std::optional<uint64_t>(space.available);
}

}  // namespace

}  // namespace tidings
