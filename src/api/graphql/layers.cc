#include "api/graphql/layers.h"

#include <algorithm>
#include <set>

namespace tidings::graphql {
namespace {

constexpr auto kKnownLayers = std::to_array<std::string_view>({
    "UNDEFINED",
    "MESH",
    "GENERAL",
    "OS_LINUX",
    "K8S",
    "FAAS",
    "MESH_CP",
    "MESH_DP",
    "DATABASE",
    "CACHE",
    "BROWSER",
    "SO11Y_OAP",
    "SO11Y_SATELLITE",
    "MQ",
    "VIRTUAL_DATABASE",
    "VIRTUAL_MQ",
    "VIRTUAL_GATEWAY",
    "K8S_SERVICE",
    "MYSQL",
    "VIRTUAL_CACHE",
    "POSTGRESQL",
    "APISIX",
    "AWS_EKS",
    "OS_WINDOWS",
    "AWS_S3",
    "AWS_DYNAMODB",
    "AWS_GATEWAY",
    "REDIS",
    "ELASTICSEARCH",
    "RABBITMQ",
    "MONGODB",
    "KAFKA",
    "PULSAR",
    "BOOKKEEPER",
    "NGINX",
    "ROCKETMQ",
    "CLICKHOUSE",
    "ACTIVEMQ",
    "CILIUM_SERVICE",
    "SO11Y_JAVA_AGENT",
    "KONG",
    "SO11Y_GO_AGENT",
    "FLINK",
    "BANYANDB",
    "GENAI",
    "VIRTUAL_GENAI",
    "ENVOY_AI_GATEWAY",
    "IOS",
    "WECHAT_MINI_PROGRAM",
    "ALIPAY_MINI_PROGRAM",
    "AIRFLOW",
});

}  // namespace

std::span<const std::string_view> KnownLayers() {
  return kKnownLayers;
}

std::vector<std::string> AllLayers(const std::vector<ServiceLayers>& services) {
  std::set<std::string_view> others;
  for (const ServiceLayers& service : services) {
    others.insert(service.layers.begin(), service.layers.end());
  }
  for (const std::string_view known : kKnownLayers) {
    others.erase(known);
  }
  std::vector<std::string> all(kKnownLayers.begin(), kKnownLayers.end());
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace tidings::graphql
