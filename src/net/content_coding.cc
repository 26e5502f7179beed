#include "net/content_coding.h"

#include <algorithm>
#include <charconv>
#include <zlib.h>

#include <zstd.h>

#include "base/status.h"
#include "base/text.h"

namespace tidings::net {
namespace {

/// zlib's window of 32 KiB, and its switch for the gzip format.
constexpr int kGzipWindowBits = 15 + 16;
/// RFC 8878 3.1.1.1.2 asks decoders for 8 MiB; more lets a client pin that much per request.
constexpr int kMaxZstdWindowLog = 23;
constexpr int kFastGzipLevel = 1;
constexpr int kFastZstdLevel = 1;

// zlib takes its input as not const, but does not write to it.
Bytef* MutableBytes(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

class GzipInflater final : public Inflater {
 public:
  GzipInflater() { usable_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK; }
  ~GzipInflater() override { inflateEnd(&stream_); }
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;

  absl::StatusOr<Step> Inflate(std::string_view input, std::span<char> output) override {
    if (!usable_) {
      return Unavailable("no memory to inflate gzip");
    }
    if (at_end_ && !input.empty()) {
      // RFC 1952 2.2: a gzip file is one member after the other.
      inflateReset(&stream_);
      at_end_ = false;
    }
    stream_.next_in = MutableBytes(input);
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      return InvalidArgument(
          "broken gzip: {}", stream_.msg == nullptr ? "unknown error" : stream_.msg
      );
    }
    at_end_ = result == Z_STREAM_END;
    return Step{input.size() - stream_.avail_in, output.size() - stream_.avail_out};
  }

  bool AtEnd() const override { return at_end_; }

 private:
  z_stream stream_{};
  bool usable_ = false;
  bool at_end_ = false;
};

class ZstdInflater final : public Inflater {
 public:
  ZstdInflater() : context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }

  absl::StatusOr<Step> Inflate(std::string_view input, std::span<char> output) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(result) != 0) {
      return InvalidArgument("broken zstd: {}", ZSTD_getErrorName(result));
    }
    at_end_ = result == 0;
    return Step{in.pos, out.pos};
  }

  bool AtEnd() const override { return at_end_; }

 private:
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
  bool at_end_ = false;
};

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Takes the next element off a comma-separated list.
std::string_view TakeElement(std::string_view& list) {
  const size_t comma = list.find(',');
  const std::string_view element = Trim(list.substr(0, comma));
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return element;
}

/// Whether `;q=0` refuses the coding. Other weights do not matter: we have our own preference.
bool IsRefused(std::string_view parameters) {
  const size_t at = parameters.find("q=");
  if (at == std::string_view::npos) {
    return false;
  }
  const std::string_view weight = Trim(parameters.substr(at + 2));
  return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
}

std::string DeflateGzip(std::string_view input) {
  constexpr int kDefaultMemoryLevel = 8;
  z_stream stream{};
  if (deflateInit2(
          &stream,
          kFastGzipLevel,
          Z_DEFLATED,
          kGzipWindowBits,
          kDefaultMemoryLevel,
          Z_DEFAULT_STRATEGY
      ) != Z_OK) {
    return {};
  }
  std::string output(deflateBound(&stream, input.size()), '\0');
  stream.next_in = MutableBytes(input);
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = MutableBytes(output);
  stream.avail_out = static_cast<uInt>(output.size());
  const int result = deflate(&stream, Z_FINISH);
  output.resize(result == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return output;
}

std::string DeflateZstd(std::string_view input) {
  std::string output(ZSTD_compressBound(input.size()), '\0');
  const size_t size =
      ZSTD_compress(output.data(), output.size(), input.data(), input.size(), kFastZstdLevel);
  output.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return output;
}

}  // namespace

std::optional<ContentCoding> ParseContentCoding(std::string_view text) {
  const std::string name = ToLowerAscii(Trim(text));
  if (name.empty() || name == "identity") {
    return ContentCoding::kIdentity;
  }
  if (name == "gzip" || name == "x-gzip") {
    return ContentCoding::kGzip;
  }
  if (name == "zstd") {
    return ContentCoding::kZstd;
  }
  return std::nullopt;
}

ContentCoding ChooseResponseCoding(std::string_view accept_encoding) {
  ContentCoding best = ContentCoding::kIdentity;
  while (!accept_encoding.empty()) {
    const std::string_view element = TakeElement(accept_encoding);
    const size_t semicolon = std::min(element.find(';'), element.size());
    const auto coding = ParseContentCoding(element.substr(0, semicolon));
    if (!coding || IsRefused(element.substr(semicolon))) {
      continue;
    }
    best = std::max(best, *coding);
  }
  return best;
}

std::string_view NameOf(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kGzip:
      return "gzip";
    case ContentCoding::kZstd:
      return "zstd";
    case ContentCoding::kIdentity:
      break;
  }
  return "identity";
}

std::unique_ptr<Inflater> Inflater::Create(ContentCoding coding) {
  if (coding == ContentCoding::kZstd) {
    return std::make_unique<ZstdInflater>();
  }
  return std::make_unique<GzipInflater>();
}

absl::StatusOr<std::string> InflateWhole(
    ContentCoding coding, std::string_view input, size_t max_bytes
) {
  constexpr size_t kFirstGuessFactor = 4;
  if (coding == ContentCoding::kIdentity) {
    return std::string(input);
  }
  const auto inflater = Inflater::Create(coding);
  std::string output;
  size_t size = 0;
  // One byte more than allowed, so that "exactly full" and "too much" differ.
  const size_t most = max_bytes + 1;
  while (size <= max_bytes) {
    const size_t grown = std::max(input.size() * kFirstGuessFactor, size * 2) + 64;
    output.resize(std::min(most, grown));
    const auto step = inflater->Inflate(input, std::span(output).subspan(size));
    if (!step.ok()) {
      return step.status();
    }
    input.remove_prefix(step->consumed);
    size += step->produced;
    if (size <= max_bytes && input.empty() && inflater->AtEnd()) {
      output.resize(size);
      return output;
    }
    if (step->consumed == 0 && step->produced == 0) {
      return InvalidArgument("{} ends in the middle", NameOf(coding));
    }
  }
  return ResourceExhausted("inflates to more than {} bytes", max_bytes);
}

std::string Deflate(ContentCoding coding, std::string_view input) {
  switch (coding) {
    case ContentCoding::kGzip:
      return DeflateGzip(input);
    case ContentCoding::kZstd:
      return DeflateZstd(input);
    case ContentCoding::kIdentity:
      break;
  }
  return std::string(input);
}

}  // namespace tidings::net
