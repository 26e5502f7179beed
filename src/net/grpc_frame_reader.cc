#include "net/grpc_frame_reader.h"

#include <algorithm>
#include <cstring>

#include "base/status.h"

namespace tidings::net {
namespace {

/// What a compressed message is taken to inflate to; when it is more, the rest is reserved then.
constexpr size_t kExpectedRatio = 8;

}  // namespace

GrpcFrameReader::~GrpcFrameReader() {
  if (reserved_ > 0) {
    room_.GiveBack(reserved_);
  }
}

absl::Status GrpcFrameReader::Feed(
    std::string_view& bytes,
    const std::shared_ptr<const void>& buffer,
    std::vector<GrpcMessage>& messages
) {
  needs_room_ = 0;
  while (true) {
    const absl::StatusOr<bool> is_whole = TakeMessage(bytes, buffer, messages);
    if (!is_whole.ok() || !*is_whole) {
      return is_whole.status();
    }
  }
}

absl::StatusOr<bool> GrpcFrameReader::TakeMessage(
    std::string_view& bytes,
    const std::shared_ptr<const void>& buffer,
    std::vector<GrpcMessage>& messages
) {
  TakePrefix(bytes);
  if (prefix_have_ < kGrpcPrefixBytes) {
    return false;
  }
  if (const absl::Status status = Admit(); !status.ok()) {
    return status;
  }
  if (!admitted_) {
    return false;
  }
  const bool in_buffer = body_have_ == 0 && bytes.size() >= length_;
  if (!in_buffer) {
    TakeBody(bytes);
    if (body_have_ < length_) {
      return false;
    }
  }
  const std::string_view whole =
      in_buffer ? bytes.substr(0, length_) : std::string_view(body_.get(), length_);
  const absl::Status status = FinishMessage(whole, in_buffer ? buffer : body_, messages);
  if (!status.ok()) {
    return status;
  }
  if (needs_room_ > 0) {
    return false;
  }
  if (in_buffer) {
    bytes.remove_prefix(length_);
  }
  BeginNext();
  return true;
}

absl::Status GrpcFrameReader::Admit() {
  if (admitted_) {
    return absl::OkStatus();
  }
  if (const absl::Status status = CheckPrefix(); !status.ok()) {
    return status;
  }
  const size_t wanted =
      compressed_ ? std::min(max_inflated_bytes(), length_ * kExpectedRatio) : length_;
  admitted_ = GetRoom(wanted);
  return absl::OkStatus();
}

void GrpcFrameReader::TakePrefix(std::string_view& bytes) {
  const size_t taken = std::min(kGrpcPrefixBytes - prefix_have_, bytes.size());
  std::memcpy(prefix_.data() + prefix_have_, bytes.data(), taken);
  prefix_have_ += taken;
  bytes.remove_prefix(taken);
}

absl::Status GrpcFrameReader::CheckPrefix() {
  if (prefix_[0] > 1) {
    return InvalidArgument(
        "message #{} begins with flag {}; 0 or 1 is expected", next_index_, prefix_[0]
    );
  }
  compressed_ = prefix_[0] == 1;
  if (compressed_ && options_.coding == ContentCoding::kIdentity) {
    return Internal("message #{} is compressed, but grpc-encoding names no coding", next_index_);
  }
  length_ = size_t{prefix_[1]} << 24 | size_t{prefix_[2]} << 16 | size_t{prefix_[3]} << 8 |
            size_t{prefix_[4]};
  if (length_ > options_.max_message_bytes) {
    return ResourceExhausted(
        "message #{} has {} bytes; at most {} are taken",
        next_index_,
        length_,
        options_.max_message_bytes
    );
  }
  return absl::OkStatus();
}

bool GrpcFrameReader::GetRoom(size_t bytes) {
  if (bytes > 0 && !room_.TryReserve(bytes, reserved_)) {
    needs_room_ = bytes;
    return false;
  }
  reserved_ += bytes;
  return true;
}

void GrpcFrameReader::TakeBody(std::string_view& bytes) {
  if (!body_) {
    body_ = std::make_shared_for_overwrite<char[]>(length_);
  }
  const size_t taken = std::min(length_ - body_have_, bytes.size());
  std::memcpy(body_.get() + body_have_, bytes.data(), taken);
  body_have_ += taken;
  bytes.remove_prefix(taken);
}

absl::Status GrpcFrameReader::FinishMessage(
    std::string_view body,
    const std::shared_ptr<const void>& buffer,
    std::vector<GrpcMessage>& messages
) {
  if (compressed_) {
    return FinishCompressed(body, messages);
  }
  messages.push_back({body, buffer, next_index_});
  reserved_ = 0;
  return absl::OkStatus();
}

absl::Status GrpcFrameReader::FinishCompressed(
    std::string_view body, std::vector<GrpcMessage>& messages
) {
  auto inflated = InflateWhole(options_.coding, body, reserved_);
  if (absl::IsResourceExhausted(inflated.status()) && reserved_ < max_inflated_bytes()) {
    // It repeats itself more than expected: the most that it may become is reserved before the
    // second try.
    if (!GetRoom(max_inflated_bytes() - reserved_)) {
      return absl::OkStatus();
    }
    inflated = InflateWhole(options_.coding, body, reserved_);
  }
  if (!inflated.ok()) {
    return MakeStatus(
        inflated.status().code(), "message #{}: {}", next_index_, MessageOf(inflated.status())
    );
  }
  if (reserved_ > inflated->size()) {
    room_.GiveBack(reserved_ - inflated->size());
  }
  const auto owner = std::make_shared<const std::string>(*std::move(inflated));
  messages.push_back({*owner, owner, next_index_});
  reserved_ = 0;
  return absl::OkStatus();
}

void GrpcFrameReader::BeginNext() {
  prefix_have_ = 0;
  admitted_ = false;
  body_.reset();
  body_have_ = 0;
  length_ = 0;
  ++next_index_;
}

}  // namespace tidings::net
