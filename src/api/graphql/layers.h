#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/event_store.h"

namespace tidings::graphql {

/// The layers that SkyWalking's page knows, in the order of their ids. For display only: any other
/// name is a layer too.
std::span<const std::string_view> KnownLayers();

/// The known layers and, behind them in byte order, the others that the services name.
std::vector<std::string> AllLayers(const std::vector<ServiceLayers>& services);

}  // namespace tidings::graphql
