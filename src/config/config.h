#pragma once

#include "api/graphql/config.h"
#include "api/rest/config.h"
#include "base/log_config.h"
#include "derive/config.h"
#include "event/limits.h"
#include "net/config.h"
#include "pipeline/config.h"
#include "query/config.h"
#include "receiver/otlp/config.h"
#include "receiver/skywalking_grpc/config.h"
#include "receiver/skywalking_http/config.h"
#include "store/config.h"

namespace tidings {

/// Everything that can be configured: the components' own structs, in which the defaults live.
/// Which key of the file fills which member stands in config/schema.cc.
struct Config {
  net::ListenerConfig http{"127.0.0.1:12800"};
  net::ListenerConfig grpc{"127.0.0.1:11800"};
  net::ListenerConfig otlp_grpc{"127.0.0.1:4317"};
  net::ListenerConfig otlp_http{"127.0.0.1:4318"};
  StoreConfig store;
  net::TlsConfig tls;
  net::AuthConfig auth;
  LogConfig log;
  net::FrontLimits front_limits;
  net::RateConfig rates;
  ReportLimits report_limits;
  MaskingConfig masking;
  skywalking_grpc::Config skywalking_grpc;
  skywalking_http::Config skywalking_http;
  otlp::Config otlp;
  rest::Config rest;
  graphql::Config graphql;
  query::Config query;
  derive::Config derive;
};

}  // namespace tidings
