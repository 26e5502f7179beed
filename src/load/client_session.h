#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "load/payload.h"
#include "load/shape.h"

namespace tidings::load {

/// Of an answer, in the message about it.
inline constexpr size_t kShownAnswerBytes = 300;

/// How one request ended.
struct Answer {
  uint64_t ticket = 0;
  /// Empty: acknowledged.
  std::string error;
};

/// The client's half of one connection's protocol, without its socket.
///
/// Thread safety: externally synchronised.
class ClientSession {
 public:
  virtual ~ClientSession() = default;

  /// Begins a request with that body; its answer will carry the ticket.
  virtual void Begin(const Payload& payload, std::string body, uint64_t ticket) = 0;

  /// Appends what is to be written in one go; nothing when there is nothing to write now.
  virtual void AppendFlush(std::string& out) = 0;

  /// Takes what the server sent, and adds the answers that are complete.
  /// Errors: kInternal - the server does not speak the protocol.
  virtual absl::Status Take(std::string_view bytes, std::vector<Answer>& answers) = 0;
};

std::unique_ptr<ClientSession> MakeHttp1Session(const Shape& shape, const Target& target);
std::unique_ptr<ClientSession> MakeHttp2Session(const Shape& shape, const Target& target);

/// For `shape.protocol`.
std::unique_ptr<ClientSession> MakeSession(const Shape& shape, const Target& target);

/// Where reports of the protocol are posted to, and as what.
std::string_view PathOf(Protocol protocol);
std::string_view MediaTypeOf(Protocol protocol);

}  // namespace tidings::load
