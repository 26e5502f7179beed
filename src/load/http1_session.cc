#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "load/client_session.h"
#include "load/http1_message.h"

namespace tidings::load {
namespace {

/// One request at a time on a connection that is kept alive.
class Http1Session final : public ClientSession {
 public:
  Http1Session(const Shape& shape, const Target& target)
      : head_(fmt::format(
            "POST {} HTTP/1.1\r\nhost: {}:{}\r\ncontent-type: {}\r\n{}",
            PathOf(shape.protocol),
            target.host,
            target.port,
            MediaTypeOf(shape.protocol),
            target.token.empty() ? "" : fmt::format("authorization: Bearer {}\r\n", target.token)
        )) {}

  void Begin(const Payload& /*payload*/, std::string body, uint64_t ticket) override {
    ticket_ = ticket;
    out_ += head_;
    fmt::format_to(std::back_inserter(out_), "content-length: {}\r\n\r\n", body.size());
    out_ += body;
  }

  void AppendFlush(std::string& out) override { out += std::exchange(out_, {}); }

  absl::Status Take(std::string_view bytes, std::vector<Answer>& answers) override {
    in_ += bytes;
    const auto read = ReadHttp1Message(in_);
    if (!read.ok()) {
      return read.status();
    }
    const std::optional<Http1Message>& response = *read;
    if (!response) {
      return absl::OkStatus();
    }
    // "HTTP/1.1 200 OK"
    const bool is_good = response->start_line.substr(0, 10) == "HTTP/1.1 2";
    answers.push_back(
        {.ticket = ticket_,
         .error = is_good ? ""
                          : fmt::format(
                                "{}: {}",
                                EscapeForDisplay(response->start_line, kShownAnswerBytes),
                                EscapeForDisplay(response->body, kShownAnswerBytes)
                            )}
    );
    in_.erase(0, response->bytes);
    return absl::OkStatus();
  }

 private:
  const std::string head_;
  std::string out_;
  std::string in_;
  uint64_t ticket_ = 0;
};

}  // namespace

std::unique_ptr<ClientSession> MakeHttp1Session(const Shape& shape, const Target& target) {
  return std::make_unique<Http1Session>(shape, target);
}

}  // namespace tidings::load
