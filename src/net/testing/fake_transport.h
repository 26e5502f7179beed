#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <prometheus/registry.h>

#include "base/manual_clock.h"
#include "net/transport.h"

namespace tidings::net {

/// A connection without a socket, whose clock a test moves.
class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(FrontLimits limits = {});
  ~FakeTransport() override;
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;

  /// As a connection does after reading: runs what was posted, then lets the protocol write.
  void Settle(Protocol& protocol);
  ManualClock& clock() { return clock_; }
  const std::string& written() const { return written_; }
  bool reading() const { return reading_; }
  bool closed() const { return closed_; }

  void Write(std::string_view bytes) override { written_ += bytes; }
  size_t unsent_bytes() const override { return 0; }
  void SetReading(bool reading) override { reading_ = reading; }
  void CloseAfterWrites() override { closed_ = true; }
  void CloseNow(const absl::Status& /*why*/) override { closed_ = true; }
  void WakeAt(TimePoint /*when*/) override {}
  FrontContext& context() override { return context_; }
  const FrontLimits& limits() const override { return *limits_; }
  const std::shared_ptr<Mailbox>& mailbox() override { return mailbox_; }
  const std::shared_ptr<InflightAccount>& account() override { return account_; }
  const std::string& remote_address() const override { return address_; }
  bool remote_is_loopback() const override { return true; }
  bool is_encrypted() const override { return false; }
  std::string NextRequestId() override { return ids_.Next(); }
  const std::string& Date() override { return date_.At(clock_.NowMs()); }

 private:
  ManualClock clock_;
  prometheus::Registry metrics_;
  FrontContext context_;
  const std::shared_ptr<const FrontLimits> limits_ = context_.limits.current();
  boost::asio::io_context io_;
  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<InflightAccount> account_;
  const std::string address_ = "127.0.0.1";
  RequestIdSource ids_{1};
  HttpDate date_;
  std::string written_;
  bool reading_ = true;
  bool closed_ = false;
};

}  // namespace tidings::net
