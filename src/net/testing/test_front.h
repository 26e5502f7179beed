#pragma once

#include <memory>
#include <string>

#include <prometheus/registry.h>

#include "base/clock.h"
#include "net/front.h"

namespace tidings::net {

/// A front on a free port of the loopback, for tests.
class TestFront {
 public:
  TestFront(
      std::shared_ptr<const Router> router,
      std::shared_ptr<const GrpcServices> grpc,
      FrontLimits limits = {},
      std::shared_ptr<const Access> access = nullptr
  );

  const std::string& address() const { return address_; }
  uint16_t port() const { return port_; }
  void Stop(std::chrono::milliseconds grace) { front_->Stop(grace); }
  double Gauge(const std::string& name) const;
  double Refused(const std::string& protocol, const std::string& reason) const;

 private:
  SystemClock clock_;
  prometheus::Registry metrics_;
  std::unique_ptr<Front> front_;
  std::string address_;
  uint16_t port_ = 0;
};

}  // namespace tidings::net
