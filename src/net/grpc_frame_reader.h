#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "net/content_coding.h"
#include "net/grpc.h"
#include "net/grpc_wire.h"

namespace tidings::net {

/// Where the reader of a call gets room for a message before it takes the message in.
class MessageRoom {
 public:
  virtual ~MessageRoom() = default;
  /// False when there is none now. The reader then stops until it is fed again. `held` is what this
  /// message has reserved already.
  virtual bool TryReserve(size_t bytes, size_t held) = 0;
  virtual void GiveBack(size_t bytes) = 0;
};

/// Cuts a call's bytes into messages: views into the read buffer where a message lies whole in it,
/// assembled or inflated copies where it does not.
///
/// A message is reserved when its length is known, before any of it is kept; what is reserved for a
/// message handed out is exactly its size, and is given back by whoever takes it.
/// Thread safety: one thread.
/// Errors:        kInvalidArgument   - a prefix that is none, a compressed message without a coding
///                                     or one that does not inflate;
///                kResourceExhausted - a message longer than allowed, on the wire or inflated.
///                After an error the reader takes no more.
class GrpcFrameReader {
 public:
  struct Options {
    size_t max_message_bytes = 0;
    /// Of a compressed message, when it is inflated; 0: max_message_bytes.
    size_t max_inflated_bytes = 0;
    ContentCoding coding = ContentCoding::kIdentity;
  };

  GrpcFrameReader(Options options, MessageRoom& room) : options_(options), room_(room) {}
  ~GrpcFrameReader();
  GrpcFrameReader(const GrpcFrameReader&) = delete;
  GrpcFrameReader& operator=(const GrpcFrameReader&) = delete;

  /// Takes bytes off the front of `bytes`, which lie in `buffer`, and appends whole messages to
  /// `messages`. All are taken unless it fails or there is no room (`needs_room`); the caller then
  /// keeps the rest and feeds again, also an empty rest.
  absl::Status Feed(
      std::string_view& bytes,
      const std::shared_ptr<const void>& buffer,
      std::vector<GrpcMessage>& messages
  );

  /// Bytes that must be reserved before the reader can go on; 0 when it waits for input only.
  size_t needs_room() const { return needs_room_; }
  /// Reserved for the message that has begun.
  size_t reserved() const { return reserved_; }
  /// Whether a prefix or a message has begun and is not whole.
  bool mid_message() const { return prefix_have_ > 0; }
  /// Of the message that has begun, with its prefix.
  size_t received_of_message() const { return prefix_have_ + body_have_; }
  size_t size_of_message() const { return kGrpcPrefixBytes + length_; }
  uint32_t next_index() const { return next_index_; }

 private:
  /// One message; false: input or room is needed first.
  absl::StatusOr<bool> TakeMessage(
      std::string_view& bytes,
      const std::shared_ptr<const void>& buffer,
      std::vector<GrpcMessage>& messages
  );
  void TakePrefix(std::string_view& bytes);
  absl::Status CheckPrefix();
  /// Checks the prefix and reserves the message; `admitted_` stays false while there is no room.
  absl::Status Admit();
  void TakeBody(std::string_view& bytes);
  absl::Status FinishMessage(
      std::string_view body,
      const std::shared_ptr<const void>& buffer,
      std::vector<GrpcMessage>& messages
  );
  absl::Status FinishCompressed(std::string_view body, std::vector<GrpcMessage>& messages);
  bool GetRoom(size_t bytes);
  void BeginNext();
  size_t max_inflated_bytes() const {
    return options_.max_inflated_bytes != 0 ? options_.max_inflated_bytes
                                            : options_.max_message_bytes;
  }

  Options options_;
  MessageRoom& room_;
  std::array<unsigned char, kGrpcPrefixBytes> prefix_{};
  size_t prefix_have_ = 0;
  bool compressed_ = false;
  size_t length_ = 0;
  size_t reserved_ = 0;
  bool admitted_ = false;
  /// Only for a message that does not lie whole in one buffer.
  std::shared_ptr<char[]> body_;
  size_t body_have_ = 0;
  size_t needs_room_ = 0;
  uint32_t next_index_ = 0;
};

}  // namespace tidings::net
