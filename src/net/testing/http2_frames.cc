#include "net/testing/http2_frames.h"

#include <algorithm>

#include <nghttp2/nghttp2.h>

namespace tidings::net::http2 {
namespace {

constexpr size_t kFrameHeadBytes = 9;

void AppendBigEndian(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

uint32_t ReadBigEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (const char c : bytes) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

/// A string literal without Huffman coding (RFC 7541 5.2).
void AppendLiteral(std::string& out, std::string_view text) {
  constexpr size_t kPrefixMax = 127;
  if (text.size() < kPrefixMax) {
    out.push_back(static_cast<char>(text.size()));
  } else {
    out.push_back(static_cast<char>(kPrefixMax));
    size_t rest = text.size() - kPrefixMax;
    for (; rest >= 128; rest >>= 7) {
      out.push_back(static_cast<char>(rest | 128));
    }
    out.push_back(static_cast<char>(rest));
  }
  out += text;
}

}  // namespace

std::string Encode(const Frame& frame) {
  std::string out;
  AppendBigEndian(out, frame.payload.size(), 3);
  out.push_back(static_cast<char>(frame.type));
  out.push_back(static_cast<char>(frame.flags));
  AppendBigEndian(out, frame.stream, 4);
  return out + frame.payload;
}

std::string Preface() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Encode({.type = FrameType::kSettings});
}

std::string EncodeHeaders(const std::vector<Header>& headers) {
  std::string out;
  for (const Header& header : headers) {
    out.push_back('\0');
    AppendLiteral(out, header.name);
    AppendLiteral(out, header.value);
  }
  return out;
}

std::vector<Header> GrpcHeaders(const std::string& path) {
  return {
      {":method", "POST"},
      {":scheme", "http"},
      {":path", path},
      {":authority", "test"},
      {"content-type", "application/grpc"},
      {"te", "trailers"}};
}

std::string GrpcMessage(std::string_view message, char flag) {
  std::string out(1, flag);
  AppendBigEndian(out, message.size(), 4);
  out += message;
  return out;
}

std::vector<Frame> TakeFrames(std::string& bytes) {
  std::vector<Frame> frames;
  while (bytes.size() >= kFrameHeadBytes) {
    const std::string_view all = bytes;
    const size_t length = ReadBigEndian(all.substr(0, 3));
    if (bytes.size() < kFrameHeadBytes + length) {
      break;
    }
    frames.push_back(
        {static_cast<FrameType>(all[3]),
         static_cast<uint8_t>(all[4]),
         ReadBigEndian(all.substr(5, 4)),
         std::string(all.substr(kFrameHeadBytes, length))}
    );
    bytes.erase(0, kFrameHeadBytes + length);
  }
  return frames;
}

Reply::Reply() {
  nghttp2_hd_inflater* inflater = nullptr;
  nghttp2_hd_inflate_new(&inflater);
  inflater_ = inflater;
}

Reply::~Reply() {
  nghttp2_hd_inflate_del(static_cast<nghttp2_hd_inflater*>(inflater_));
}

void Reply::Add(std::string_view bytes) {
  rest_ += bytes;
  for (const Frame& frame : TakeFrames(rest_)) {
    AddFrame(frame);
  }
}

void Reply::AddFrame(const Frame& frame) {
  if (frame.type == FrameType::kGoAway) {
    goaway_code_ = ReadBigEndian(std::string_view(frame.payload).substr(4, 4));
    return;
  }
  if (frame.type == FrameType::kPing) {
    ++pings_;
    return;
  }
  if (frame.stream == 0) {
    return;
  }
  const auto is_stream = [&frame](const auto& entry) { return entry.first == frame.stream; };
  auto found = std::find_if(streams_.begin(), streams_.end(), is_stream);
  if (found == streams_.end()) {
    streams_.emplace_back(frame.stream, Stream{});
    found = std::prev(streams_.end());
  }
  Stream& stream = found->second;
  if (frame.type == FrameType::kReset) {
    stream.was_reset = true;
  } else if (frame.type == FrameType::kData) {
    stream.data += frame.payload;
  } else if (frame.type == FrameType::kHeaders) {
    AddHeaders(frame.payload, stream);
  } else {
    return;
  }
  stream.ended =
      stream.ended || (frame.type != FrameType::kReset && (frame.flags & kEndStream) != 0);
}

void Reply::AddHeaders(const std::string& block, Stream& stream) {
  auto* inflater = static_cast<nghttp2_hd_inflater*>(inflater_);
  const auto* at = reinterpret_cast<const uint8_t*>(block.data());
  size_t left = block.size();
  while (true) {
    nghttp2_nv pair{};
    int flags = 0;
    const ssize_t used = nghttp2_hd_inflate_hd2(inflater, &pair, &flags, at, left, 1);
    if (used < 0) {
      return;
    }
    at += used;
    left -= static_cast<size_t>(used);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      stream.headers.push_back(
          {std::string(reinterpret_cast<const char*>(pair.name), pair.namelen),
           std::string(reinterpret_cast<const char*>(pair.value), pair.valuelen)}
      );
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
      nghttp2_hd_inflate_end_headers(inflater);
      return;
    }
  }
}

const Reply::Stream* Reply::Find(uint32_t stream) const {
  for (const auto& [id, entry] : streams_) {
    if (id == stream) {
      return &entry;
    }
  }
  return nullptr;
}

std::string Reply::header(uint32_t stream, std::string_view name) const {
  const Stream* found = Find(stream);
  std::string value;
  if (found != nullptr) {
    for (const Header& header : found->headers) {
      if (header.name == name) {
        value = header.value;
      }
    }
  }
  return value;
}

std::string Reply::data(uint32_t stream) const {
  const Stream* found = Find(stream);
  return found == nullptr ? std::string() : found->data;
}

bool Reply::ended(uint32_t stream) const {
  const Stream* found = Find(stream);
  return found != nullptr && found->ended;
}

bool Reply::was_reset(uint32_t stream) const {
  const Stream* found = Find(stream);
  return found != nullptr && found->was_reset;
}

}  // namespace tidings::net::http2
