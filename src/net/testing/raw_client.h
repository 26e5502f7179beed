#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::net {

/// A blocking TCP client for tests that sends and reads exactly what it is told.
class RawClient {
 public:
  explicit RawClient(uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server has closed.
  bool Send(std::string_view bytes) const;
  void HalfClose() const;
  /// Some bytes; empty when the server has closed, or said nothing for `patience`.
  std::string ReadSome(std::chrono::milliseconds patience = std::chrono::seconds(60));
  /// Reads on until `text` has come (and perhaps more); returns everything read so far and not
  /// yet returned.
  std::string ReadUntil(std::string_view text);
  /// Everything until the server closes.
  std::string ReadToEnd();
  /// Whether the server closes within `patience`, whatever it says before.
  bool IsClosedWithin(std::chrono::milliseconds patience);

 private:
  int fd_ = -1;
};

}  // namespace tidings::net
