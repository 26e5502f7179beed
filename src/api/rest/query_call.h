#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include "api/rest/answer.h"
#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// A GET that is read on the io thread and answered on the query threads. `Asked` is what its
/// parameters mean; it has
///   static constexpr QueryKind kKind;
///   static std::optional<FieldProblem> Parse(std::string_view url_query, int64_t now_ms, Asked&);
///   absl::StatusOr<std::string> Answer(const RestContext&, absl::Time deadline) const;  // JSON
///
/// Thread safety: safe.
template <typename Asked>
class QueryCall final : public RestHandler {
 public:
  using RestHandler::RestHandler;

  void Handle(std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond)
      override {
    const RestDependencies& dependencies = context_->dependencies;
    const int64_t now_ms = dependencies.clock.NowMs();
    Asked asked;
    if (const auto problem = Asked::Parse(request->query, now_ms, asked)) {
      respond(ProblemOf(*problem));
      return;
    }
    const absl::Time deadline =
        absl::FromUnixMillis(now_ms) + absl::FromChrono(dependencies.config.query_deadline);
    RunOnExecutor(
        context_,
        respond,
        [context = context_, respond, deadline, asked = std::move(asked)] {
          respond(Run(*context, deadline, asked));
        }
    );
  }

 private:
  static net::HttpResponse Run(RestContext& context, absl::Time deadline, const Asked& asked) {
    const Clock& clock = context.dependencies.clock;
    const auto began = clock.Steady();
    absl::StatusOr<std::string> body = asked.Answer(context, deadline);
    if (!body.ok()) {
      return ProblemOf(body.status());
    }
    context.telemetry.Count(Asked::kKind, clock.Steady() - began);
    return JsonAnswer(*std::move(body));
  }
};

}  // namespace tidings::rest
