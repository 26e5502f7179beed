#pragma once

#include <memory>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <gtest/gtest.h>

#include "receiver/testing/held_sink.h"

/// What every receiver must do, whatever its transport: a client is told "stored" only after the
/// sink has made its reports durable, and is told clearly when that did not happen. For a receiver
/// whose acknowledgement is an offset that moves, `kAcknowledged` is that move and everything else
/// is not.
namespace tidings::receiver_testing {

/// One report as a test wants it sent; the harness puts it in its protocol's form.
struct SentReport {
  std::string id;
  std::string name;
  int64_t start = 0;
  int64_t end = 0;
};

/// How the client (or the source) learned what became of one request.
enum class Answer : uint8_t {
  kNone,          ///< nothing yet
  kAcknowledged,  ///< everything is stored
  kPartly,        ///< some reports break a rule and were named, the others are stored
  kRetryLater,    ///< nothing is stored, the same may succeed later
  kRefused,       ///< malformed; not to be sent again as it is
};

/// Drives one receiver without a network.
class ReceiverHarness {
 public:
  virtual ~ReceiverHarness() = default;

  /// Sends one request (stream, body, partition batch) with these reports, whole. The number names
  /// it.
  virtual size_t Send(const std::vector<SentReport>& reports) = 0;
  /// The same, followed by bytes that are no report of the protocol.
  virtual size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) = 0;
  /// Whether the reports before the garbage are to be stored (streams) or nothing at all (bodies).
  virtual bool StoresBeforeGarbage() const = 0;

  virtual Answer AnswerTo(size_t request) const = 0;
  /// The answer's text: must name what is wrong.
  virtual std::string AnswerText(size_t request) const = 0;
};

using HarnessFactory = std::unique_ptr<ReceiverHarness> (*)(HeldSink& sink);

/// Instantiate with INSTANTIATE_TEST_SUITE_P(Name, ReceiverContract,
/// testing::Values(&MakeHarness)).
class ReceiverContract : public testing::TestWithParam<HarnessFactory> {
 protected:
  HeldSink sink_;
  std::unique_ptr<ReceiverHarness> harness_ = GetParam()(sink_);
};

}  // namespace tidings::receiver_testing
