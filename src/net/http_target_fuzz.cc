#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/content_coding.h"
#include "net/grpc_wire.h"
#include "net/http.h"
#include "net/http_head.h"

/// The small texts of a request's head.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = tidings::net::ParseTarget(text)) {
    if (target->path.empty() || target->path.size() + target->query.size() > text.size() + 1) {
      std::abort();
    }
    tidings::net::Router router;
    router.Add({.method = "GET", .pattern = "/api/v1/events/{id}"});
    router.Add({.method = "GET", .pattern = "/ui/*"});
    if (router.Find("GET", target->path).route != nullptr) {
      tidings::net::PathParameter("/api/v1/events/{id}", target->path, "id");
    }
  }
  const auto timeout = tidings::net::ParseGrpcTimeout(text);
  if (timeout.ok() && timeout->count() < 0) {
    std::abort();
  }
  tidings::net::ParseContentCoding(text);
  tidings::net::ChooseResponseCoding(text);
  tidings::net::IsGrpcContentType(text);
  for (const char c : tidings::net::EncodeGrpcMessage(text)) {
    if (c < 0x20 || c > 0x7e) {
      std::abort();  // It would break the header block.
    }
  }
  return 0;
}
