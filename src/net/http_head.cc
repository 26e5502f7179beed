#include "net/http_head.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <absl/time/time.h>
#include <fmt/format.h>

#include "base/status.h"
#include "net/content_coding.h"

namespace tidings::net {
namespace {

/// Below this a compressed body saves nothing that matters.
constexpr size_t kWorthCompressing = 1024;

bool IsTargetByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && c != '#';
}

bool IsCompressible(std::string_view content_type) {
  constexpr std::string_view kWords[] = {"json", "text/", "xml", "javascript", "yaml"};
  return std::any_of(std::begin(kWords), std::end(kWords), [content_type](std::string_view word) {
    return content_type.find(word) != std::string_view::npos;
  });
}

bool HasHeader(const HttpResponse& response, std::string_view name) {
  return std::any_of(
      response.headers.begin(),
      response.headers.end(),
      [name](const Header& header) { return header.name == name; }
  );
}

std::string_view ContentTypeOf(const HttpResponse& response) {
  for (const Header& header : response.headers) {
    if (header.name == "content-type") {
      return header.value;
    }
  }
  return {};
}

/// A stream in another coding.
class DeflatedStream final : public BodyStream {
 public:
  DeflatedStream(std::shared_ptr<BodyStream> plain, std::shared_ptr<Deflater> deflater)
      : plain_(std::move(plain)), deflater_(std::move(deflater)) {}

  void Pull(Give give) override {
    plain_->Pull([deflater = deflater_, give = std::move(give)](Piece piece) {
      if (!piece.bytes.empty() || piece.is_last) {
        piece.bytes = deflater->Add(piece.bytes, piece.is_last);
      }
      give(std::move(piece));
    });
  }
  void BeginDrain() override { plain_->BeginDrain(); }

 private:
  const std::shared_ptr<BodyStream> plain_;
  /// Of one piece at a time: none is asked for before the last was given.
  const std::shared_ptr<Deflater> deflater_;
};

void AddIfMissing(HttpResponse& response, std::string_view name, std::string_view value) {
  if (!HasHeader(response, name)) {
    response.headers.push_back({std::string(name), std::string(value)});
  }
}

}  // namespace

std::optional<Target> ParseTarget(std::string_view target) {
  if (target.empty() || !std::all_of(target.begin(), target.end(), IsTargetByte)) {
    return std::nullopt;
  }
  if (target == "*") {
    return Target{target, {}};
  }
  if (target.front() != '/') {
    const size_t scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos || target.find_first_of("/?") < scheme_end) {
      return std::nullopt;
    }
    target.remove_prefix(scheme_end + 3);
    const size_t authority_end = std::min(target.find_first_of("/?"), target.size());
    target.remove_prefix(authority_end);
  }
  const size_t question = target.find('?');
  Target parsed{target.substr(0, question), {}};
  if (question != std::string_view::npos) {
    parsed.query = target.substr(question + 1);
  }
  if (parsed.path.empty()) {
    parsed.path = "/";
  }
  return parsed;
}

bool IsSaneRequestId(std::string_view id) {
  constexpr size_t kMaxBytes = 128;
  constexpr std::string_view kAlso = "-_.:/+=";
  const auto is_sane = [kAlso](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kAlso.find(c) != std::string_view::npos;
  };
  return !id.empty() && id.size() <= kMaxBytes && std::all_of(id.begin(), id.end(), is_sane);
}

std::string RequestIdSource::Next() {
  // splitmix64: neighbours in the count do not look alike.
  uint64_t mixed = seed_ + ++count_ * 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return fmt::format("{:016x}", mixed ^ (mixed >> 31));
}

const std::string& HttpDate::At(int64_t now_ms) {
  const int64_t second = now_ms / 1000;
  if (second != second_) {
    second_ = second;
    text_ = absl::FormatTime(
        "%a, %d %b %E4Y %H:%M:%S GMT", absl::FromUnixSeconds(second), absl::UTCTimeZone()
    );
  }
  return text_;
}

HttpResponse ProblemOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return Problem(413, "too-large", "The body is too large", MessageOf(status));
    case absl::StatusCode::kDeadlineExceeded:
      return Problem(408, "timeout", "The request did not arrive in time", MessageOf(status));
    case absl::StatusCode::kUnavailable: {
      HttpResponse response = Problem(503, "unavailable", "Come back later", MessageOf(status));
      response.headers.push_back({"retry-after", "1"});
      return response;
    }
    default:
      return Problem(400, "bad-request", "The request cannot be read", MessageOf(status));
  }
}

void AddSecurityHeaders(HttpResponse& response, std::string_view method, bool is_encrypted) {
  AddIfMissing(response, "x-content-type-options", "nosniff");
  if (is_encrypted) {
    AddIfMissing(response, "strict-transport-security", "max-age=31536000");
  }
  if (method != "GET" && method != "HEAD") {
    return;
  }
  AddIfMissing(response, "x-frame-options", "DENY");
  AddIfMissing(response, "referrer-policy", "no-referrer");
  AddIfMissing(response, "content-security-policy", "default-src 'self'; frame-ancestors 'none'");
}

void CompressBody(HttpResponse& response, std::string_view accept_encoding) {
  const bool is_worth_it = response.stream || response.body.size() > kWorthCompressing;
  if (!is_worth_it || HasHeader(response, "content-encoding") ||
      !IsCompressible(ContentTypeOf(response))) {
    return;
  }
  response.headers.push_back({"vary", "accept-encoding"});
  const ContentCoding coding = ChooseResponseCoding(accept_encoding);
  if (coding == ContentCoding::kIdentity) {
    return;
  }
  if (response.stream) {
    const std::shared_ptr<Deflater> deflater = Deflater::Create(coding);
    if (!response.body.empty()) {
      response.body = deflater->Add(response.body, /*is_last=*/false);
    }
    response.stream = std::make_shared<DeflatedStream>(std::move(response.stream), deflater);
  } else {
    std::string compressed = Deflate(coding, response.body);
    if (compressed.empty() || compressed.size() >= response.body.size()) {
      return;
    }
    response.body = std::move(compressed);
  }
  response.headers.push_back({"content-encoding", std::string(NameOf(coding))});
}

}  // namespace tidings::net
