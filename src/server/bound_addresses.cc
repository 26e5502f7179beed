#include "server/bound_addresses.h"

#include <utility>

#include <fmt/format.h>

namespace tidings {
namespace {

std::string OrOff(std::string_view scheme, const std::string& address) {
  return address.empty() ? "off" : fmt::format("{}{}", scheme, address);
}

}  // namespace

void BoundAddresses::Set(std::vector<net::Front::Bound> bound) {
  const MutexLock lock(mutex_);
  bound_ = std::move(bound);
}

std::vector<net::Front::Bound> BoundAddresses::All() const {
  const MutexLock lock(mutex_);
  return bound_;
}

std::string BoundAddresses::Find(std::string_view key) const {
  const MutexLock lock(mutex_);
  for (const net::Front::Bound& bound : bound_) {
    if (bound.key == key) {
      return bound.address;
    }
  }
  return {};
}

std::vector<ui::Address> BoundAddresses::ForPage() const {
  std::vector<ui::Address> addresses;
  const auto add = [this, &addresses](const char* what, const char* key) {
    if (std::string address = Find(key); !address.empty()) {
      addresses.push_back({what, std::move(address)});
    }
  };
  add("REST, GraphQL, SkyWalking over HTTP", kHttpKey);
  add("SkyWalking and OTLP over gRPC", kGrpcKey);
  add("OTLP over gRPC", kOtlpGrpcKey);
  add("OTLP over HTTP", kOtlpHttpKey);
  return addresses;
}

std::string BoundAddresses::Describe(bool is_encrypted) const {
  const std::string_view scheme = is_encrypted ? "https://" : "http://";
  const std::string http = OrOff(scheme, Find(kHttpKey));
  return fmt::format(
      "HTTP {}, gRPC {}, OTLP gRPC {}, OTLP HTTP {}{}",
      http,
      OrOff("", Find(kGrpcKey)),
      OrOff("", Find(kOtlpGrpcKey)),
      OrOff(scheme, Find(kOtlpHttpKey)),
      http == "off" ? "" : fmt::format(", page {}/ui/", http)
  );
}

}  // namespace tidings
