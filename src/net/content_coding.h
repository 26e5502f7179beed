#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace tidings::net {

enum class ContentCoding { kIdentity, kGzip, kZstd };

/// `Content-Encoding` (RFC 9110 8.4.1) or `grpc-encoding`: empty and `identity` are identity;
/// nothing for a coding that is not known or a list of several.
std::optional<ContentCoding> ParseContentCoding(std::string_view text);

/// The best coding that an `Accept-Encoding` header allows for an answer (RFC 9110 12.5.3).
ContentCoding ChooseResponseCoding(std::string_view accept_encoding);

/// Whether an `Accept-Encoding` header names `coding` and does not refuse it.
bool AcceptsCoding(std::string_view accept_encoding, ContentCoding coding);

/// As it stands in a header.
std::string_view NameOf(ContentCoding coding);

/// Inflates a stream piece by piece, into room that the caller gives.
///
/// Thread safety: one thread at a time.
/// Errors:        kInvalidArgument - the stream is broken, or bytes follow its end.
class Inflater {
 public:
  virtual ~Inflater() = default;

  struct Step {
    size_t consumed = 0;
    size_t produced = 0;
  };
  /// Consumes some of `input` and fills some of `output`. When the output was filled there may be
  /// more to come for the same input.
  virtual absl::StatusOr<Step> Inflate(std::string_view input, std::span<char> output) = 0;
  /// Whether the stream is whole as far as it was consumed.
  virtual bool AtEnd() const = 0;

  /// Not for kIdentity.
  static std::unique_ptr<Inflater> Create(ContentCoding coding);
};

/// All of `input`. kResourceExhausted when it would be more than `max_bytes`.
absl::StatusOr<std::string> InflateWhole(
    ContentCoding coding, std::string_view input, size_t max_bytes
);

/// Deflates a stream piece by piece, each so that the reader can inflate all of it at once. A fast
/// rather than a small compression.
///
/// Thread safety: one thread at a time.
class Deflater {
 public:
  virtual ~Deflater() = default;

  /// Empty when there is no memory for it.
  virtual std::string Add(std::string_view input, bool is_last) = 0;

  /// Not for kIdentity.
  static std::unique_ptr<Deflater> Create(ContentCoding coding);
};

/// All of `input`.
std::string Deflate(ContentCoding coding, std::string_view input);

}  // namespace tidings::net
