#include "store/embedded/compression.h"

#include <memory>
#include <new>

#include <zstd.h>

#include "base/status.h"
#include "store/embedded/bytes.h"

namespace tidings::embedded {
namespace {

constexpr int kLevel = 1;
/// Below this, zstd's own header eats what it gains.
constexpr size_t kLeastToCompress = 64;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// One per thread: making one costs more than compressing a page.
ZSTD_CCtx* Compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> kContext(ZSTD_createCCtx());
  return kContext.get();
}

ZSTD_DCtx* Decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> kContext(ZSTD_createDCtx());
  return kContext.get();
}

/// The frame in a buffer of the thread's own; empty where it would not be smaller.
std::string_view Compress(std::string_view raw) {
  if (raw.size() < kLeastToCompress) {
    return {};
  }
  thread_local std::string frame;
  if (frame.size() < ZSTD_compressBound(raw.size())) {
    frame.resize(ZSTD_compressBound(raw.size()));
  }
  const size_t size =
      ZSTD_compressCCtx(Compressor(), frame.data(), frame.size(), raw.data(), raw.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size >= raw.size()) {
    return {};
  }
  return std::string_view(frame).substr(0, size);
}

}  // namespace

void AppendCompressed(std::string& out, std::string_view raw) {
  const std::string_view frame = Compress(raw);
  ByteWriter writer(out);
  writer.Varint(raw.size());
  writer.Text(frame.empty() ? raw : frame);
}

absl::Status TakeCompressed(std::string_view& bytes, size_t max_raw_bytes, std::string& raw) {
  ByteReader reader(bytes);
  const uint64_t raw_size = reader.Varint();
  const std::string_view stored = reader.Text();
  if (!reader.ok() || stored.size() > raw_size || raw_size > max_raw_bytes) {
    return DataLoss("a section of {} bytes claims to hold {}", stored.size(), raw_size);
  }
  bytes = reader.Rest();
  if (stored.size() == raw_size) {
    raw.append(stored);
    return absl::OkStatus();
  }
  const size_t before = raw.size();
  raw.resize(before + raw_size);
  const size_t size = ZSTD_decompressDCtx(
      Decompressor(), raw.data() + before, raw_size, stored.data(), stored.size()
  );
  if (ZSTD_isError(size) != 0 || size != raw_size) {
    return DataLoss("a section of {} bytes is no zstd frame of {}", stored.size(), raw_size);
  }
  return absl::OkStatus();
}

}  // namespace tidings::embedded
