#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/yaml_source.h"

/// Whatever the file holds: values or mistakes, never a crash or an exception.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tidings::config::ReadYaml(text, "fuzz.yaml", {{"A", "a"}});
  return 0;
}
