// Whatever the bytes, with a right hash or not: read or refused, and what was read is written
// alike.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/hash.h"
#include "derive/derive_state.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tidings::derive::DecodeState;
  using tidings::derive::EncodeState;
  const std::string message(reinterpret_cast<const char*>(data), size);
  (void)DecodeState(message);
  const auto state =
      DecodeState("tidings derive state, version 1\n" + tidings::Xxh3(message).ToHex() + message);
  if (state.ok()) {
    const auto again = DecodeState(EncodeState(*state));
    if (!again.ok() || !(*again == *state)) {
      std::abort();
    }
  }
  return 0;
}
