#include "net/listen_address.h"

#include <charconv>
#include <cstdint>

#include "base/status.h"
#include "base/text.h"

namespace tidings::net {

using boost::asio::ip::tcp;

absl::StatusOr<tcp::endpoint> ParseListenAddress(std::string_view text) {
  const auto fault = [text] {
    return InvalidArgument(
        "'{}' is no address to listen on; ADDRESS:PORT (127.0.0.1:12800), [IPv6]:PORT or off is "
        "expected",
        EscapeForDisplay(text)
    );
  };
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fault();
  }
  const std::string_view port_text = text.substr(colon + 1);
  uint16_t port = 0;
  const auto parsed = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != port_text.data() + port_text.size()) {
    return fault();
  }
  std::string host(text.substr(0, colon));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  }
  if (host == "localhost") {
    host = "127.0.0.1";
  }
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error || address.is_v6() != bracketed) {
    return fault();
  }
  return tcp::endpoint(address, port);
}

std::string FormatEndpoint(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  if (endpoint.address().is_v6()) {
    return fmt::format("[{}]:{}", address, endpoint.port());
  }
  return fmt::format("{}:{}", address, endpoint.port());
}

}  // namespace tidings::net
