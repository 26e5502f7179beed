#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>
#include <prometheus/registry.h>

#include "base/clock.h"
#include "store/config.h"
#include "store/event_store.h"
#include "store/store_admin.h"

namespace tidings {

struct OpenedStore {
  std::unique_ptr<EventStore> store;
  /// The same, where it keeps something on disk.
  StoreAdmin* admin = nullptr;
};

/// The store that is configured. Errors as of EmbeddedStore::Open.
absl::StatusOr<OpenedStore> OpenStore(
    const StoreConfig& config, const Clock& clock, prometheus::Registry& metrics
);

/// Where it keeps what it keeps; empty for a store that keeps nothing.
std::string AbsoluteDirectory(const StoreConfig& config);

}  // namespace tidings
