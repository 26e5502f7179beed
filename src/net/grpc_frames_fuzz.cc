#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/grpc_frame_reader.h"

namespace tidings::net {
namespace {

constexpr size_t kMaxMessageBytes = 4096;

class EndlessRoom final : public MessageRoom {
 public:
  bool TryReserve(size_t bytes, size_t /*held*/) override {
    used_ += bytes;
    return true;
  }
  void GiveBack(size_t bytes) override {
    if (bytes > used_) {
      std::abort();
    }
    used_ -= bytes;
  }
  size_t used() const { return used_; }

 private:
  size_t used_ = 0;
};

struct Outcome {
  std::vector<std::string> messages;
  absl::StatusCode code = absl::StatusCode::kOk;
  bool operator==(const Outcome&) const = default;

  /// Returns how many bytes they have.
  size_t Take(const std::vector<GrpcMessage>& taken) {
    size_t bytes = 0;
    for (const GrpcMessage& message : taken) {
      if (message.bytes.size() > kMaxMessageBytes) {
        std::abort();
      }
      bytes += message.bytes.size();
      messages.emplace_back(message.bytes);
    }
    return bytes;
  }
};

/// What comes out when the bytes arrive in pieces of that size.
Outcome ReadInPieces(std::string_view bytes, size_t piece, ContentCoding coding) {
  EndlessRoom room;
  Outcome outcome;
  size_t handed_out = 0;
  {
    GrpcFrameReader reader({.max_message_bytes = kMaxMessageBytes, .coding = coding}, room);
    while (!bytes.empty() && outcome.code == absl::StatusCode::kOk) {
      const auto buffer = std::make_shared<std::string>(bytes.substr(0, piece));
      bytes.remove_prefix(buffer->size());
      std::string_view view = *buffer;
      std::vector<GrpcMessage> messages;
      outcome.code = reader.Feed(view, buffer, messages).code();
      handed_out += outcome.Take(messages);
    }
  }
  if (room.used() != handed_out) {
    std::abort();  // What is reserved is what was handed out, no more and no less.
  }
  return outcome;
}

}  // namespace
}  // namespace tidings::net

/// The first byte chooses how the rest is cut; however it is cut, the messages are the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings::net;  // NOLINT(google-build-using-namespace): the function must be
                                 // global
  if (size < 2) {
    return 0;
  }
  const ContentCoding coding = (data[0] & 1) != 0 ? ContentCoding::kGzip : ContentCoding::kIdentity;
  const size_t piece = 1 + data[0] / 2;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (ReadInPieces(bytes, bytes.size(), coding) != ReadInPieces(bytes, piece, coding)) {
    std::abort();
  }
  return 0;
}
