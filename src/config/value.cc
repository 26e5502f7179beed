#include "config/value.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <map>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <absl/status/statusor.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"

namespace tidings::config {
namespace {

using Durations = std::map<std::string, std::chrono::milliseconds>;

bool IsIpAddress(std::string_view host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &bytes) == 1;
  }
  return host == "localhost" || inet_pton(AF_INET, std::string(host).c_str(), &bytes) == 1;
}

bool IsPort(std::string_view text) {
  uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

absl::Status CheckAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (text == "off" || (colon != std::string_view::npos && IsIpAddress(text.substr(0, colon)) &&
                        IsPort(text.substr(colon + 1)))) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "'{}' is no address to listen on; expected ADDRESS:PORT (127.0.0.1:12800; 0.0.0.0:12800 for "
      "all interfaces; port 0..65535, 0 takes a free one), [IPv6]:PORT, or off",
      EscapeForDisplay(text)
  );
}

absl::Status CheckChoice(const Key& key, std::string_view text) {
  if (std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end()) {
    return absl::OkStatus();
  }
  const auto nearest = Nearest(text, key.choices);
  return InvalidArgument(
      "'{}' is none of {}{}",
      EscapeForDisplay(text),
      fmt::join(key.choices, ", "),
      nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""
  );
}

absl::Status CheckDirectory(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos) {
    return InvalidArgument("'{}' is no directory; expected a path", EscapeForDisplay(text));
  }
  return absl::OkStatus();
}

absl::Status CheckReadableFile(std::string_view text) {
  if (text.empty()) {
    return absl::OkStatus();
  }
  const auto fault = [text](int error) {
    return InvalidArgument(
        "file '{}' cannot be read: {}; expected a readable file, or \"\" for none",
        EscapeForDisplay(text),
        std::generic_category().message(error)
    );
  };
  const int file = open(std::string(text).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    return fault(errno);
  }
  struct stat status {};
  const bool is_directory = fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
  close(file);
  return is_directory ? fault(EISDIR) : absl::OkStatus();
}

absl::StatusOr<uint64_t> ParseCount(std::string_view text) {
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return InvalidArgument(
        "'{}' is no whole number; expected digits only, as 1000", EscapeForDisplay(text)
    );
  }
  return number;
}

std::string FormatNumber(Kind kind, uint64_t number) {
  if (kind == Kind::kDuration || kind == Kind::kDurations) {
    return FormatDuration(std::chrono::milliseconds(number));
  }
  return kind == Kind::kSize ? FormatSize(number) : fmt::format("{}", number);
}

absl::StatusOr<uint64_t> ParseNumber(const Key& key, std::string_view text) {
  absl::StatusOr<uint64_t> number = 0;
  if (key.kind == Kind::kDuration || key.kind == Kind::kDurations) {
    const absl::StatusOr<std::chrono::milliseconds> duration = ParseDuration(text);
    number = duration.ok() ? absl::StatusOr<uint64_t>(static_cast<uint64_t>(duration->count()))
                           : duration.status();
  } else {
    number = key.kind == Kind::kSize ? ParseSize(text) : ParseCount(text);
  }
  if (!number.ok() && key.kind == Kind::kDurations) {
    return number.status();
  }
  if (!number.ok()) {
    return InvalidArgument(
        "{}; the default is {}", MessageOf(number.status()), ShowValue(key, Config{})
    );
  }
  if (*number < key.least || *number > key.most) {
    return InvalidArgument(
        "'{}' is out of range; expected {} to {}",
        EscapeForDisplay(text),
        FormatNumber(key.kind, key.least),
        FormatNumber(key.kind, key.most)
    );
  }
  return number;
}

absl::Status CheckText(const Key& key, std::string_view text) {
  switch (key.kind) {
    case Kind::kAddress:
      return CheckAddress(text);
    case Kind::kChoice:
      return CheckChoice(key, text);
    case Kind::kDirectory:
      return CheckDirectory(text);
    case Kind::kReadableFile:
      return CheckReadableFile(text);
    default:
      return absl::OkStatus();
  }
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::string_view element = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), element.size() + 1));
    elements.emplace_back(element);
  }
  return elements;
}

absl::Status SetDurations(
    const Key& key, const std::vector<std::string>& elements, Durations& durations
) {
  Durations read;
  for (const std::string_view element : elements) {
    const size_t equals = element.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
      return InvalidArgument(
          "'{}' is no NAME=DURATION; expected as K8S=7d", EscapeForDisplay(element)
      );
    }
    const absl::StatusOr<uint64_t> number = ParseNumber(key, element.substr(equals + 1));
    if (!number.ok()) {
      return number.status();
    }
    const std::string name = ToUpperAscii(element.substr(0, equals));
    if (!read.emplace(name, *number).second) {
      return InvalidArgument("'{}' stands there twice", EscapeForDisplay(name));
    }
  }
  durations = std::move(read);
  return absl::OkStatus();
}

