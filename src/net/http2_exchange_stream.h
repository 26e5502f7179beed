#pragma once

#include <memory>
#include <optional>

#include "net/exchange.h"
#include "net/http2_output.h"
#include "net/http2_stream.h"

namespace tidings::net {

/// A plain HTTP request on an HTTP/2 connection.
///
/// Thread safety: the connection's io thread.
class Http2ExchangeStream final : public Http2Stream, public Exchange::Host, public Http2Source {
 public:
  explicit Http2ExchangeStream(Http2StreamEnvironment environment);
  Http2ExchangeStream(const Http2ExchangeStream&) = delete;
  Http2ExchangeStream& operator=(const Http2ExchangeStream&) = delete;
  ~Http2ExchangeStream() override;

  void Begin(Exchange::Head head, const ListenerServices& services);
  void Refuse(Exchange::Head head, HttpResponse response);

  void OnData(std::string_view bytes, const std::shared_ptr<const void>& buffer) override;
  void OnInputEnd() override { exchange_->EndBody(); }
  void OnBurstEnd() override {}
  void OnClosed(const absl::Status& why) override;
  std::optional<TimePoint> OnTime(TimePoint now) override;
  void BeginDrain() override { exchange_->BeginDrain(); }
  void Abort(const absl::Status& why) override;

  void OnAnswer(HttpResponse response) override;
  void OnPiece(BodyStream::Piece piece) override;
  Piece Fill(char* room, size_t size) override;
  void OnBodyRoom() override;

 private:
  Http2StreamEnvironment environment_;
  const std::shared_ptr<Exchange> exchange_;
  Http2Output output_;
  bool answered_ = false;
  size_t unreturned_window_ = 0;
};

}  // namespace tidings::net
