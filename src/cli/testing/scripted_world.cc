#include "cli/testing/scripted_world.h"

#include <utility>

#include "base/status.h"

namespace tidings::cli::testing {
namespace {

/// 2023-11-14T22:13:20Z
constexpr int64_t kNowMs = 1'700'000'000'000;

}  // namespace

class ScriptedWorld::Client final : public net::HttpClient {
 public:
  explicit Client(ScriptedWorld& world) : world_(world) {}

  absl::StatusOr<net::ClientResponse> Send(const net::ClientRequest& request) override {
    world_.requests_.push_back(request);
    world_.requests_.back().body = world_.bodies_.emplace_back(request.body);
    if (world_.answers_.empty()) {
      return Unavailable("Connection refused");
    }
    auto [begun, answer] = world_.answers_.front();
    if (world_.answers_.size() > 1) {
      world_.answers_.pop_front();
    }
    if (request.on_body && !begun.empty()) {
      (void)request.on_body(begun);
    }
    if (request.on_body && answer.ok() && answer->status / 100 == 2) {
      (void)request.on_body(answer->body);
      answer->body.clear();
    }
    return answer;
  }

 private:
  ScriptedWorld& world_;
};

ScriptedWorld& ScriptedWorld::Answer(
    int status, std::string body, std::vector<net::Header> headers
) {
  answers_.push_back(
      {.begun = {}, .response = net::ClientResponse{status, std::move(headers), std::move(body)}}
  );
  return *this;
}

ScriptedWorld& ScriptedWorld::BreakOff(std::string body) {
  answers_.push_back(
      {.begun = std::move(body), .response = absl::AbortedError("the server broke its answer off")}
  );
  return *this;
}

ScriptedWorld& ScriptedWorld::NoAnswer() {
  answers_.push_back({.begun = {}, .response = Unavailable("Connection refused")});
  return *this;
}

ScriptedWorld& ScriptedWorld::Set(std::string name, std::string value) {
  environment_.emplace_back(std::move(name), std::move(value));
  return *this;
}

ScriptedWorld& ScriptedWorld::Input(const std::string& text) {
  in_.str(text);
  return *this;
}

ScriptedWorld& ScriptedWorld::WithScreen(Screen screen) {
  screen_ = screen;
  return *this;
}

ScriptedWorld& ScriptedWorld::Interrupt() {
  is_interrupted_ = true;
  return *this;
}

ScriptedWorld& ScriptedWorld::TalkToTerminal() {
  talks_to_terminal_ = true;
  return *this;
}

ScriptedWorld& ScriptedWorld::StoreReports(absl::StatusOr<StoreWorkReport> report) {
  store_report_ = std::move(report);
  return *this;
}

int ScriptedWorld::Run(const std::vector<std::string>& arguments) {
  const ManualClock clock(kNowMs);
  Context context{
      .in = in_,
      .out = out_,
      .err = err_,
      .clock = clock,
      .screen = screen_,
      .talks_to_terminal = talks_to_terminal_,
      .environment = environment_,
      .make_http_client =
          [this](const net::ClientTls& tls) {
            tls_ = tls;
            return std::make_unique<Client>(*this);
          },
      .sleep = [this](std::chrono::milliseconds pause) { pauses_.push_back(pause); },
      .run_server =
          [this](const Config& config, const config::Reader& /*read_again*/) {
            served_.push_back(config);
            return kOk;
          },
      .work_on_store =
          [this](const StoreWork& work) {
            store_works_.push_back(work);
            return store_report_;
          },
      .interrupted = [this] { return is_interrupted_ && ++asked_for_interrupts_ > 1; }};
  return cli::Run(arguments, context);
}

}  // namespace tidings::cli::testing
