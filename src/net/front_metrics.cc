#include "net/front_metrics.h"

#include <string>

namespace tidings::net {

FrontMetrics::FrontMetrics(prometheus::Registry& registry)
    : connections_(prometheus::BuildGauge()
                       .Name("tidings_connections")
                       .Help("Open connections of clients.")
                       .Register(registry)
                       .Add({})),
      inflight_bytes_(prometheus::BuildGauge()
                          .Name("tidings_inflight_bytes")
                          .Help("Bytes taken in from clients and not yet committed or refused.")
                          .Register(registry)
                          .Add({})),
      refused_(prometheus::BuildCounter()
                   .Name("tidings_refused_total")
                   .Help("Connections, requests and messages refused, by protocol and reason.")
                   .Register(registry)) {}

void FrontMetrics::CountRefused(std::string_view protocol, std::string_view reason) {
  refused_.Add({{"protocol", std::string(protocol)}, {"reason", std::string(reason)}}).Increment();
}

}  // namespace tidings::net
