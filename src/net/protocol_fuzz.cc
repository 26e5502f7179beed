#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

#include "net/grpc_constant.h"
#include "net/http1_connection.h"
#include "net/http2_connection.h"
#include "net/testing/fake_transport.h"
#include "net/testing/handlers.h"

namespace tidings::net {
namespace {

std::shared_ptr<const ListenerServices> MakeServices() {
  auto services = std::make_shared<ListenerServices>();
  auto router = std::make_shared<Router>();
  router->Add({.method = "POST", .pattern = "/echo", .handler = EchoHandler()});
  router->Add({.method = "GET", .pattern = "/{id}", .handler = EchoHandler()});
  services->router = router;
  auto grpc = std::make_shared<GrpcServices>();
  grpc->Add("/s/*", {.method = std::make_shared<ConstantMethod>(), .max_message_bytes = 4096});
  services->grpc = grpc;
  return services;
}

void FeedInPieces(
    Protocol& protocol, FakeTransport& transport, std::string_view bytes, size_t piece
) {
  while (!bytes.empty() && !transport.closed()) {
    const std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    const auto buffer = std::make_shared_for_overwrite<char[]>(part.size());
    std::copy(part.begin(), part.end(), buffer.get());
    protocol.OnBytes({buffer.get(), part.size()}, buffer);
    transport.Settle(protocol);
    transport.clock().Advance(std::chrono::milliseconds(100));
    if (!transport.closed()) {
      protocol.OnTime(transport.clock().Steady());
    }
  }
}

}  // namespace
}  // namespace tidings::net

/// The first byte chooses the protocol and how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings::net;  // NOLINT(google-build-using-namespace): the function must be
                                 // global
  if (size < 2) {
    return 0;
  }
  FakeTransport transport({.header_bytes = 1024, .inflight_bytes = 8192});
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t piece = 1 + data[0] / 2;
  std::unique_ptr<Protocol> protocol;
  if ((data[0] & 1) != 0) {
    protocol = std::make_unique<Http2Connection>(transport, MakeServices());
    FeedInPieces(*protocol, transport, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
  } else {
    protocol = std::make_unique<Http1Connection>(transport, MakeServices());
  }
  FeedInPieces(*protocol, transport, bytes, piece);
  protocol->BeginDrain();
  protocol->Abort();
  protocol->OnLost(absl::CancelledError("the end"));
  return 0;
}
