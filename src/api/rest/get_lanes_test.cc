#include "api/rest/get_lanes.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "api/rest/testing/rest_harness.h"
#include "store/lanes.h"

namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using ::testing::ElementsAre;
using std::chrono_literals::operator""min;

struct LanesAnswer {
  int status = 0;
  std::string mode;
  std::vector<std::string> lanes;
  uint64_t cell_events = 0;
  std::string cursor;
};

class GetLanesTest : public ::testing::Test {
 protected:
  void Report(int lane, int events) {
    std::string json = "[";
    for (int i = 0; i < events; ++i) {
      json += fmt::format(
          R"({}{{"id":"{}","service":"s{}","start":"{}s"}})",
          i == 0 ? "" : ",",
          ++reported_,
          lane,
          60 + i % 600
      );
    }
    ASSERT_EQ(rest_.Post(json + "]").status, 200);
  }

  LanesAnswer Lanes(const std::string& parameters) {
    const net::HttpResponse response = rest_.Get("/api/v1/lanes?group=service" + parameters);
    LanesAnswer answer{.status = response.status};
    if (response.status != 200) {
      return answer;
    }
    simdjson::dom::parser parser;
    const simdjson::dom::element json = parser.parse(response.body);
    answer.mode = std::string(json["mode"].get_string().value());
    for (const simdjson::dom::element lane : json["lanes"].get_array()) {
      answer.lanes.push_back(fmt::format(
          "{} {}", lane["key"].at(0).get_string().value(), lane["events"].get_uint64().value()
      ));
      simdjson::dom::array cells;
      if (!lane["cells"].get(cells)) {
        for (const simdjson::dom::element cell : cells) {
          answer.cell_events += cell["events"].get_uint64().value();
        }
      }
    }
    std::string_view cursor;
    if (!json["next_cursor"].get(cursor)) {
      answer.cursor = cursor;
    }
    return answer;
  }

  RestHarness rest_;
  int reported_ = 0;
};

TEST_F(GetLanesTest, PagesAreOneSnapshot) {
  for (int lane = 0; lane < 5; ++lane) {
    Report(lane, 10 - lane);
  }
  const LanesAnswer first = Lanes("&limit=2");
  EXPECT_THAT(first.lanes, ElementsAre("s0 10", "s1 9"));
  // Would be the first lane, and change the numbers of others.
  Report(9, 50);
  Report(3, 20);
  rest_.clock.Advance(14min);
  const LanesAnswer second = Lanes("&limit=2&cursor=" + first.cursor);
  EXPECT_THAT(second.lanes, ElementsAre("s2 8", "s3 7"));
  const LanesAnswer third = Lanes("&limit=3&cursor=" + second.cursor);
  EXPECT_THAT(third.lanes, ElementsAre("s4 6"));
  EXPECT_EQ(third.cursor, "");
  EXPECT_EQ(Lanes("&limit=2&buckets=7&cursor=" + first.cursor).status, 400);
  rest_.clock.Advance(2min);
  EXPECT_EQ(Lanes("&limit=2&cursor=" + first.cursor).status, 410);
}

TEST_F(GetLanesTest, TakeNoCursorOfAnotherCall) {
  Report(0, 2);
  Report(1, 2);
  const auto cursor_of = [this](const std::string& call) {
    simdjson::dom::parser parser;
    return std::string(parser.parse(rest_.Get("/api/v1/" + call + "?limit=1").body)["next_cursor"]
                           .get_string()
                           .value());
  };
  // Without parameters that bind, so that only the call tells the cursors apart.
  const std::string of_events = cursor_of("events");
  const std::string of_lanes = cursor_of("lanes");
  EXPECT_EQ(rest_.Get("/api/v1/lanes?cursor=" + of_lanes).status, 200);
  EXPECT_EQ(rest_.Get("/api/v1/events?cursor=" + of_events).status, 200);
  EXPECT_EQ(rest_.Get("/api/v1/lanes?cursor=" + of_events).status, 400);
  EXPECT_EQ(rest_.Get("/api/v1/events?cursor=" + of_lanes).status, 400);
}

TEST_F(GetLanesTest, AreDenseAboveTheBound) {
  Report(0, kMaxLaneSpans);
  EXPECT_EQ(Lanes("").mode, "spans");
  EXPECT_EQ(Lanes("").cell_events, 0);
  Report(1, 1);
  const LanesAnswer dense = Lanes("");
  EXPECT_EQ(dense.mode, "density");
  EXPECT_THAT(dense.lanes, ElementsAre("s0 5000", "s1 1"));
  EXPECT_EQ(dense.cell_events, kMaxLaneSpans + 1);
  EXPECT_EQ(Lanes("&from=0").cell_events, kMaxLaneSpans + 1);
}

}  // namespace
}  // namespace tidings::rest
