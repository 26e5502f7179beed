#include "api/rest/ndjson_lines.h"

#include <utility>

namespace tidings::rest {
namespace {

/// A longer line leaves no memory behind.
constexpr size_t kMostKeptOfALine = size_t{64} << 10;

}  // namespace

void NdjsonLines::Add(std::string_view chunk, const Take& take) {
  while (!chunk.empty()) {
    const size_t newline = chunk.find('\n');
    Append(chunk.substr(0, newline));
    if (newline == std::string_view::npos) {
      return;
    }
    EndLine(take);
    chunk.remove_prefix(newline + 1);
  }
}

void NdjsonLines::Finish(const Take& take) {
  EndLine(take);
}

void NdjsonLines::Append(std::string_view text) {
  too_long_ = too_long_ || line_.size() + text.size() > max_line_bytes_;
  if (too_long_) {
    line_.clear();
    line_.shrink_to_fit();
    return;
  }
  line_ += text;
}

void NdjsonLines::EndLine(const Take& take) {
  const uint32_t number = number_++;
  const bool too_long = std::exchange(too_long_, false);
  if (too_long || line_.find_first_not_of(" \t\r") != std::string::npos) {
    take({.number = number, .text = line_, .too_long = too_long});
  }
  line_.clear();
  if (line_.capacity() > kMostKeptOfALine) {
    line_.shrink_to_fit();
  }
}

}  // namespace tidings::rest
