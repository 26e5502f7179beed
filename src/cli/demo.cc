#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <absl/time/time.h>
#include <fmt/format.h>

#include "base/json_document.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/time_text.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/event_row.h"
#include "cli/progress.h"
#include "cli/report_upload.h"
#include "demo/shop_day.h"

namespace tidings::cli {
namespace {

constexpr std::string_view kIdBegin = "demo-";
constexpr const char* kEndFormat = "%E4Y%m%dT%H%M%SZ";
constexpr int64_t kSecondMs = 1'000;
constexpr int64_t kShopDayMs = 86'400 * kSecondMs;
constexpr size_t kReportsPerCall = 5'000;
/// The same day can be filled in and withdrawn as often.
constexpr int kMostRounds = 100;

struct DemoOptions {
  ConnectionFlags connection;
  std::string end;
  bool remove = false;
};

/// The day that ends then, filled in for the `round`th time: withdrawn ids are not used again.
std::string PrefixOf(int64_t end_ms, int round) {
  const std::string end =
      absl::FormatTime(kEndFormat, absl::FromUnixMillis(end_ms), absl::UTCTimeZone());
  return round == 1 ? fmt::format("{}{}-", kIdBegin, end)
                    : fmt::format("{}{}.{}-", kIdBegin, end, round);
}

/// The end of the day that a demo id belongs to.
std::optional<int64_t> EndOf(std::string_view id) {
  constexpr size_t kEndLength = std::string_view("20231114T221320Z").size();
  absl::Time end;
  std::string ignored;
  const std::string text(id.substr(std::min(id.size(), kIdBegin.size()), kEndLength));
  if (!absl::ParseTime(kEndFormat, text, absl::UTCTimeZone(), &end, &ignored)) {
    return std::nullopt;
  }
  return absl::ToUnixMillis(end);
}

/// What `tidings demo` does to a server.
class Demo {
 public:
  Demo(ApiClient& client, Context& context) : client_(client), context_(context) {}

  int Fill(int64_t end_ms) {
    std::vector<std::string> days;
    if (const int code = FindDays(days); code != kOk) {
      return code;
    }
    std::string prefix;
    if (const int code = ChoosePrefix(end_ms, prefix); code != kOk) {
      return code;
    }
    for (const std::string& day : days) {
      const std::optional<int64_t> other_ms = EndOf(day);
      if (day != prefix && other_ms && std::abs(*other_ms - end_ms) < kShopDayMs) {
        if (const int code = Withdraw(day); code != kOk) {
          return code;
        }
      }
    }
    return Report(prefix, end_ms);
  }

  int Remove(const std::optional<int64_t>& end_ms) {
    // All that begins so, not only whole days: some may have been withdrawn in part.
    return Withdraw(
        end_ms ? PrefixOf(*end_ms, 1).substr(0, PrefixOf(*end_ms, 1).size() - 1)
               : std::string(kIdBegin)
    );
  }

 private:
  /// The prefixes of the days that the server has, each told by its deploy without an end.
  int FindDays(std::vector<std::string>& days) {
    QueryString query;
    query.Add("id", fmt::format("{}*{}", kIdBegin, demo::kOpenDeploy));
    query.Add("service", "recommendation");
    query.Add("from", "0");
    query.Add("limit", "1000");
    return Ask(client_, context_, "/api/v1/events" + query.text(), [&days](const auto& page) {
      for (const simdjson::dom::element& event : ElementsOf(page, "events")) {
        const std::string id = TextOf(event, "id");
        days.push_back(id.substr(0, id.size() - demo::kOpenDeploy.size()));
      }
    });
  }

  /// The first round of the day that was not withdrawn.
  int ChoosePrefix(int64_t end_ms, std::string& prefix) {
    for (int round = 1; round <= kMostRounds; ++round) {
      prefix = PrefixOf(end_ms, round);
      QueryString query;
      query.Add("id", prefix + std::string(demo::kOpenDeploy));
      const auto response = client_.Call({.path = "/api/v1/event" + query.text()});
      if (!response.ok()) {
        return client_.TellNoAnswer(response.status());
      }
      if (response->status == 200 || response->status == 404) {
        return kOk;
      }
      if (response->status != 410) {
        return client_.TellProblem(*response);
      }
    }
    context_.err << fmt::format(
        "tidings: the day that ends {} was filled in and withdrawn {} times; choose another "
        "--end\n",
        FormatTimeUtc(end_ms),
        kMostRounds
    );
    return kFailed;
  }

  int Report(const std::string& prefix, int64_t end_ms) {
    const std::vector<demo::Report> reports =
        demo::ShopDay({.end_ms = end_ms, .id_prefix = prefix});
    Progress progress(context_, reports.size());
    ReportUpload upload(client_, context_, progress);
    ReportLines lines;
    for (size_t i = 0; i < reports.size(); ++i) {
      lines.Add(ToJson(reports[i]), i + 1);
      if (lines.origins.size() == kReportsPerCall || i + 1 == reports.size()) {
        if (const ExitCode code = upload.Send(std::exchange(lines, {})); code != kOk) {
          return code;
        }
        progress.Show(i + 1, i + 1);
      }
    }
    progress.Clear();
    const ReportUpload::Tally& tally = upload.tally();
    context_.err << fmt::format(
        "tidings: a day of a shop that ends {}, {}\n"
        "tidings: look at it: tidings list --from {} --service checkout; take it away: tidings "
        "demo "
        "--remove\n",
        FormatTimeUtc(end_ms),
        Describe(tally),
        FormatTimeUtc(end_ms - kShopDayMs)
    );
    return tally.refused == 0 ? kOk : kFailed;
  }

