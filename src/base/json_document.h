#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>
#include <simdjson.h>

namespace tidings {

/// A JSON text that was read to its end: what of it is wrong is known before anything of it is
/// used. Strings of its elements are views that live as long as the document.
///
/// Numbers have no bounds in JSON. One that is no 64-bit integer and no finite double (1e400, 30
/// digits) spoils nothing but its own value: it reads as kHugeNumber, which is no int64 either, and
/// whoever wants that value refuses it. A text that is not valid UTF-8, or holds half of a
/// surrogate pair, likewise reads as kBrokenText, but for a key.
class JsonDocument {
 public:
  /// 2^64 - 1: the element's type is UINT64.
  static constexpr std::string_view kHugeNumber = "18446744073709551615";

  /// 2^64 - 2: no int64 either.
  static constexpr std::string_view kBrokenText = "18446744073709551614";

  /// kInvalidArgument, naming what is wrong and the byte where, if `text` is no JSON (RFC 8259,
  /// UTF-8) or is nested deeper than `max_depth`.
  static absl::StatusOr<std::shared_ptr<const JsonDocument>> Parse(
      std::string text, size_t max_depth
  );

  /// As Parse, in the place and the memory of what was read before, whose elements are no more.
  /// Room is made behind `text`.
  absl::Status ParseNext(std::string& text, size_t max_depth);

  simdjson::dom::element root() const { return root_; }
  /// Bytes that Parse holds, for budgets.
  size_t bytes() const { return bytes_; }

 private:
  simdjson::error_code Read(std::string& text, size_t max_depth);

  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
  size_t bytes_ = 0;
};

}  // namespace tidings
