// The whole way from a client's socket to the disk, by both protocols, beside two floors of the
// same run: the same bytes into a server that reads and drops them, and the same bytes appended to
// a file with a sync per batch. Prints one row per case, in Markdown.
//
//   ingest_bench [EVENTS] [DIRECTORY]      default 1000000, and a new folder below /tmp that is
//                                          removed afterwards; DIRECTORY must exist and be empty

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

#include <prometheus/registry.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/status.h"
#include "load/load_run.h"
#include "load/payload.h"
#include "net/front.h"
#include "pipeline/pipeline.h"
#include "receiver/skywalking_grpc/collect_method.h"
#include "receiver/skywalking_http/events_handler.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

[[noreturn]] void Die(const absl::Status& status) {
  std::fprintf(stderr, "ingest_bench: %s\n", std::string(MessageOf(status)).c_str());
  std::exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) {
    Die(status);
  }
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Times `work`, which handles `events` events, and prints its row.
void Measure(const char* name, size_t events, const std::function<absl::Status()>& work) {
  const auto began = std::chrono::steady_clock::now();
  const double cpu_before = CpuSeconds();
  Check(work());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double cpu = CpuSeconds() - cpu_before;
  const auto n = static_cast<double>(events);
  std::printf("| %-44s | %9.0f | %6.2f |\n", name, n / seconds, cpu / n * 1e6);
  std::fflush(stdout);
}

constexpr load::Shape kGrpcStream{
    .protocol = load::Protocol::kGrpcBatched, .batch = 10'000, .events = 0};
constexpr load::Shape kHttpArrays{
    .protocol = load::Protocol::kHttp, .connections = 64, .batch = 100, .events = 0};

/// A load that is encoded, to be put on any port.
class Load {
 public:
  Load(load::Shape shape, uint64_t events) : shape_(shape) {
    shape_.events = events;
    const uint64_t encoded = load::PlanLoad(shape_).encoded_events;
    payloads_ = load::EncodePayloads(shape_, {.size = encoded}, encoded);
  }

  absl::Status operator()(uint16_t port) const {
    const auto result = load::RunLoad({.port = port}, shape_, payloads_);
    if (!result.ok()) {
      return result.status();
    }
    return result->first_error.empty() ? absl::OkStatus() : Internal("{}", result->first_error);
  }

  /// As many as are sent: rounded up to whole laps.
  size_t events() const {
    const load::LoadPlan plan = load::PlanLoad(shape_);
    return plan.laps * plan.encoded_events;
  }

 private:
  load::Shape shape_;
  std::vector<load::Payload> payloads_;
};

/// Takes everything and keeps nothing.
class DroppingSink final : public ReportSink {
 public:
  void Commit(ReportBatch, IngestRights, IngestDone done) override { done(IngestResult{}); }
};

/// A front with both receivers over `sink`.
class Served {
 public:
  explicit Served(ReportSink& sink) {
    auto router = std::make_shared<net::Router>();
    router->Add(
        {.method = "POST",
         .pattern = "/v3/events",
         .handler = std::make_shared<skywalking_http::EventsHandler>(
             skywalking_http::Config{}, sink, clock_
         )}
    );
    auto grpc = std::make_shared<net::GrpcServices>();
    grpc->Add(
        skywalking_grpc::kCollectPath,
        {.method = std::make_shared<skywalking_grpc::CollectMethod>(sink, clock_)}
    );
    const std::vector<net::Listener> listeners = {
        {.key = "bench", .address = "127.0.0.1:0", .router = router, .grpc = grpc}};
    auto front = net::Front::Bind(listeners, {}, clock_, metrics_);
    Check(front.status());
    front_ = *std::move(front);
    front_->Open(listeners);
    const std::string address = front_->bound()[0].address;
    port_ = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  uint16_t port() const { return port_; }

 private:
  SystemClock clock_;
  prometheus::Registry metrics_;
  std::unique_ptr<net::Front> front_;
  uint16_t port_ = 0;
};

absl::Status AppendAndSync(
    const std::string& bytes, const std::filesystem::path& file, size_t writes
) {
  const int fd = open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  const size_t step = bytes.size() / writes + 1;
  for (size_t at = 0; at < bytes.size(); at += step) {
    const size_t size = std::min(step, bytes.size() - at);
    if (write(fd, bytes.data() + at, size) != static_cast<ssize_t>(size) || fdatasync(fd) != 0) {
      close(fd);
      return Unavailable("cannot write {}", file.string());
    }
  }
  close(fd);
  return absl::OkStatus();
}

void MeasureStored(
    const char* name,
    size_t events,
    const std::string& directory,
    const std::function<absl::Status(uint16_t)>& load
) {
  const SystemClock clock;
  prometheus::Registry metrics;
  auto store = EmbeddedStore::Open({.directory = directory}, clock);
  Check(store.status());
  Pipeline pipeline({}, **store, clock, metrics);
  const Served served(pipeline);
  Measure(name, events, [&] { return load(served.port()); });
  const StoreStats stats = (*store)->Stats();
  if (stats.events != events) {
    Die(Internal("{} events were sent, {} are stored", events, stats.events));
  }
}

int Main(size_t events, const std::filesystem::path& directory) {
  const Load grpc(kGrpcStream, events);
  const Load http(kHttpArrays, events);
  std::printf(
      "| %zu events, client in the same process         | events/s  | CPU us/event, client too "
      "|\n| --- | --- | --- |\n",
      grpc.events()
  );
  {
    DroppingSink sink;
    const Served served(sink);
    Measure("floor: gRPC, one stream, decoded and dropped", grpc.events(), [&] {
      return grpc(served.port());
    });
    Measure("floor: HTTP arrays of 100, decoded and dropped", http.events(), [&] {
      return http(served.port());
    });
  }
  constexpr size_t kMessageBytes = 306;
  const std::string bytes(grpc.events() * kMessageBytes, 'x');
  Measure("floor: append + fdatasync per 1,000 events", grpc.events(), [&] {
    return AppendAndSync(bytes, directory / "floor", grpc.events() / 1000 + 1);
  });
  MeasureStored("gRPC, one stream, durable", grpc.events(), directory / "grpc", std::cref(grpc));
  MeasureStored(
      "HTTP arrays of 100, 64 connections, durable",
      http.events(),
      directory / "http",
      std::cref(http)
  );
  return 0;
}

}  // namespace
}  // namespace tidings::bench

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  char pattern[] = "/tmp/tidings-bench-XXXXXX";
  const std::filesystem::path directory = argc > 2 ? argv[2] : mkdtemp(pattern);
  const int result = tidings::bench::Main(events, directory);
  if (argc <= 2) {
    std::filesystem::remove_all(directory);
  }
  return result;
}
