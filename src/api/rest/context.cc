#include "api/rest/context.h"

#include <utility>

#include "api/rest/answer.h"
#include "base/status.h"

namespace tidings::rest {

Patience PatienceOf(
    const RestDependencies& dependencies, const net::HttpRequest& request, int64_t now_ms
) {
  return {
      .deadline =
          absl::FromUnixMillis(now_ms) + absl::FromChrono(dependencies.config.query_deadline),
      .abandoned = request.abandoned};
}

void RunOnExecutor(
    const SharedContext& context, const net::Responder& respond, std::function<void()> work
) {
  if (!context->dependencies.executor.Post(std::move(work))) {
    respond(ProblemOf(
        Unavailable("too many requests wait for an answer already; come back in a second")
    ));
  }
}

}  // namespace tidings::rest
