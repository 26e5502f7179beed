#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::rest {

/// Cuts a body that arrives in pieces into its lines. Holds at most one incomplete line.
///
/// Thread safety: externally synchronised.
class NdjsonLines {
 public:
  struct Line {
    uint32_t number = 0;  ///< the first is 1; blank lines count, but are not told
    std::string& text;    ///< without its end; empty when it is too long. May be changed
    bool too_long = false;
  };
  using Take = std::function<void(const Line&)>;

  explicit NdjsonLines(size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  /// Calls `take` for every line that `chunk` completes.
  void Add(std::string_view chunk, const Take& take);
  /// The body has ended: what stands behind the last newline is a line.
  void Finish(const Take& take);

 private:
  void Append(std::string_view text);
  void EndLine(const Take& take);

  const size_t max_line_bytes_;
  std::string line_;
  uint32_t number_ = 1;
  bool too_long_ = false;
};

}  // namespace tidings::rest
