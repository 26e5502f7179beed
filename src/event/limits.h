#pragma once

#include <cstddef>

namespace tidings {

/// Limits of a report (event model, "Fields of a report"). Configuration section `limits`.
struct ReportLimits {
  size_t id_bytes = 128;
  size_t source_bytes = 512;  ///< each of service, instance, endpoint
  size_t layer_bytes = 64;
  size_t name_bytes = 256;
  size_t message_bytes = size_t{16} * 1024;
  size_t parameters = 256;
  size_t parameters_bytes = size_t{64} * 1024;  ///< keys and values together
  size_t parameter_key_bytes = 256;
  size_t parameter_value_bytes = size_t{16} * 1024;
};

}  // namespace tidings
