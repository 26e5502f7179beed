#include "cli/sse_reader.h"

#include <utility>

namespace tidings::cli {

void SseReader::Add(std::string_view bytes) {
  rest_ += bytes;
  size_t begin = 0;
  for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    std::string_view line = std::string_view(rest_).substr(begin, end - begin);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    TakeLine(line);
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void SseReader::Reset() {
  rest_.clear();
  message_ = {};
  id_ = last_id_;
}

void SseReader::TakeLine(std::string_view line) {
  if (line.empty()) {
    last_id_ = id_;
    const SseMessage message = std::exchange(message_, {});
    if (!message.data.empty()) {
      take_(message);
    }
    return;
  }
  const size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) {
    value.remove_prefix(1);
  }
  if (field == "event") {
    message_.event = value;
  } else if (field == "data") {
    message_.data += (message_.data.empty() ? "" : "\n") + std::string(value);
  } else if (field == "id") {
    id_ = value;
  }
}

}  // namespace tidings::cli
