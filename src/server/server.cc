#include "server/server.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <prometheus/registry.h>
#include <skywalking/event.pb.h>
#include <spdlog/spdlog.h>

#include "api/graphql/graphql_handler.h"
#include "api/health/health_state.h"
#include "api/rest/rest.h"
#include "api/ui/ui_routes.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "base/version.h"
#include "codec/otlp/log_record.h"
#include "derive/derivation.h"
#include "net/front.h"
#include "net/grpc_constant.h"
#include "net/grpc_health.h"
#include "net/grpc_reflection.h"
#include "pipeline/pipeline.h"
#include "receiver/otlp/export_method.h"
#include "receiver/otlp/log_intake.h"
#include "receiver/otlp/logs_handler.h"
#include "receiver/otlp/other_signal.h"
#include "receiver/skywalking_grpc/collect_method.h"
#include "receiver/skywalking_http/events_handler.h"
#include "server/entrance.h"
#include "server/open_store.h"
#include "server/server_metrics.h"

namespace tidings {
namespace {

/// Null when it is switched off.
std::unique_ptr<derive::Derivation> StartDerivation(
    const Config& config, const std::string& directory, EventStore& store, const Clock& clock
) {
  return config.derive.flink
             ? std::make_unique<derive::Derivation>(config.derive, directory, store, clock)
             : nullptr;
}

std::optional<uint64_t> FreeDiskBytes(const std::string& directory) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory, error);
  return error ? std::nullopt : std::optional<uint64_t>(space.available);
}

/// The listener that a protocol comes in by; some come by another too.
struct ReceiverPlace {
  const char* protocol;
  const char* key;
  const char* other_key;
};
constexpr std::array<ReceiverPlace, 5> kReceiverPlaces = {{
    {"skywalking-grpc", kGrpcKey, ""},
    {"skywalking-http", kHttpKey, ""},
    {"rest", kHttpKey, ""},
    {"otlp-grpc", kOtlpGrpcKey, kGrpcKey},
    {"otlp-http", kOtlpHttpKey, ""},
}};

rest::ReceiverStatus ToReceiverStatus(const Traffic::OfProtocol& traffic) {
  rest::ReceiverStatus status;
  status.protocol = traffic.protocol;
  status.reports = traffic.reports;
  status.reports_per_second_now = traffic.per_second_now;
  status.reports_per_second_2h = traffic.per_second_2h;
  status.series.assign(traffic.columns.begin(), traffic.columns.end());
  status.series_step = Traffic::kColumnLength;
  status.last_report_ms = traffic.last_report_ms;
  if (traffic.last_error_ms) {
    status.last_error = rest::ReceiverStatus::Error{*traffic.last_error_ms, traffic.last_error};
  }
  return status;
}

}  // namespace

/// Members in the order of their construction; the destructor stops in reverse.
class Server::Impl {
 public:
  /// What can fail, made before.
  struct Parts {
    std::unique_ptr<Entrance> entrance;
    OpenedStore store;
    std::unique_ptr<SavedViews> views;
  };

