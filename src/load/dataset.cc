#include "load/dataset.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/wire.h"

namespace tidings::load {
namespace {

constexpr uint64_t kServices = 50;
constexpr uint64_t kInstances = 10;
constexpr uint64_t kRareEvery = 50'000;
constexpr const char* kRareWord = " quokkaflare";

constexpr std::array kNouns{
    "checkout",
    "cart",
    "payment",
    "search",
    "catalog",
    "shipping",
    "billing",
    "identity",
    "ledger",
    "pricing"};
constexpr std::array kNames{
    "Start",
    "Shutdown",
    "Reboot",
    "Upgrade",
    "Rollback",
    "Deploy",
    "Crash",
    "Alarm",
    "Killing",
    "Pulling",
    "Pulled",
    "Created",
    "Started",
    "Unhealthy",
    "BackOff",
    "Scheduled",
    "FailedMount",
    "OOMKilled",
    "Evicted",
    "NodeNotReady",
    "CheckpointTriggered",
    "CheckpointCompleted",
    "CheckpointFailed",
    "JobRestart",
    "JobFailed",
    "JobFinished",
    "RescaleUp",
    "RescaleDown",
    "LeaderElected",
    "LeaderLost",
    "ConfigChanged",
    "FeatureFlagOn",
    "FeatureFlagOff",
    "CertRotated",
    "BackupStarted",
    "BackupFinished",
    "ChaosInjected",
    "ChaosRecovered",
    "ScaleOut",
    "ScaleIn"};

/// SplitMix64: one multiply-xor chain per number, so that making the data set costs little.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t Below(uint64_t bound) { return Next() % bound; }

 private:
  uint64_t state_;
};

/// Name, revision, milliseconds, node, a small and a large number.
constexpr std::array kMessages{
    "{} to revision {} needed {} ms on {}, {} replicas ready, {} retries",
    "{}: revision {} finished in {} ms at {}, {} warnings, {} left over",
    "{} of build {} within {} ms, host {}, depth {}, backlog {}",
    "{} by its controller, revision {}, budget {} ms, node {}, step {} out of {}"};

std::string EventMessage(uint64_t form, const DatasetEvent& event, uint64_t small, uint64_t large) {
  const auto& [rev, ms, node] = event.parameters;
  return fmt::format(
      fmt::runtime(kMessages[form]), event.name, rev.second, ms.second, node.second, small, large
  );
}

}  // namespace

DatasetEvent Dataset::At(uint64_t index) const {
  Random random(seed * 0x9e3779b97f4a7c15 + index * 2'654'435'761);
  DatasetEvent event;
  const uint64_t service = random.Below(kServices);
  event.service = fmt::format("shop-{}-{:02}", kNouns[service % kNouns.size()], service);
  const uint64_t instance = random.Below(kInstances);
  event.instance = fmt::format(
      "{}-7d9f8b6c5-{}{}{}{}",
      event.service,
      static_cast<char>('a' + instance),
      static_cast<char>('k' + instance),
      instance,
      static_cast<char>('p' + instance)
  );
  event.name = kNames[random.Below(kNames.size())];
  event.is_error = random.Below(10) == 0;
  const uint64_t duration = random.Below(60'000);
  event.parameters = {
      {{"rev", fmt::format("{}", 10'000 + random.Below(90'000))},
       {"ms", fmt::format("{}", duration)},
       {"node",
        fmt::format("ip-10-{}-{}-{}", random.Below(8), random.Below(250), random.Below(250))}}};
  const uint64_t high = random.Next();
  const uint64_t low = random.Next();
  event.uuid = fmt::format(
      "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
      high >> 32,
      (high >> 16) & 0xffff,
      high & 0xfff,
      0x8000 | (low >> 52),
      low & 0xffff'ffff'ffff
  );
  event.start_ms = day_ms + static_cast<int64_t>(index * 86'400'000 / size);
  event.end_ms = event.start_ms + static_cast<int64_t>(duration);
  const uint64_t form = random.Below(4);
  const uint64_t small = random.Below(12);
  event.message = EventMessage(form, event, small, random.Below(10'000));
  if (index % kRareEvery == 777) {
    event.message += kRareWord;
  }
  return event;
}

std::string ToProtobuf(const DatasetEvent& event) {
  std::string source;
  wire::Writer source_writer(source);
  source_writer.Bytes(1, event.service);
  source_writer.Bytes(2, event.instance);
  std::string out;
  wire::Writer writer(out);
  writer.Bytes(1, event.uuid);
  writer.Bytes(2, source);
  writer.Bytes(3, event.name);
  if (event.is_error) {
    writer.Varint(4, 1);
  }
  writer.Bytes(5, event.message);
  for (const auto& [key, value] : event.parameters) {
    if (key.empty()) {
      continue;  // An end that is told alone has none.
    }
    std::string entry;
    wire::Writer entry_writer(entry);
    entry_writer.Bytes(1, key);
    entry_writer.Bytes(2, value);
    writer.Bytes(6, entry);
  }
  writer.Varint(7, static_cast<uint64_t>(event.start_ms));
  writer.Varint(8, static_cast<uint64_t>(event.end_ms));
  writer.Bytes(9, "K8S");
  return out;
}

std::string ToJson(const DatasetEvent& event) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("uuid").String(event.uuid);
  json.Key("source").BeginObject().Key("service").String(event.service);
  json.Key("serviceInstance").String(event.instance).EndObject();
  json.Key("name").String(event.name).Key("type").String(event.is_error ? "Error" : "Normal");
  json.Key("message").String(event.message).Key("parameters").BeginObject();
  for (const auto& [key, value] : event.parameters) {
    if (!key.empty()) {
      json.Key(key).String(value);
    }
  }
  json.EndObject().Key("startTime").Int(event.start_ms).Key("endTime").Int(event.end_ms);
  json.Key("layer").String("K8S").EndObject();
  return out;
}

}  // namespace tidings::load
