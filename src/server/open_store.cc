#include "server/open_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/status.h"
#include "store/embedded/embedded_store.h"
#include "store/memory/memory_store.h"

namespace tidings {

absl::StatusOr<OpenedStore> OpenStore(
    const StoreConfig& config, const Clock& clock, prometheus::Registry& metrics
) {
  if (config.engine == "memory") {
    return OpenedStore{.store = std::make_unique<MemoryStore>(clock)};
  }
  absl::StatusOr<std::unique_ptr<EmbeddedStore>> store =
      EmbeddedStore::Open(config, clock, metrics);
  if (store.status().code() == absl::StatusCode::kDataLoss) {
    return DataLoss(
        "{}. `tidings store check` tells all that is damaged, and what mends it; what nothing "
        "mends comes back from a backup (`tidings store restore`)",
        MessageOf(store.status())
    );
  }
  if (!store.ok()) {
    return store.status();
  }
  StoreAdmin* const admin = store->get();
  return OpenedStore{.store = *std::move(store), .admin = admin};
}

std::string AbsoluteDirectory(const StoreConfig& config) {
  if (config.engine == "memory") {
    return {};
  }
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::weakly_canonical(config.directory, error);
  return error ? config.directory : absolute.string();
}

}  // namespace tidings
