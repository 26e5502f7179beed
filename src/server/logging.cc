#include "server/logging.h"

#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

constexpr size_t kMaxLineBytes = 4096;

/// The message with what could forge a line of the log escaped.
class EscapedText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out)
      override {
    const std::string text =
        EscapeForDisplay({message.payload.data(), message.payload.size()}, kMaxLineBytes);
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<EscapedText>();
  }
};

/// The same as a JSON string.
class EscapedJson final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out)
      override {
    std::string json;
    AppendJsonString(
        json, EscapeForDisplay({message.payload.data(), message.payload.size()}, kMaxLineBytes)
    );
    out.append(json.data(), json.data() + json.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<EscapedJson>();
  }
};

}  // namespace

absl::Status SetUpLogging(const LogConfig& config) {
  const bool as_text =
      config.format == "text" || (config.format == "auto" && isatty(STDERR_FILENO) == 1);
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (as_text) {
    formatter->add_flag<EscapedText>('*').set_pattern("%H:%M:%S.%e %^%-7l%$ %*");
  } else {
    formatter->add_flag<EscapedJson>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})"
    );
  }
  try {
    auto logger = std::make_shared<spdlog::logger>(
        "tidings", std::make_shared<spdlog::sinks::stderr_sink_mt>()
    );
    logger->set_formatter(std::move(formatter));
    logger->set_level(spdlog::level::from_str(config.level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
  } catch (const spdlog::spdlog_ex& error) {
    return Internal("the log cannot be set up: {}", error.what());
  }
  return absl::OkStatus();
}

void SetLogLevel(const LogConfig& config) {
  spdlog::set_level(spdlog::level::from_str(config.level));
}

}  // namespace tidings
