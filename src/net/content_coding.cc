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

class GzipDeflater final : public Deflater {
 public:
  GzipDeflater() {
    constexpr int kDefaultMemoryLevel = 8;
    usable_ = deflateInit2(
                  &stream_,
                  kFastGzipLevel,
                  Z_DEFLATED,
                  kGzipWindowBits,
                  kDefaultMemoryLevel,
                  Z_DEFAULT_STRATEGY
              ) == Z_OK;
  }
  ~GzipDeflater() override { deflateEnd(&stream_); }
  GzipDeflater(const GzipDeflater&) = delete;
  GzipDeflater& operator=(const GzipDeflater&) = delete;

  std::string Add(std::string_view input, bool is_last) override {
    std::string output;
    if (!usable_) {
      return output;
    }
    stream_.next_in = MutableBytes(input);
    stream_.avail_in = static_cast<uInt>(input.size());
    size_t size = 0;
    do {
      output.resize(size + deflateBound(&stream_, stream_.avail_in));
      stream_.next_out = MutableBytes(output) + size;
      stream_.avail_out = static_cast<uInt>(output.size() - size);
      deflate(&stream_, is_last ? Z_FINISH : Z_SYNC_FLUSH);
      size = output.size() - stream_.avail_out;
    } while (stream_.avail_out == 0);
    output.resize(size);
    return output;
  }

 private:
  z_stream stream_{};
  bool usable_ = false;
};

class ZstdDeflater final : public Deflater {
 public:
  ZstdDeflater() : context_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kFastZstdLevel);
  }

  std::string Add(std::string_view input, bool is_last) override {
    std::string output;
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    size_t size = 0;
    size_t left = 1;
    while (left != 0) {
      output.resize(size + ZSTD_compressBound(input.size() - in.pos));
      ZSTD_outBuffer out{output.data(), output.size(), size};
      left = ZSTD_compressStream2(context_.get(), &out, &in, is_last ? ZSTD_e_end : ZSTD_e_flush);
      if (ZSTD_isError(left) != 0) {
        return {};
      }
      size = out.pos;
    }
    output.resize(size);
    return output;
  }

 private:
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
};

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

bool AcceptsCoding(std::string_view accept_encoding, ContentCoding coding) {
  while (!accept_encoding.empty()) {
    const std::string_view element = TakeElement(accept_encoding);
    const size_t semicolon = std::min(element.find(';'), element.size());
    if (ParseContentCoding(element.substr(0, semicolon)) == coding) {
      return !IsRefused(element.substr(semicolon));
    }
  }
  return false;
}

ContentCoding ChooseResponseCoding(std::string_view accept_encoding) {
  for (const ContentCoding coding : {ContentCoding::kZstd, ContentCoding::kGzip}) {
    if (AcceptsCoding(accept_encoding, coding)) {
      return coding;
    }
  }
  return ContentCoding::kIdentity;
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

std::unique_ptr<Deflater> Deflater::Create(ContentCoding coding) {
  if (coding == ContentCoding::kGzip) {
    return std::make_unique<GzipDeflater>();
  }
  return std::make_unique<ZstdDeflater>();
}

std::string Deflate(ContentCoding coding, std::string_view input) {
  return coding == ContentCoding::kIdentity ? std::string(input)
                                            : Deflater::Create(coding)->Add(input, true);
}

}  // namespace tidings::net
