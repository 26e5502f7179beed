#include "receiver/skywalking_http/events_handler.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "base/manual_clock.h"
#include "base/status.h"
#include "receiver/testing/receiver_contract.h"

namespace tidings::skywalking_http {
namespace {

using receiver_testing::Answer;
using receiver_testing::HeldSink;
using receiver_testing::ReceiverHarness;
using receiver_testing::SentReport;
using testing::HasSubstr;

std::string Encode(const std::vector<SentReport>& reports) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  for (const SentReport& report : reports) {
    json.BeginObject().Key("uuid").String(report.id).Key("name").String(report.name);
    json.Key("startTime").Int(report.start).Key("endTime").Int(report.end).EndObject();
  }
  json.EndArray();
  return out;
}

class EventsHarness final : public ReceiverHarness {
 public:
  explicit EventsHarness(HeldSink& sink) : handler_({.max_reports = 10}, sink, clock_) {}

  size_t Post(std::string body) {
    const auto request = std::make_shared<net::HttpRequest>();
    std::optional<net::HttpResponse>& answer = answers_.emplace_back();
    handler_.Handle(request, std::move(body), [&answer](net::HttpResponse response) {
      answer = std::move(response);
    });
    return answers_.size() - 1;
  }

  size_t Send(const std::vector<SentReport>& reports) override { return Post(Encode(reports)); }
  size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) override {
    return Post(Encode(reports) + "]");
  }
  bool StoresBeforeGarbage() const override { return false; }

  Answer AnswerTo(size_t request) const override {
    const std::optional<net::HttpResponse>& answer = answers_[request];
    if (!answer) {
      return Answer::kNone;
    }
    switch (answer->status) {
      case 200:
        return Answer::kAcknowledged;
      case 503:
        return Answer::kRetryLater;
      default:
        return answer->body.find("\"accepted\"") != std::string::npos ? Answer::kPartly
                                                                      : Answer::kRefused;
    }
  }

  std::string AnswerText(size_t request) const override { return answers_[request].value().body; }
  const net::HttpResponse& Response(size_t request) const { return answers_[request].value(); }

 private:
  ManualClock clock_;
  EventsHandler handler_;
  std::deque<std::optional<net::HttpResponse>> answers_;
};

std::unique_ptr<ReceiverHarness> MakeHarness(HeldSink& sink) {
  return std::make_unique<EventsHarness>(sink);
}

class EventsHandlerTest : public testing::Test {
 protected:
  HeldSink sink_;
  EventsHarness harness_{sink_};
};

TEST_F(EventsHandlerTest, AnswersAnEmptyObjectWhenAllAreStored) {
  const size_t request = harness_.Post(R"({"uuid":"a","name":"Reboot","layer":"GENERAL"})");
  sink_.CompleteAll();

  EXPECT_EQ(harness_.Response(request).status, 200);
  EXPECT_EQ(harness_.Response(request).body, "{}");
}

TEST_F(EventsHandlerTest, NamesIndexFieldAndReasonOfEveryRejectedEvent) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}, {.id = "b", .name = "bad"}});
  sink_.CompleteAll();

  EXPECT_EQ(harness_.Response(request).status, 400);
  EXPECT_EQ(
      harness_.Response(request).body,
      R"({"accepted":1,"rejected_count":1,"rejected":[{"index":1,"field":"name","error":"is bad"}]})"
  );
}

TEST_F(EventsHandlerTest, StoresNothingOfABodyThatIsNoJson) {
  const size_t request = harness_.Post(R"([{"uuid":"a","name":"A"},)");

  EXPECT_EQ(harness_.Response(request).status, 400);
  EXPECT_THAT(harness_.Response(request).body, HasSubstr("nothing was stored"));
  EXPECT_EQ(sink_.held(), 0u);
}

TEST_F(EventsHandlerTest, RefusesMoreEventsThanTheLimit) {
  const size_t request = harness_.Send(std::vector<SentReport>(11, {.id = "a", .name = "A"}));

  EXPECT_EQ(harness_.Response(request).status, 413);
  EXPECT_EQ(sink_.held(), 0u);
}

TEST_F(EventsHandlerTest, SaysWhenToComeBack) {
  const size_t request = harness_.Send({{.id = "a", .name = "A"}});
  sink_.CompleteOldest(Unavailable("the disk is full"));

  EXPECT_EQ(harness_.Response(request).status, 503);
  EXPECT_THAT(
      harness_.Response(request).headers,
      testing::Contains(testing::AllOf(
          testing::Field(&net::Header::name, "retry-after"),
          testing::Field(&net::Header::value, "1")
      ))
  );
}

}  // namespace
}  // namespace tidings::skywalking_http

namespace tidings::receiver_testing {
INSTANTIATE_TEST_SUITE_P(
    SkywalkingHttp, ReceiverContract, testing::Values(&skywalking_http::MakeHarness)
);
}  // namespace tidings::receiver_testing