/// Fills the member of a key with one value.
struct Setter {
  const Key& key;
  std::string_view text;

  absl::Status operator()(std::string* slot) const {
    absl::Status status = CheckText(key, text);
    if (status.ok()) {
      *slot = text;
    }
    return status;
  }
  absl::Status operator()(std::vector<std::string>* slot) const {
    *slot = SplitList(text);
    return absl::OkStatus();
  }
  absl::Status operator()(Durations* slot) const {
    return SetDurations(key, SplitList(text), *slot);
  }
  absl::Status operator()(bool* slot) const {
    if (text != "true" && text != "false") {
      return InvalidArgument("'{}' is neither true nor false", EscapeForDisplay(text));
    }
    *slot = text == "true";
    return absl::OkStatus();
  }
  absl::Status operator()(std::chrono::milliseconds* slot) const {
    const absl::StatusOr<uint64_t> number = ParseNumber(key, text);
    if (number.ok()) {
      *slot = std::chrono::milliseconds(*number);
    }
    return number.status();
  }
  template <typename Number>
  absl::Status operator()(Number* slot) const {
    const absl::StatusOr<uint64_t> number = ParseNumber(key, text);
    if (number.ok()) {
      *slot = static_cast<Number>(*number);
    }
    return number.status();
  }
};

struct Shower {
  const Key& key;

  std::vector<std::string> operator()(const std::string* slot) const { return {*slot}; }
  std::vector<std::string> operator()(const std::vector<std::string>* slot) const { return *slot; }
  std::vector<std::string> operator()(const Durations* slot) const {
    std::vector<std::string> texts;
    for (const auto& [name, duration] : *slot) {
      texts.push_back(fmt::format("{}={}", name, FormatDuration(duration)));
    }
    return texts;
  }
  std::vector<std::string> operator()(const bool* slot) const { return {*slot ? "true" : "false"}; }
  std::vector<std::string> operator()(const std::chrono::milliseconds* slot) const {
    return {FormatDuration(*slot)};
  }
  template <typename Number>
  std::vector<std::string> operator()(const Number* slot) const {
    return {FormatNumber(key.kind, *slot)};
  }
};

}  // namespace

absl::Status SetValue(const Key& key, std::string_view text, Config& config) {
  return std::visit(Setter{key, text}, key.slot(config));
}

absl::Status SetValues(const Key& key, std::vector<std::string> texts, Config& config) {
  const Slot slot = key.slot(config);
  if (auto* const durations = std::get_if<Durations*>(&slot)) {
    return SetDurations(key, texts, **durations);
  }
  auto* const list = std::get_if<std::vector<std::string>*>(&slot);
  if (list == nullptr) {
    return InvalidArgument("is a list; expected one value: {}", DescribeKind(key));
  }
  **list = std::move(texts);
  return absl::OkStatus();
}

std::vector<std::string> ShowValues(const Key& key, const Config& config) {
  // Slots lead into a Config that may be written; a copy is cheap where values are shown.
  Config copy = config;
  return std::visit(Shower{key}, key.slot(copy));
}

std::string ShowValue(const Key& key, const Config& config) {
  return fmt::format("{}", fmt::join(ShowValues(key, config), ","));
}

std::string DescribeKind(const Key& key) {
  switch (key.kind) {
    case Kind::kAddress:
      return "ADDRESS:PORT, [IPv6]:PORT, or off";
    case Kind::kChoice:
      return fmt::format("one of {}", fmt::join(key.choices, ", "));
    case Kind::kDirectory:
      return "a directory";
    case Kind::kReadableFile:
      return "a file, or empty for none";
    case Kind::kTexts:
      return "a list of texts";
    case Kind::kDurations:
      return "a list of NAME=DURATION";
    case Kind::kSwitch:
      return "true or false";
    case Kind::kDuration:
    case Kind::kSize:
    case Kind::kCount:
      break;
  }
  const std::string_view what = key.kind == Kind::kDuration ? "a duration"
                                : key.kind == Kind::kSize   ? "a size"
                                                            : "a number";
  return fmt::format(
      "{} of {} to {}", what, FormatNumber(key.kind, key.least), FormatNumber(key.kind, key.most)
  );
}

}  // namespace tidings::config
