#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/json_document.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/diagnosis.h"
#include "cli/event_row.h"
#include "load/socket.h"

namespace tidings::cli {
namespace {

/// `127.0.0.1` and `12800` of `http://127.0.0.1:12800`, of `127.0.0.1:12800` and of `[::1]:12800`.
struct Place {
  std::string host;
  uint16_t port = 0;
};

Place PlaceOf(std::string_view address) {
  const size_t scheme = address.find("://");
  address = scheme == std::string_view::npos ? address : address.substr(scheme + 3);
  const size_t colon = std::min(address.rfind(':'), address.size());
  Place place{.host = std::string(address.substr(0, colon))};
  const std::string_view port = address.substr(std::min(colon + 1, address.size()));
  std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (place.host.size() > 2 && place.host.front() == '[') {
    place.host = place.host.substr(1, place.host.size() - 2);
  }
  return place;
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.substr(0, 4) == "127.";
}

/// Tries a listener as the status names it. One that listens on every address is tried at the
/// server's.
ListenerTrial Try(const simdjson::dom::element& listener, const std::string& server) {
  ListenerTrial trial{.key = TextOf(listener, "key"), .address = TextOf(listener, "address")};
  Place place = PlaceOf(trial.address);
  trial.is_out_of_reach = IsLoopback(place.host) && !IsLoopback(server);
  if (trial.is_out_of_reach) {
    return trial;
  }
  if (place.host == "0.0.0.0" || place.host == "::") {
    place.host = server;
  }
  const absl::StatusOr<load::Socket> socket = load::Socket::Connect(place.host, place.port);
  trial.failure = socket.ok() ? std::string() : std::string(MessageOf(socket.status()));
  return trial;
}

int RunDoctor(const ConnectionFlags& flags, ApiClient& client, Context& context) {
  Findings findings;
  const auto ready = client.Call({.path = "/readyz"});
  if (!ready.ok()) {
    return client.TellNoAnswer(ready.status());
  }
  JudgeReadiness(ready->status, ready->body, findings);
  const int64_t asked_ms = context.clock.NowMs();
  const auto answer = client.Call({.path = "/api/v1/status"});
  if (!answer.ok()) {
    return client.TellNoAnswer(answer.status());
  }
  const auto document = JsonDocument::Parse(answer->body, kMaxAnswerDepth);
  if (answer->status != 200 || !document.ok()) {
    context.out << Describe(findings);
    return client.TellProblem(*answer);
  }
  const simdjson::dom::element status = (*document)->root();
  JudgeVersion(status, findings);
  const auto connection = ResolveConnection(flags, context);
  for (const simdjson::dom::element& listener : ElementsOf(status, "listeners")) {
    JudgeListener(Try(listener, PlaceOf(connection->address).host), findings);
  }
  JudgeStore(status, findings);
  JudgeDisk(status, findings);
  JudgeClock(status, asked_ms, context.clock.NowMs() - asked_ms, findings);
  JudgeReceivers(status, findings);
  const auto metrics = client.Call({.path = "/metrics"});
  if (metrics.ok() && metrics->status == 200) {
    JudgeLimits(metrics->body, findings);
  }
  context.out << Describe(findings);
  const bool is_bad = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.level == Finding::Level::kBad;
  });
  return is_bad ? kFailed : kOk;
}

}  // namespace

void AddDoctor(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("doctor", "Look for what is wrong with the server, and how to mend it");
  auto connection = std::make_shared<ConnectionFlags>();
  AddConnectionFlags(*command, *connection);
  command->footer(
      "Tries every listener, and looks at readiness, store, disk, clocks, refused reports and the\n"
      "limit of open files. Exit code 1: something is bad, 5: no server.\n\n"
      "Examples:\n"
      "  tidings doctor\n"
      "  tidings doctor --address events.example.org:12800"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(*connection, context, [&](ApiClient& client) {
        return RunDoctor(*connection, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