  /// Withdraws every event whose id begins so. The deploy without an end goes first: without it the
  /// day counts as withdrawn, and what is left of it goes with the next --remove.
  int Withdraw(const std::string& id_begin) {
    std::vector<std::pair<std::string, int64_t>> events;
    if (const int code = Collect(id_begin, events); code != kOk) {
      return code;
    }
    std::stable_partition(events.begin(), events.end(), [](const auto& event) {
      return std::string_view(event.first).ends_with(demo::kOpenDeploy);
    });
    Progress progress(context_, events.size());
    ReportUpload upload(client_, context_, progress);
    ReportLines lines;
    for (size_t i = 0; i < events.size(); ++i) {
      lines.Add(Withdrawal(events[i].first, events[i].second + 1), i + 1);
      // The first one alone: whoever may not withdraw hears so once.
      if (i == 0 || lines.origins.size() == kReportsPerCall || i + 1 == events.size()) {
        if (const ExitCode code = upload.Send(std::exchange(lines, {})); code != kOk) {
          return code;
        }
        progress.Show(i + 1, i + 1);
        if (upload.tally().refused > 0) {
          return kNotAllowed;
        }
      }
    }
    progress.Clear();
    context_.err << fmt::format("tidings: {} events are withdrawn\n", ShowCount(events.size()));
    return kOk;
  }

  static std::string Withdrawal(std::string_view id, int64_t generation) {
    std::string out;
    JsonWriter json(out);
    json.BeginObject().Key("id").String(id).Key("generation").Int(generation);
    json.Key("withdrawn").Bool(true).EndObject();
    return out;
  }

  /// Ids and generations.
  int Collect(const std::string& id_begin, std::vector<std::pair<std::string, int64_t>>& events) {
    QueryString query;
    query.Add("id", id_begin + "*");
    std::string rest;
    const auto response =
        client_
            .Call({.path = "/api/v1/export" + query.text(), .on_body = [&](std::string_view bytes) {
                     rest += bytes;
                     size_t begin = 0;
                     for (size_t end = rest.find('\n'); end != std::string::npos;
                          end = rest.find('\n', begin)) {
                       const auto line =
                           JsonDocument::Parse(rest.substr(begin, end - begin), kMaxAnswerDepth);
                       begin = end + 1;
                       if (!line.ok()) {
                         return false;
                       }
                       events.emplace_back(
                           TextOf((*line)->root(), "id"),
                           IntegerOf((*line)->root(), "generation").value_or(0)
                       );
                     }
                     rest.erase(0, begin);
                     return true;
                   }});
    if (!response.ok()) {
      return client_.TellNoAnswer(response.status());
    }
    return response->status == 200 ? kOk : client_.TellProblem(*response);
  }

  ApiClient& client_;
  Context& context_;
};

int RunDemo(const DemoOptions& options, ApiClient& client, Context& context) {
  std::optional<int64_t> end_ms;
  if (!options.end.empty()) {
    const absl::StatusOr<int64_t> parsed = ParseTime(options.end, context.clock.NowMs());
    if (!parsed.ok()) {
      return TellUsage(context, fmt::format("--end: {}", MessageOf(parsed.status())));
    }
    if (LooksLikeSeconds(*parsed) || *parsed < kShopDayMs || *parsed > kMaxTimeMs) {
      return TellUsage(
          context, fmt::format("--end: {} is no day of ours; ms are wanted", options.end)
      );
    }
    end_ms = *parsed / kSecondMs * kSecondMs;
  }
  Demo demo(client, context);
  return options.remove ? demo.Remove(end_ms)
                        : demo.Fill(end_ms.value_or(context.clock.NowMs() / kSecondMs * kSecondMs));
}

}  // namespace

void AddDemo(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("demo", "Fill the server with a day of a shop: something to look at");
  auto options = std::make_shared<DemoOptions>();
  command->add_option("--end", options->end, "When the day ends; now without")->type_name("TIME");
  command->add_flag(
      "--remove", options->remove, "Withdraw it: with --end that day, else all of them"
  );
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "100,000 events of 24 hours, always the same ones: deploys, restarts, a bad upgrade and its\n"
      "rollback, a chaos test, a Flink job that fails, crashing pods, a deploy without an end. A\n"
      "second day that overlaps the first replaces it. Withdrawing needs scope `admin`; without\n"
      "tokens it is allowed from the server's own machine.\n\n"
      "Examples:\n"
      "  tidings demo\n"
      "  tidings demo --end 2026-11-24T08:00:00Z\n"
      "  tidings demo --remove"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunDemo(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