  Impl(const Config& config, const Clock& clock, Parts parts)
      : config_(config),
        clock_(clock),
        started_ms_(clock.NowMs()),
        directory_(AbsoluteDirectory(config.store)),
        entrance_(std::move(parts.entrance)),
        store_(std::move(parts.store.store)),
        store_admin_(parts.store.admin),
        views_(std::move(parts.views)),
        pipeline_(
            {.limits = config.report_limits,
             .masking = config.masking,
             .committed = [this] { feed_.Notify(); }},
            *store_,
            clock,
            registry_
        ),
        otlp_intake_(std::make_shared<otlp::LogIntake>(config.otlp, pipeline_, clock, registry_)),
        derivation_(StartDerivation(config, directory_, *store_, clock)),
        metrics_(registry_, *store_, FeedReaders(), clock) {
    for (const ReceiverPlace& place : kReceiverPlaces) {
      pipeline_.Expect(place.protocol);
    }
    health::AddStoreChecks(health_, *store_);
    AddDerivationCheck();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { Stop(std::chrono::milliseconds(0)); }

  void OpenFront();
  Credentials& credentials() { return entrance_->credentials; }
  void SetLimits(const Config& config);
  std::string ReadyLine() const;
  void Stop(std::chrono::milliseconds grace);

 private:
  void AddDerivationCheck();
  std::vector<FeedReader> FeedReaders() const;
  std::shared_ptr<const net::Router> MakeRouter(const net::Router& health);
  std::shared_ptr<const net::GrpcServices> MakeGrpcServices();
  std::shared_ptr<const net::Router> MakeOtlpRouter();
  /// Serves nothing: says where what is looked for is.
  std::shared_ptr<const net::Router> MakeOtlpGrpcRouter();
  std::string WhereOtlpIs() const;
  std::shared_ptr<const net::GrpcServices> MakeOtlpGrpcServices();
  void AddOtlpTo(net::GrpcServices& services);
  graphql::Health ReadHealth() const;
  rest::ServerStatus ReadStatus() const;
  /// Those that listen, and those that brought something.
  std::vector<rest::ReceiverStatus> ReadReceivers() const;

  const Config config_;
  const Clock& clock_;
  const int64_t started_ms_;
  const std::string directory_;
  const std::unique_ptr<Entrance> entrance_;
  // Parts of it, by the names that their users know.
  prometheus::Registry& registry_ = entrance_->registry;
  health::HealthState& health_ = entrance_->health;
  ThreadPool& queries_ = entrance_->queries;
  BoundAddresses& addresses_ = entrance_->addresses;
  const std::unique_ptr<EventStore> store_;
  StoreAdmin* const store_admin_;
  const std::unique_ptr<SavedViews> views_;
  query::FeedWatch feed_{*store_};
  Pipeline pipeline_;
  const std::shared_ptr<otlp::LogIntake> otlp_intake_;
  /// Null when it is switched off.
  const std::unique_ptr<derive::Derivation> derivation_;
  const ServerMetrics metrics_;
  const std::shared_ptr<net::GrpcHealth> grpc_health_ = net::GrpcHealth::Create();
  const std::shared_ptr<net::GrpcHealth> otlp_grpc_health_ = net::GrpcHealth::Create();
  bool stopped_ = false;
};

void Server::Impl::AddDerivationCheck() {
  if (derivation_ == nullptr) {
    return;
  }
  health_.AddCheck("derive", [this]() -> health::HealthState::Finding {
    // What is reported is kept and can be asked for meanwhile.
    const std::string trouble = derivation_->trouble();
    return {
        trouble.empty() ? health::HealthState::Finding::Verdict::kOk
                        : health::HealthState::Finding::Verdict::kDegraded,
        trouble};
  });
}

std::vector<FeedReader> Server::Impl::FeedReaders() const {
  if (derivation_ == nullptr) {
    return {};
  }
  return {{.name = "derive", .lag = [this] { return derivation_->lag(); }}};
}

void Server::Impl::OpenFront() {
  std::vector<net::Listener> listeners = entrance_->MakeListeners(config_);
  const auto health = entrance_->MakeHealthRouter(metrics_);
  net::Listener& http = FindListener(listeners, kHttpKey);
  http.router = MakeRouter(*health);
  // Of these a stopping server still answers, so that it is seen to be one.
  http.while_closed = health;
  FindListener(listeners, kGrpcKey).grpc = MakeGrpcServices();
  net::Listener& otlp_grpc = FindListener(listeners, kOtlpGrpcKey);
  otlp_grpc.router = MakeOtlpGrpcRouter();
  otlp_grpc.grpc = MakeOtlpGrpcServices();
  FindListener(listeners, kOtlpHttpKey).router = MakeOtlpRouter();
  entrance_->front->Open(listeners);
  health_.SetPhase(health::HealthState::Phase::kServing);
}

std::shared_ptr<const net::Router> Server::Impl::MakeRouter(const net::Router& health) {
  auto router = std::make_shared<net::Router>();
  router->Add(
      {.method = "POST",
       .pattern = "/v3/events",
       .scope = net::Scope::kIngest,
       .handler = std::make_shared<skywalking_http::EventsHandler>(
           config_.skywalking_http, pipeline_, clock_
       ),
       .max_body_bytes = config_.skywalking_http.max_body_bytes,
       .max_inflated_bytes = config_.skywalking_http.max_inflated_bytes,
       .max_wait = config_.skywalking_http.max_wait}
  );
  graphql::AddGraphqlRoutes(
      *router,
      {.store = *store_,
       .executor = queries_,
       .clock = clock_,
       .health = [this] { return ReadHealth(); },
       .config = config_.graphql,
       .metrics = &registry_}
  );
  rest::AddRestRoutes(
      *router,
      {.config = config_.rest,
       .query = config_.query,
       .store = *store_,
       .feed = feed_,
       .sink = pipeline_,
       .executor = queries_,
       .clock = clock_,
       .metrics = registry_,
       .status = [this] { return ReadStatus(); },
       .views = *views_,
       .access = entrance_->credentials.AccessFor(config_.auth.http),
       .admin = store_admin_}
  );
  router->AddAll(health);
  ui::AddUiRoutes(
      *router,
      {.store = *store_,
       .executor = queries_,
       .clock = clock_,
       .version = kVersion,
       .addresses = [this] { return addresses_.ForPage(); }}
  );
  router->SetHint([this](std::string_view path) {
    return otlp::LooksLikeOtlp(path) ? WhereOtlpIs() : std::string();
  });
  return router;
}

std::shared_ptr<const net::GrpcServices> Server::Impl::MakeGrpcServices() {
  auto services = std::make_shared<net::GrpcServices>();
  services->Add(
      skywalking_grpc::kCollectPath,
      {.method = std::make_shared<skywalking_grpc::CollectMethod>(pipeline_, clock_),
       .scope = net::Scope::kIngest,
       .max_message_bytes = config_.skywalking_grpc.max_message_bytes,
       .max_wait = config_.skywalking_grpc.max_wait}
  );
  // What agents send besides events, so that their logs stay clean. `Commands` without commands is
  // an empty message.
  const auto nothing = std::make_shared<net::ConstantMethod>();
  for (const char* service : {"JVMMetricReportService", "ManagementService"}) {
    services->Add(
        fmt::format("/skywalking.v3.{}/*", service),
        {.method = nothing, .scope = net::Scope::kIngest}
    );
  }
  AddOtlpTo(*services);
  grpc_health_->AddTo(*services);
  // Links the schema in, for reflection.
  (void)skywalking::v3::Event::descriptor();
  net::AddGrpcReflection(*services);
  return services;
}

std::shared_ptr<const net::Router> Server::Impl::MakeOtlpRouter() {
  auto router = std::make_shared<net::Router>();
  const auto add = [&](const char* path, const std::shared_ptr<net::HttpHandler>& handler) {
    net::Route route{
        .method = "POST",
        .pattern = path,
        .scope = net::Scope::kIngest,
        .handler = handler,
        .max_body_bytes = config_.otlp.max_body_bytes,
        .max_inflated_bytes = config_.otlp.max_inflated_bytes,
        .room_factor = otlp::kProtobufMemoryFactor,
        .max_wait = config_.otlp.max_wait};
    router->Add(route);
    route.media_type = otlp::kJsonType;
    route.room_factor = otlp::kJsonMemoryFactor;
    router->Add(route);
  };
  const auto logs = std::make_shared<otlp::LogsHandler>(otlp_intake_);
  add("/v1/logs", logs);
  add("/", logs);  // Flink's exporter posts to the endpoint as it is configured.
  const auto other = std::make_shared<otlp::OtherSignalHandler>();
  add("/v1/traces", other);
  add("/v1/metrics", other);
  add("/v1development/profiles", other);
  router->SetHint([this](std::string_view) { return WhereOtlpIs(); });
  return router;
}

std::shared_ptr<const net::Router> Server::Impl::MakeOtlpGrpcRouter() {
  auto router = std::make_shared<net::Router>();
  router->SetHint([this](std::string_view) { return WhereOtlpIs(); });
  return router;
}

std::string Server::Impl::WhereOtlpIs() const {
  return otlp::WhereOtlpIs(addresses_.Find(kOtlpHttpKey), addresses_.Find(kOtlpGrpcKey));
}

void Server::Impl::AddOtlpTo(net::GrpcServices& services) {
  // Links the schema in, for reflection.
  (void)opentelemetry::proto::collector::logs::v1::ExportLogsServiceRequest::descriptor();
  services.Add(
      otlp::kExportPath,
      {.method = std::make_shared<otlp::ExportMethod>(otlp_intake_),
       .scope = net::Scope::kIngest,
       .max_message_bytes = config_.otlp.max_body_bytes,
       .max_inflated_bytes = config_.otlp.max_inflated_bytes,
       .room_factor = otlp::kProtobufMemoryFactor,
       .max_wait = config_.otlp.max_wait,
       .max_wait_share = otlp::kMaxWaitShare}
  );
  const auto other = std::make_shared<otlp::OtherSignalMethod>();
  for (const char* const path : otlp::kOtherSignalPaths) {
    services.Add(
        path,
        {.method = other,
         .scope = net::Scope::kIngest,
         .max_message_bytes = config_.otlp.max_body_bytes,
         .listed = false}
    );
  }
}

std::shared_ptr<const net::GrpcServices> Server::Impl::MakeOtlpGrpcServices() {
  auto services = std::make_shared<net::GrpcServices>();
  AddOtlpTo(*services);
  otlp_grpc_health_->AddTo(*services);
  net::AddGrpcReflection(*services);
  return services;
}

graphql::Health Server::Impl::ReadHealth() const {
  const health::HealthState::Reading reading = health_.Read();
  const std::string read_only = store_->Stats().read_only_reason;
  if (reading.ready && read_only.empty()) {
    return {.score = 0, .details = {}};
  }
  return {.score = 1, .details = read_only.empty() ? reading.text : read_only};
}

rest::ServerStatus Server::Impl::ReadStatus() const {
  rest::ServerStatus status;
  status.version = kVersion;
  status.started_ms = started_ms_;
  status.data_directory = directory_;
  status.store_engine = config_.store.engine;
  for (const net::Front::Bound& bound : addresses_.All()) {
    status.listeners.push_back({bound.key, bound.address});
  }
  status.receivers = ReadReceivers();
  if (!directory_.empty()) {
    status.free_disk_bytes = FreeDiskBytes(directory_);
  }
  if (const std::optional<double> seconds = pipeline_.CommitP99()) {
    status.commit_p99 = std::chrono::microseconds(static_cast<int64_t>(*seconds * 1e6));
  }
  status.change_names = config_.query.change_names;
  status.retention = config_.store.retention;
  status.open_retention = config_.store.open_retention;
  status.layer_retention = config_.store.layer_retention;
  status.max_bytes = config_.store.max_bytes;
  return status;
}

std::vector<rest::ReceiverStatus> Server::Impl::ReadReceivers() const {
  const std::vector<Traffic::OfProtocol> all = pipeline_.ReadTraffic();
  std::vector<rest::ReceiverStatus> receivers;
  for (const ReceiverPlace& place : kReceiverPlaces) {
    std::string address = addresses_.Find(place.key);
    if (address.empty()) {
      address = addresses_.Find(place.other_key);
    }
    const auto traffic = std::find_if(all.begin(), all.end(), [&place](const auto& of) {
      return of.protocol == place.protocol;
    });
    if (traffic == all.end() && address.empty()) {
      continue;
    }
    rest::ReceiverStatus& receiver = receivers.emplace_back(ToReceiverStatus(
        traffic != all.end() ? *traffic : Traffic::OfProtocol{.protocol = place.protocol}
    ));
    receiver.address = std::move(address);
  }
  return receivers;
}

std::string Server::Impl::ReadyLine() const {
  return fmt::format(
      "Tidings {} is ready: {}, data {}",
      kVersion,
      addresses_.Describe(entrance_->credentials.tls() != nullptr),
      directory_.empty() ? "in memory only" : directory_
  );
}

void Server::Impl::SetLimits(const Config& config) {
  entrance_->front->SetLimits(config.front_limits);
  entrance_->credentials.SetRates(config.rates);
  pipeline_.SetLimits(config.report_limits);
}

void Server::Impl::Stop(std::chrono::milliseconds grace) {
  if (std::exchange(stopped_, true)) {
    return;
  }
  health_.SetPhase(health::HealthState::Phase::kDraining);
  grpc_health_->SetServing(false);
  otlp_grpc_health_->SetServing(false);
  entrance_->front->Stop(grace);
  queries_.Stop();
  if (derivation_ != nullptr) {
    derivation_->Stop();
  }
  store_->Stop();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Config& config, const Clock& clock) {
  WarnIfOpenToAll(config);
  auto entrance = Entrance::Make(config, clock);
  if (!entrance.ok()) {
    return entrance.status();
  }
  auto store = OpenStore(config.store, clock, (*entrance)->registry);
  if (!store.ok()) {
    return store.status();
  }
  // The store has made and locked the directory.
  const std::string directory = AbsoluteDirectory(config.store);
  auto views = SavedViews::Open(directory.empty() ? "" : directory + "/" + kSavedViewsFile);
  if (!views.ok()) {
    return views.status();
  }
  auto impl = std::make_unique<Impl>(
      config,
      clock,
      Impl::Parts{
          .entrance = *std::move(entrance), .store = *std::move(store), .views = *std::move(views)}
  );
  impl->OpenFront();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::string Server::ReadyLine() const {
  return impl_->ReadyLine();
}

void Server::ReloadChangedFiles() {
  impl_->credentials().ReloadChanged();
}

void Server::ReloadFiles() {
  impl_->credentials().Reload();
}

void Server::SetLimits(const Config& config) {
  impl_->SetLimits(config);
}

void Server::Stop(std::chrono::milliseconds grace) {
  impl_->Stop(grace);
}

}  // namespace tidings
