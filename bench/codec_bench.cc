// What the decoders and encoders cost for each event of the benchmarks' data set, beside the floors
// of the same run: touching the same bytes once (memcpy), and what simdjson alone takes for them.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/json_document.h"
#include "base/text.h"
#include "codec/json/event_json.h"
#include "codec/json/report_json.h"
#include "codec/skywalking/event_json.h"
#include "codec/skywalking/event_protobuf.h"
#include "load/dataset.h"

namespace tidings::bench {
namespace {

using load::Dataset;
using load::DatasetEvent;
using load::ToJson;
using load::ToProtobuf;

constexpr size_t kMaxDepth = 64;
/// Reports that a receiver commits together, about.
constexpr size_t kBatch = 256;

std::vector<std::string> Encode(size_t count, std::string (*encode)(const DatasetEvent&)) {
  const Dataset dataset;
  std::vector<std::string> encoded;
  for (size_t i = 0; i < count; ++i) {
    encoded.push_back(encode(dataset.At(i)));
  }
  return encoded;
}

std::vector<std::string> Messages() {
  constexpr size_t kMessages = 10'000;
  return Encode(kMessages, &ToProtobuf);
}

std::string JsonArray(int64_t events) {
  std::string body = "[";
  for (const std::string& event : Encode(static_cast<size_t>(events), &ToJson)) {
    body += event;
    body += ',';
  }
  body.back() = ']';
  return body;
}

/// A body as it comes from the network: with room behind it, where parsers look ahead.
std::string Received(const std::string& body) {
  constexpr size_t kRoom = 64;
  std::string copy;
  copy.reserve(body.size() + kRoom);
  copy += body;
  return copy;
}

/// Events and bytes per second of `state`, each iteration of which handled so much.
void Count(benchmark::State& state, size_t events, size_t bytes) {
  const auto iterations = static_cast<int64_t>(state.iterations());
  state.SetItemsProcessed(iterations * static_cast<int64_t>(events));
  state.SetBytesProcessed(iterations * static_cast<int64_t>(bytes));
}

size_t SizeOf(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) {
    bytes += text.size();
  }
  return bytes;
}

void FloorCopyProtobuf(benchmark::State& state) {
  const std::vector<std::string> messages = Messages();
  std::string copy;
  for (auto _ : state) {
    for (const std::string& message : messages) {
      copy.assign(message);
      benchmark::DoNotOptimize(copy.data());
    }
  }
  Count(state, messages.size(), SizeOf(messages));
}
BENCHMARK(FloorCopyProtobuf);

void DecodeProtobuf(benchmark::State& state) {
  const std::vector<std::string> messages = Messages();
  for (auto _ : state) {
    ReportBatch batch;
    for (const std::string& message : messages) {
      const auto index = static_cast<uint32_t>(batch.reports.size());
      benchmark::DoNotOptimize(skywalking::DecodeEvent(message, index, batch));
      if (batch.reports.size() == kBatch) {
        batch = ReportBatch();
      }
    }
  }
  Count(state, messages.size(), SizeOf(messages));
}
BENCHMARK(DecodeProtobuf);

void EncodeProtobuf(benchmark::State& state) {
  const std::vector<std::string> messages = Messages();
  ReportBatch batch;
  for (const std::string& message : messages) {
    (void)skywalking::DecodeEvent(message, 0, batch);
  }
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Report& report : batch.reports) {
      skywalking::AppendEvent(out, ViewOf(report, batch));
    }
    benchmark::DoNotOptimize(out.data());
  }
  Count(state, messages.size(), out.size());
}
BENCHMARK(EncodeProtobuf);

void FloorValidateJson(benchmark::State& state) {
  const std::string body = JsonArray(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(IsValidUtf8(Received(body)));
  }
  Count(state, static_cast<size_t>(state.range(0)), body.size());
}
BENCHMARK(FloorValidateJson)->Arg(100)->Arg(10'000);

void FloorParseJson(benchmark::State& state) {
  const std::string body = JsonArray(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(JsonDocument::Parse(Received(body), kMaxDepth));
  }
  Count(state, static_cast<size_t>(state.range(0)), body.size());
}
BENCHMARK(FloorParseJson)->Arg(1)->Arg(100)->Arg(10'000);

void DecodeSkyWalkingJson(benchmark::State& state) {
  const std::string body = JsonArray(state.range(0));
  for (auto _ : state) {
    ReportBatch batch;
    benchmark::DoNotOptimize(skywalking::DecodeEventsJson(Received(body), {}, batch));
  }
  Count(state, static_cast<size_t>(state.range(0)), body.size());
}
BENCHMARK(DecodeSkyWalkingJson)->Arg(1)->Arg(100)->Arg(10'000)->Arg(100'000);

void DecodeRestJson(benchmark::State& state) {
  const std::string body = JsonArray(state.range(0));
  for (auto _ : state) {
    ReportBatch batch;
    benchmark::DoNotOptimize(json::DecodeReportsJson(Received(body), {}, batch));
  }
  Count(state, static_cast<size_t>(state.range(0)), body.size());
}
BENCHMARK(DecodeRestJson)->Arg(1)->Arg(100)->Arg(10'000)->Arg(100'000);

void DecodeRestLines(benchmark::State& state) {
  const std::vector<std::string> lines = Encode(1000, &ToJson);
  for (auto _ : state) {
    ReportBatch batch;
    json::ReportLineDecoder decoder;
    std::string received;
    uint32_t line = 0;
    for (const std::string& text : lines) {
      received.assign(text);
      decoder.Decode(received, ++line, {}, batch);
    }
    benchmark::DoNotOptimize(batch.reports.data());
  }
  Count(state, lines.size(), SizeOf(lines));
}
BENCHMARK(DecodeRestLines);

void EncodeRestJson(benchmark::State& state) {
  ReportBatch batch;
  (void)skywalking::DecodeEventsJson(JsonArray(1000), {}, batch);
  std::string out;
  for (auto _ : state) {
    out.clear();
    JsonWriter writer(out);
    writer.BeginArray();
    for (const Report& report : batch.reports) {
      json::WriteEvent(writer, ViewOf(report, batch));
    }
    writer.EndArray();
    benchmark::DoNotOptimize(out.data());
  }
  Count(state, batch.reports.size(), out.size());
}
BENCHMARK(EncodeRestJson);

void MakeDataset(benchmark::State& state) {
  const Dataset dataset;
  uint64_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dataset.At(index++));
  }
  Count(state, 1, 0);
}
BENCHMARK(MakeDataset);

}  // namespace
}  // namespace tidings::bench

BENCHMARK_MAIN();
