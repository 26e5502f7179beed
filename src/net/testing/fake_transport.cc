#include "net/testing/fake_transport.h"

namespace tidings::net {

FakeTransport::FakeTransport(FrontLimits limits)
    : context_(limits, clock_, metrics_), mailbox_(std::make_shared<Mailbox>(io_)) {
  mailbox_->Open([] {});
  const auto wake = [mailbox = mailbox_, this] { mailbox->Post([this] { account_->Pump(); }); };
  account_ = std::make_shared<InflightAccount>(
      context_.budget, limits.inflight_bytes_per_connection, wake
  );
}

FakeTransport::~FakeTransport() {
  mailbox_->Close();
  account_->Close();
}

void FakeTransport::Settle(Protocol& protocol) {
  io_.restart();
  io_.poll();
  if (!closed_) {
    protocol.OnFlush();
  }
}

}  // namespace tidings::net
