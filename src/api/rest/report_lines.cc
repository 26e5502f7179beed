#include "api/rest/report_lines.h"

#include <string>

#include "api/rest/answer.h"
#include "api/rest/line_upload.h"
#include "api/rest/query_parameters.h"

namespace tidings::rest {
namespace {

/// Feeds an upload that its commits under way share.
class LineConsumer final : public net::BodyConsumer {
 public:
  explicit LineConsumer(std::shared_ptr<LineUpload> upload) : upload_(std::move(upload)) {}

  void OnData(std::string chunk, std::function<void()> resume) override {
    upload_->Add(chunk, std::move(resume));
  }
  void OnEnd() override { upload_->End(); }
  void OnError(const absl::Status& status) override { upload_->Break(status); }

 private:
  const std::shared_ptr<LineUpload> upload_;
};

/// For a request that was answered before its body came.
class NoConsumer final : public net::BodyConsumer {
 public:
  void OnData(std::string, std::function<void()> resume) override { resume(); }
  void OnEnd() override {}
  void OnError(const absl::Status&) override {}
};

}  // namespace

std::unique_ptr<net::BodyConsumer> ReportLines::Begin(
    std::shared_ptr<const net::HttpRequest> request, net::Responder respond
) {
  QueryParameters none;
  if (const auto problem = QueryParameters::Parse(request->query, {}, none)) {
    respond(ProblemOf(*problem));
    return std::make_unique<NoConsumer>();
  }
  return std::make_unique<LineConsumer>(
      std::make_shared<LineUpload>(context_, std::move(request), std::move(respond))
  );
}

}  // namespace tidings::rest
