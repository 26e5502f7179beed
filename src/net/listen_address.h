#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>
#include <boost/asio/ip/tcp.hpp>

namespace tidings::net {

/// `ADDRESS:PORT` or `[IPv6]:PORT`; `localhost` is 127.0.0.1. Other names are not resolved: what is
/// bound must not depend on a name server.
/// Errors: kInvalidArgument, with what was expected.
absl::StatusOr<boost::asio::ip::tcp::endpoint> ParseListenAddress(std::string_view text);

std::string FormatEndpoint(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace tidings::net
