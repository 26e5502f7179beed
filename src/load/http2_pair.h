#pragma once

#include <cstdint>
#include <string_view>

#include <nghttp2/nghttp2.h>

namespace tidings::load {

/// A header for nghttp2, which copies both and does not write to them.
inline nghttp2_nv Pair(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace tidings::load
