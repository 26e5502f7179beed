#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/exchange.h"
#include "net/http1_parser.h"
#include "net/transport.h"

namespace tidings::net {

/// HTTP/1.1 on a connection: one request after the other; pipelined ones wait for their turn.
///
/// Thread safety: the connection's io thread.
class Http1Connection final : public Protocol, public Exchange::Host, public Http1BodyTaker {
 public:
  Http1Connection(Transport& transport, std::shared_ptr<const ListenerServices> services);
  Http1Connection(const Http1Connection&) = delete;
  Http1Connection& operator=(const Http1Connection&) = delete;
  ~Http1Connection() override;

  void OnBytes(std::string_view bytes, const std::shared_ptr<char[]>& buffer) override;
  void OnInputEnd() override;
  void OnFlush() override;
  std::optional<TimePoint> OnTime(TimePoint now) override;
  void BeginDrain() override;
  void Abort() override;
  void OnLost(const absl::Status& why) override;

  void OnAnswer(HttpResponse response) override;
  void OnPiece(BodyStream::Piece piece) override;
  void OnBodyRoom() override;
  void OnBodyBytes(std::string_view bytes) override;

 private:
  void Process(std::string_view bytes);
  /// False when there is nothing to go on with now.
  bool ProcessOnce(std::string_view& bytes);
  bool CanParse() const;
  void BeginMessage();
  void BeginExchange();
  std::shared_ptr<HttpRequest> TakeHead();
  std::optional<HttpResponse> FindHeadFault(const HttpRequest& request, bool target_is_broken)
      const;
  /// Of a message whose end could be mistaken.
  std::optional<HttpResponse> FindFramingFault(const HttpRequest& request) const;
  /// The rest of the body will not come: the answer comes by the exchange, and ends the connection.
  void BreakBody(const absl::Status& why);
  void RefuseMessage(const boost::system::error_code& error);
  void WriteRefusal(HttpResponse response);
  /// In chunked framing, if that is spoken.
  void WriteChunk(std::string_view bytes);
  void WriteResponse(const HttpResponse& response, std::string_view request_id);
  void EndMessage();
  void UpdateReading();
  /// Asks a client that sends no more, but may still read, whether it is there.
  std::optional<TimePoint> Probe(TimePoint now);
  TimePoint Now() const { return transport_.context().clock.Steady(); }

  Transport& transport_;
  const std::shared_ptr<const ListenerServices> services_;
  std::optional<Http1Parser> parser_;
  std::shared_ptr<Exchange> exchange_;
  /// Read, and not yet parsed.
  std::string input_;
  TimePoint since_;
  /// Of a header, when the server stops.
  TimePoint drain_due_ = TimePoint::max();
  /// While the answer is made.
  std::optional<TimePoint> probe_due_;
  bool processing_ = false;
  bool keep_alive_ = true;
  /// The answer's body is made while it is sent, in chunks or until the connection's end.
  bool streaming_ = false;
  bool chunked_ = false;
  bool input_ended_ = false;
  bool draining_;
  bool closing_ = false;
};

}  // namespace tidings::net
