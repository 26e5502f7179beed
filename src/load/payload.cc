#include "load/payload.h"

#include <deque>
#include <string_view>
#include <utility>

#include "load/otlp_payload.h"

namespace tidings::load {
namespace {

/// Events between a start and its end.
constexpr size_t kEndDistance = 500;
/// The group of a UUID whose digits tell the lap by which of their bits are flipped: so an id never
/// comes again, as it would if they were replaced and were such digits in the first lap already.
constexpr size_t kLapDigitsAt = 9;
constexpr size_t kLapDigits = 4;

char WithBitsFlipped(char hex_digit, uint64_t bits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return kDigits[kDigits.find(hex_digit) ^ bits];
}

/// A report of its own for what becomes known when an event ends.
DatasetEvent EndOf(const DatasetEvent& event) {
  DatasetEvent end = event;
  end.start_ms = 0;
  end.message.clear();
  end.parameters = {};
  return end;
}

void AppendFramed(std::string& out, std::string_view message) {
  const auto size = static_cast<uint32_t>(message.size());
  out.push_back(0);
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(size >> shift));
  }
  out += message;
}

/// Collects reports into payloads.
class Encoder {
 public:
  explicit Encoder(const Shape& shape) : shape_(shape) {}

  void Add(const DatasetEvent& report, bool is_first) {
    if (IsOtlp(shape_.protocol)) {
      held_.push_back(report);
    } else {
      Append(report);
    }
    ++payload_.reports;
    payload_.events += is_first ? 1 : 0;
    if (payload_.reports == shape_.batch) {
      EndPayload();
    }
  }

  std::vector<Payload> Finish() {
    if (payload_.reports > 0) {
      EndPayload();
    }
    return std::move(payloads_);
  }

 private:
  bool IsLines() const { return shape_.protocol == Protocol::kNdjson; }
  size_t TrailerBytes() const { return IsLines() ? 1 : 0; }

  void Append(const DatasetEvent& report) {
    const std::string encoded = IsGrpc(shape_.protocol) ? ToProtobuf(report) : ToJson(report);
    AppendSeparated(encoded);
    const size_t begin = payload_.bytes.size() - encoded.size() - TrailerBytes();
    payload_.ids.push_back(static_cast<uint32_t>(begin + encoded.find(report.uuid)));
  }

  /// The reports that are held, in one message.
  void AppendHeld() {
    OtlpRequest request =
        shape_.protocol == Protocol::kOtlpJson ? ToOtlpJson(held_) : ToOtlpProtobuf(held_);
    held_.clear();
    payload_.ids = std::move(request.ids);
    if (!IsGrpc(shape_.protocol)) {
      payload_.bytes = std::move(request.bytes);
      return;
    }
    AppendFramed(payload_.bytes, request.bytes);
    payload_.message_ends.push_back(static_cast<uint32_t>(payload_.bytes.size()));
    for (uint32_t& id : payload_.ids) {
      id += static_cast<uint32_t>(payload_.bytes.size() - request.bytes.size());
    }
  }

  void AppendSeparated(std::string_view encoded) {
    std::string& bytes = payload_.bytes;
    if (IsGrpc(shape_.protocol)) {
      AppendFramed(bytes, encoded);
      payload_.message_ends.push_back(static_cast<uint32_t>(bytes.size()));
    } else if (IsLines()) {
      bytes.append(encoded).push_back('\n');
    } else {
      bytes += payload_.reports == 0 ? '[' : ',';
      bytes += encoded;
    }
  }

  void EndPayload() {
    if (IsOtlp(shape_.protocol)) {
      AppendHeld();
    } else if (!IsGrpc(shape_.protocol) && !IsLines()) {
      payload_.bytes += ']';
    }
    payloads_.push_back(std::exchange(payload_, {}));
  }

  const Shape& shape_;
  Payload payload_;
  /// Reports of a request that is encoded as a whole.
  std::vector<DatasetEvent> held_;
  std::vector<Payload> payloads_;
};

/// Whether the `index`th event is one of the share, which is spread evenly.
bool IsOfShare(uint64_t index, double share) {
  const auto whole_before = static_cast<uint64_t>(static_cast<double>(index) * share);
  return static_cast<uint64_t>(static_cast<double>(index + 1) * share) > whole_before;
}

}  // namespace

std::vector<Payload> EncodePayloads(const Shape& shape, const Dataset& dataset, uint64_t events) {
  Encoder encoder(shape);
  std::deque<std::pair<uint64_t, DatasetEvent>> ends;
  for (uint64_t i = 0; i < events; ++i) {
    for (; !ends.empty() && ends.front().first <= i; ends.pop_front()) {
      encoder.Add(ends.front().second, false);
    }
    DatasetEvent event = dataset.At(i);
    if (IsOfShare(i, shape.end_share)) {
      ends.emplace_back(i + kEndDistance, EndOf(event));
      event.end_ms = 0;
    }
    encoder.Add(event, true);
  }
  for (const auto& [due, end] : ends) {
    encoder.Add(end, false);
  }
  return encoder.Finish();
}

std::string BytesOfLap(const Payload& payload, uint64_t lap) {
  std::string bytes = payload.bytes;
  if (lap == 0) {
    return bytes;
  }
  for (const uint32_t id : payload.ids) {
    for (size_t digit = 0; digit < kLapDigits; ++digit) {
      char& c = bytes[id + kLapDigitsAt + digit];
      c = WithBitsFlipped(c, (lap >> (4 * digit)) & 0xf);
    }
  }
  return bytes;
}

}  // namespace tidings::load
