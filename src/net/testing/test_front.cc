#include "net/testing/test_front.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"

namespace tidings::net {

TestFront::TestFront(
    std::shared_ptr<const Router> router,
    std::shared_ptr<const GrpcServices> grpc,
    FrontLimits limits,
    std::shared_ptr<const Access> access
) {
  std::vector<Listener> listeners;
  listeners.push_back(
      {.key = "test.address",
       .address = "127.0.0.1:0",
       .router = std::move(router),
       .grpc = std::move(grpc),
       .access = std::move(access)}
  );
  auto front = Front::Bind(listeners, {.limits = limits, .io_threads = 2}, clock_, metrics_);
  if (!front.ok()) {
    fmt::print(stderr, "{}\n", MessageOf(front.status()));
    std::abort();
  }
  front_ = *std::move(front);
  front_->Open(listeners);
  address_ = front_->bound().front().address;
  port_ = static_cast<uint16_t>(std::stoi(address_.substr(address_.rfind(':') + 1)));
}

double TestFront::Gauge(const std::string& name) const {
  for (const auto& family : metrics_.Collect()) {
    if (family.name == name && !family.metric.empty()) {
      return family.metric.front().gauge.value;
    }
  }
  return 0;
}

double TestFront::Refused(const std::string& protocol, const std::string& reason) const {
  for (const auto& family : metrics_.Collect()) {
    if (family.name != "tidings_refused_total") {
      continue;
    }
    for (const auto& metric : family.metric) {
      bool same = true;
      for (const auto& label : metric.label) {
        same = same && label.value == (label.name == "reason" ? reason : protocol);
      }
      if (same) {
        return metric.counter.value;
      }
    }
  }
  return 0;
}

}  // namespace tidings::net
