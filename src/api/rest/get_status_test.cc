#include "api/rest/get_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"

namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using testing::HasSubstr;

TEST(GetStatusTest, TellsEverything) {
  const ServerStatus server{
      .version = "1.2.3",
      .started_ms = 1'000,
      .data_directory = "/data",
      .store_engine = "embedded",
      .listeners = {{.key = "http.address", .address = "127.0.0.1:12800"}},
      .receivers =
          {{.protocol = "rest",
            .address = "127.0.0.1:12800",
            .reports = 7,
            .reports_per_second_now = 1.5,
            .reports_per_second_2h = 0.25,
            .series = {4, 3},
            .series_step = std::chrono::minutes(5),
            .last_report_ms = 4'000,
            .last_error = ReceiverStatus::Error{.time_ms = 3'000, .message = "no"}}},
      .free_disk_bytes = 1'000'000,
      .commit_p99 = std::chrono::microseconds(12'500),
      .change_names = {"Deploy", "Upgrade"},
      .retention = std::chrono::hours(1),
      .open_retention = std::chrono::hours(2),
      .layer_retention = {{"K8S", std::chrono::minutes(1)}},
      .max_bytes = 4096};
  const StoreStats store{
      .events = 5,
      .open_events = 2,
      .blocks = 3,
      .bytes = 999,
      .bytes_per_day = 500,
      .last_sequence = 42,
      .oldest_ms = 100,
      .newest_ms = 200};

  EXPECT_EQ(
      WriteStatus(server, store, 6'000),
      R"({"version":"1.2.3","started":1000,"uptime_ms":5000,"now":6000,"data_directory":"/data",)"
      R"("listeners":[{"key":"http.address","address":"127.0.0.1:12800"}],)"
      R"("receivers":[{"protocol":"rest","address":"127.0.0.1:12800","reports":7,)"
      R"("reports_per_second":{"now":1.5,"two_hours":0.25},)"
      R"("series":{"step":300000,"reports":[4,3]},)"
      R"("last_report":4000,"last_error":{"time":3000,"message":"no"}}],)"
      R"("store":{"engine":"embedded","events":5,"blocks":3,"bytes":999,"bytes_per_day":500,)"
      R"("read_only_reason":"","commit_p99_ms":12.5},"free_disk_bytes":1000000,"open_events":2,)"
      R"("retention_ms":3600000,"open_retention_ms":7200000,"layer_retention_ms":{"K8S":60000},"max_bytes":4096,"change_names":["Deploy","Upgrade"],)"
      R"("oldest":100,"newest":200,"feed_sequence":42})"
  );
}

TEST(GetStatusTest, TellsWhatIsNotKnownAsNull) {
  ServerStatus server;
  server.receivers.push_back({.protocol = "rest"});

  const std::string body = WriteStatus(server, {}, 0);

  for (const char* member :
       {R"("last_report":null)",
        R"("last_error":null)",
        R"("bytes_per_day":null)",
        R"("commit_p99_ms":null)",
        R"("free_disk_bytes":null)",
        R"("oldest":null)"}) {
    EXPECT_THAT(body, HasSubstr(member));
  }
}

TEST(GetStatusTest, IsServed) {
  RestHarness rest;
  rest.status.version = "1.2.3";
  rest.Post(R"({"id":"a","name":"A","start":"now"})");

  const net::HttpResponse answer = rest.Get("/api/v1/status");

  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("version":"1.2.3")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("open_events":1)"));
  EXPECT_EQ(rest.Get("/api/v1/status?x=1").status, 400);
}

}  // namespace
}  // namespace tidings::rest
