#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/manual_clock.h"
#include "cli/context.h"
#include "cli/run.h"

namespace tidings::cli::testing {

/// A world for commands in which everything is written down beforehand: what the server answers,
/// the time, the environment. Keeps what the command did.
///
/// Thread safety: one thread.
class ScriptedWorld {
 public:
  /// The server's next answer; the last one is given again and again. Without any there is no
  /// server.
  ScriptedWorld& Answer(int status, std::string body, std::vector<net::Header> headers = {});
  /// The server's next answer is broken off after `body`.
  ScriptedWorld& BreakOff(std::string body);
  /// The next call finds no server.
  ScriptedWorld& NoAnswer();
  ScriptedWorld& Set(std::string name, std::string value);
  ScriptedWorld& Input(const std::string& text);
  ScriptedWorld& WithScreen(Screen screen);
  /// The user wants an end, once the command has begun.
  ScriptedWorld& Interrupt();
  /// Standard error is a terminal.
  ScriptedWorld& TalkToTerminal();
  /// What work on a stopped store gives.
  ScriptedWorld& StoreReports(absl::StatusOr<StoreWorkReport> report);

  int Run(const std::vector<std::string>& arguments);

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  const std::vector<net::ClientRequest>& requests() const { return requests_; }
  /// Of the last client.
  const net::ClientTls& tls() const { return tls_; }
  const std::vector<std::chrono::milliseconds>& pauses() const { return pauses_; }
  const std::vector<Config>& served() const { return served_; }
  const std::vector<StoreWork>& store_works() const { return store_works_; }

 private:
  class Client;

  struct Answered {
    /// What has come of the body before it breaks off.
    std::string begun;
    absl::StatusOr<net::ClientResponse> response;
  };

  std::deque<Answered> answers_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  config::Environment environment_;
  Screen screen_;
  bool talks_to_terminal_ = false;
  bool is_interrupted_ = false;
  int asked_for_interrupts_ = 0;
  std::vector<net::ClientRequest> requests_;
  /// Of requests_.
  std::deque<std::string> bodies_;
  net::ClientTls tls_;
  std::vector<std::chrono::milliseconds> pauses_;
  std::vector<Config> served_;
  absl::StatusOr<StoreWorkReport> store_report_ = StoreWorkReport();
  std::vector<StoreWork> store_works_;
};

}  // namespace tidings::cli::testing
