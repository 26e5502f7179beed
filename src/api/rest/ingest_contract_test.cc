#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "api/rest/testing/rest_harness.h"
#include "base/json_writer.h"
#include "receiver/testing/receiver_contract.h"

/// Reporting by REST keeps what every receiver promises.
namespace tidings::rest {
namespace {

using receiver_testing::Answer;
using receiver_testing::HeldSink;
using receiver_testing::ReceiverHarness;
using receiver_testing::SentReport;
using rest_testing::RestHarness;
using rest_testing::TestUpload;

std::string Encode(const SentReport& report) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("id").String(report.id).Key("name").String(report.name);
  json.Key("start").Int(report.start).Key("end").Int(report.end).EndObject();
  return out;
}

Answer AnswerOf(const std::optional<net::HttpResponse>& answer) {
  if (!answer) {
    return Answer::kNone;
  }
  if (answer->status == 200) {
    return Answer::kAcknowledged;
  }
  if (answer->status == 503) {
    return Answer::kRetryLater;
  }
  const bool is_partial = answer->body.find("\"partially-stored\"") != std::string::npos;
  return is_partial ? Answer::kPartly : Answer::kRefused;
}

class JsonHarness final : public ReceiverHarness {
 public:
  explicit JsonHarness(HeldSink& sink) : rest_(&sink) {}

  size_t Send(const std::vector<SentReport>& reports) override { return Post(reports, "]"); }
  size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) override {
    return Post(reports, ",");
  }
  bool StoresBeforeGarbage() const override { return false; }
  Answer AnswerTo(size_t request) const override { return AnswerOf(*answers_[request]); }
  std::string AnswerText(size_t request) const override { return (*answers_[request])->body; }

 private:
  size_t Post(const std::vector<SentReport>& reports, const std::string& end) {
    std::string body = "[";
    for (const SentReport& report : reports) {
      body += (body.size() > 1 ? "," : "") + Encode(report);
    }
    answers_.push_back(&rest_.Begin(
        {.method = "POST",
         .target = "/api/v1/events",
         .body = body + end,
         .content_type = "application/json"}
    ));
    return answers_.size() - 1;
  }

  RestHarness rest_;
  std::vector<const std::optional<net::HttpResponse>*> answers_;
};

class NdjsonHarness final : public ReceiverHarness {
 public:
  explicit NdjsonHarness(HeldSink& sink) : rest_(&sink) {}

  size_t Send(const std::vector<SentReport>& reports) override {
    Begin(reports).End();
    return uploads_.size() - 1;
  }
  size_t SendWithGarbageAtEnd(const std::vector<SentReport>& reports) override {
    Begin(reports).Break(absl::InvalidArgumentError("the body's gzip ends in the middle"));
    return uploads_.size() - 1;
  }
  bool StoresBeforeGarbage() const override { return true; }
  Answer AnswerTo(size_t request) const override { return AnswerOf(uploads_[request].answer()); }
  std::string AnswerText(size_t request) const override { return uploads_[request].answer()->body; }

 private:
  TestUpload& Begin(const std::vector<SentReport>& reports) {
    TestUpload& upload = uploads_.emplace_back(rest_.Upload());
    std::string body;
    for (const SentReport& report : reports) {
      body += Encode(report) + "\n";
    }
    upload.Send(std::move(body));
    return upload;
  }

  RestHarness rest_;
  std::deque<TestUpload> uploads_;
};

std::unique_ptr<ReceiverHarness> MakeJson(HeldSink& sink) {
  return std::make_unique<JsonHarness>(sink);
}
std::unique_ptr<ReceiverHarness> MakeNdjson(HeldSink& sink) {
  return std::make_unique<NdjsonHarness>(sink);
}

}  // namespace

}  // namespace tidings::rest

namespace tidings::receiver_testing {
INSTANTIATE_TEST_SUITE_P(RestJson, ReceiverContract, testing::Values(&rest::MakeJson));
INSTANTIATE_TEST_SUITE_P(RestNdjson, ReceiverContract, testing::Values(&rest::MakeNdjson));
}  // namespace tidings::receiver_testing
