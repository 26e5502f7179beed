#pragma once

#include <string>

#include "config/loader.h"

namespace tidings::config {

/// A configuration file with every value that is in force. With origins, each line has a comment
/// that says where its value came from.
std::string ShowConfig(const LoadedConfig& loaded, bool with_origins);

/// docs/reference/configuration.md.
std::string ReferencePage();

}  // namespace tidings::config
