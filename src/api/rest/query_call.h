#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <absl/status/statusor.h>

#include "api/rest/answer.h"
#include "api/rest/context.h"
#include "net/http.h"

namespace tidings::rest {

/// A GET that is read on the io thread and answered on the query threads. `Asked` is what its
/// parameters mean; it has
///   static constexpr QueryKind kKind;
///   static std::optional<FieldProblem> Parse(std::string_view url_query, int64_t now_ms, Asked&);
///   absl::StatusOr<std::string> Answer(const RestContext&, const Patience& patience) const;  //
///   JSON
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
    Patience patience = PatienceOf(dependencies, *request, now_ms);
    RunOnExecutor(
        context_,
        respond,
        [context = context_, respond, patience = std::move(patience), asked = std::move(asked)] {
          respond(Run(*context, patience, asked));
        }
    );
  }

 private:
  static net::HttpResponse Run(RestContext& context, const Patience& patience, const Asked& asked) {
    const Clock& clock = context.dependencies.clock;
    const auto began = clock.Steady();
    absl::StatusOr<std::string> body = asked.Answer(context, patience);
    if (!body.ok()) {
      context.telemetry.CountFailure(body.status());
      return ProblemOf(body.status());
    }
    context.telemetry.Count(Asked::kKind, clock.Steady() - began);
    return JsonAnswer(*std::move(body));
  }
};

}  // namespace tidings::rest
