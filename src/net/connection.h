#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

#include "net/byte_stream.h"
#include "net/io_thread.h"
#include "net/transport.h"

namespace tidings::net {

/// One client's connection: reads, writes, tells by the first bytes what is spoken, and hands over
/// to that protocol.
///
/// Thread safety: one io thread.
/// Lifetime:      held by its IoThread until it is closed, and by its outstanding waits.
class Connection final : public Transport, public std::enable_shared_from_this<Connection> {
 public:
  struct Peer {
    std::string address;
    bool is_loopback = false;
  };

  Connection(
      std::unique_ptr<ByteStream> stream,
      Peer peer,
      std::shared_ptr<const ListenerServices> services,
      FrontContext& context,
      IoThread& thread
  );
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  void Run();
  void BeginDrain();
  void Abort();
  /// The front is open: ends what began while it was closed and has said nothing yet. Its next
  /// connection is served.
  void OnOpen();

  void Write(std::string_view bytes) override;
  size_t unsent_bytes() const override { return out_.size() - sent_; }
  void SetReading(bool reading) override;
  void CloseAfterWrites() override;
  void CloseNow(const absl::Status& why) override;
  void WakeAt(TimePoint when) override;
  FrontContext& context() override { return context_; }
  const FrontLimits& limits() const override { return *limits_; }
  const std::shared_ptr<Mailbox>& mailbox() override { return mailbox_; }
  const std::shared_ptr<InflightAccount>& account() override { return account_; }
  const std::string& remote_address() const override { return peer_.address; }
  bool remote_is_loopback() const override { return peer_.is_loopback; }
  bool is_encrypted() const override { return services_->tls != nullptr; }
  std::string NextRequestId() override { return thread_.request_ids().Next(); }
  const std::string& Date() override { return thread_.date().At(context_.clock.NowMs()); }

 private:
  enum class State { kHandshake, kSniffing, kSpeaking, kFinishing, kLingering, kClosed };

  void OnHandshake(ByteStream::Error error);
  void WaitForInput();
  void ReadBurst();
  void TakeInput(std::string_view bytes, const std::shared_ptr<char[]>& buffer);
  void TakeInputEnd();
  void Sniff(std::string_view bytes, const std::shared_ptr<char[]>& buffer);
  void StartSpeaking(std::unique_ptr<Protocol> protocol);
  void Flush();
  /// False when the socket takes no more now.
  bool Send();
  void WaitForOutput();
  void FinishWriting();
  void CloseUnlessSpoken();
  std::chrono::milliseconds Linger() const;
  void OnTimer();
  std::optional<TimePoint> OnOwnTime(TimePoint now);
  TimePoint Now() const { return context_.clock.Steady(); }

  const std::unique_ptr<ByteStream> stream_;
  const Peer peer_;
  const std::shared_ptr<const ListenerServices> services_;
  FrontContext& context_;
  const std::shared_ptr<const FrontLimits> limits_;
  IoThread& thread_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<InflightAccount> account_;
  std::unique_ptr<Protocol> protocol_;

  State state_ = State::kHandshake;
  /// First bytes, while they do not yet tell the protocol.
  std::string sniffed_;
  TimePoint state_since_;
  bool reading_ = true;
  bool waits_for_input_ = false;
  bool input_ended_ = false;
  std::string out_;
  size_t sent_ = 0;
  UnreadShare unread_;
  bool waits_for_output_ = false;
  bool flushing_ = false;
  bool draining_;
  TimePoint output_moved_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> wake_at_;
};

}  // namespace tidings::net
