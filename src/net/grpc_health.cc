#include "net/grpc_health.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "base/text.h"
#include "base/wire.h"
#include "net/grpc_unary.h"

namespace tidings::net {
namespace {

constexpr std::string_view kService = "grpc.health.v1.Health";

/// grpc.health.v1.HealthCheckResponse.ServingStatus.
enum class Serving : uint64_t { kServing = 1, kNotServing = 2, kServiceUnknown = 3 };

std::string EncodeResponse(Serving status) {
  std::string message;
  wire::Writer(message).Varint(1, static_cast<uint64_t>(status));
  return message;
}

std::string EncodeServing(bool serving) {
  return EncodeResponse(serving ? Serving::kServing : Serving::kNotServing);
}

absl::StatusOr<std::string> DecodeService(std::string_view request) {
  std::string service;
  wire::Reader reader(request);
  while (reader.Next()) {
    if (reader.tag() == wire::Tag(1, wire::Type::kBytes)) {
      service = reader.bytes();
    }
  }
  if (!reader.ok()) {
    return InvalidArgument("the request is no HealthCheckRequest");
  }
  return service;
}

}  // namespace

/// Tells a watcher the state now and at every change, until it goes.
class GrpcHealth::WatchCall final : public GrpcCall {
 public:
  WatchCall(std::shared_ptr<GrpcHealth> health, std::shared_ptr<GrpcResponder> responder)
      : health_(std::move(health)), responder_(std::move(responder)) {}
  ~WatchCall() override { health_->RemoveWatcher(watcher_); }
  WatchCall(const WatchCall&) = delete;
  WatchCall& operator=(const WatchCall&) = delete;

  void OnMessages(std::span<GrpcMessage> messages) override {
    for (const GrpcMessage& message : messages) {
      responder_->Release(message.bytes.size());
      if (watcher_ == 0) {
        Watch(message.bytes);
      }
    }
  }
  void OnHalfClose() override {}
  void OnCancel(const absl::Status& /*why*/) override {}
  void OnBroken(const absl::Status& why) override { responder_->Finish(why); }
  void OnServerStop(const absl::Status& why) override { responder_->Finish(why); }

 private:
  void Watch(std::string_view request) {
    const auto service = DecodeService(request);
    if (!service.ok()) {
      responder_->Finish(service.status());
      return;
    }
    if (!health_->Knows(*service)) {
      // The call stays open, since the service might appear later.
      responder_->Send(EncodeResponse(Serving::kServiceUnknown));
      return;
    }
    // The watcher is called under the health's mutex: a state is never told after a later one.
    watcher_ = health_->AddWatcher([responder = responder_](bool serving) {
      responder->Send(EncodeServing(serving));
    });
  }

  const std::shared_ptr<GrpcHealth> health_;
  const std::shared_ptr<GrpcResponder> responder_;
  uint64_t watcher_ = 0;
};

class GrpcHealth::WatchMethod final : public GrpcMethod {
 public:
  explicit WatchMethod(std::shared_ptr<GrpcHealth> health) : health_(std::move(health)) {}
  std::unique_ptr<GrpcCall> Start(GrpcCallContext context) override {
    return std::make_unique<WatchCall>(health_, std::move(context.responder));
  }

 private:
  const std::shared_ptr<GrpcHealth> health_;
};

std::shared_ptr<GrpcHealth> GrpcHealth::Create() {
  return std::shared_ptr<GrpcHealth>(new GrpcHealth());
}

void GrpcHealth::AddTo(GrpcServices& services) {
  names_ = services.ServiceNames();
  const auto check = [health = shared_from_this()](std::string_view request
                     ) -> absl::StatusOr<std::string> {
    const auto service = DecodeService(request);
    if (!service.ok()) {
      return service.status();
    }
    if (!health->Knows(*service)) {
      return NotFound("no service {} is served here", EscapeForDisplay(*service));
    }
    return EncodeServing(health->serving());
  };
  const std::string prefix = fmt::format("/{}/", kService);
  services.Add(
      prefix + "Check", {.method = std::make_shared<UnaryMethod>(check), .scope = Scope::kOpen}
  );
  services.Add(
      prefix + "Watch",
      {.method = std::make_shared<WatchMethod>(shared_from_this()), .scope = Scope::kOpen}
  );
}

void GrpcHealth::SetServing(bool serving) {
  const MutexLock lock(mutex_);
  if (std::exchange(serving_, serving) == serving) {
    return;
  }
  for (const auto& [id, watcher] : watchers_) {
    watcher(serving);
  }
}

bool GrpcHealth::Knows(std::string_view service) const {
  return service.empty() || service == kService ||
         std::find(names_.begin(), names_.end(), service) != names_.end();
}

bool GrpcHealth::serving() const {
  const MutexLock lock(mutex_);
  return serving_;
}

uint64_t GrpcHealth::AddWatcher(const Watcher& watcher) {
  const MutexLock lock(mutex_);
  watcher(serving_);
  watchers_.emplace(++next_id_, watcher);
  return next_id_;
}

void GrpcHealth::RemoveWatcher(uint64_t id) {
  // Destroyed outside of the mutex: it may hold the last reference to its responder.
  Watcher removed;
  const MutexLock lock(mutex_);
  const auto found = watchers_.find(id);
  if (found != watchers_.end()) {
    removed = std::move(found->second);
    watchers_.erase(found);
  }
}

}  // namespace tidings::net
