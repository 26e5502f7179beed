// The embedded store with data that is not kind, each case beside the kind one of the same run:
// what a report and a query cost, and how many times that of the kind case. Prints one row per
// case, in Markdown.
//
//   unkind_bench [EVENTS] [CASE] [DIRECTORY]   default 1000000, all cases; in a new folder below
//   /tmp

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/status.h"
#include "event_source.h"
#include "measure.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

using std::chrono::steady_clock;

constexpr int kRepeats = 50;
constexpr int64_t kDayLengthMs = 86'400'000;
constexpr int64_t kYearMs = 365 * kDayLengthMs;
constexpr int64_t kFirstMs = 1'795'305'600'000;
/// Of the data set's events for each event of a case with large ones.
constexpr size_t kLargeShare = 20;
constexpr size_t kLargeMessage = size_t{16} << 10;
constexpr size_t kRepeatedStarts = 100;

/// Turns a batch of the kind case into one of another.
using Change = std::function<void(uint64_t first, ReportBatch& batch)>;

struct Case {
  const char* name;
  /// Events to commit, of those that are asked for.
  size_t share = 1;
  std::vector<Part> parts = {Part::kWhole};
  Change change = [](uint64_t, ReportBatch&) {};
  /// Of batches, where parts after the first come in another order.
  bool is_shuffled = false;
  /// Reports of one event.
  size_t repeats = 1;
};

void GiveLongMessages(uint64_t first, ReportBatch& batch) {
  for (size_t i = 0; i < batch.reports.size(); ++i) {
    std::string message;
    // Words that no other event has, but for those of the message.
    for (size_t word = 0; message.size() < kLargeMessage - 16; ++word) {
      message += fmt::format("{:x} ", (first + i) * 0x9E37'79B9U + word * 0x85EB'CA6BU);
    }
    batch.reports[i].text[TextField::kMessage] = batch.arena.Copy(message);
  }
}

void GiveManyParameters(uint64_t first, ReportBatch& batch) {
  batch.parameters.clear();
  for (size_t i = 0; i < batch.reports.size(); ++i) {
    Report& report = batch.reports[i];
    report.first_parameter = static_cast<uint32_t>(batch.parameters.size());
    report.parameter_count = kMaxEventParameters;
    for (size_t key = 0; key < kMaxEventParameters; ++key) {
      Value value = static_cast<int64_t>((first + i) * key);
      if (key % 2 == 0) {
        value = batch.arena.Copy(fmt::format("value-{}", (first + i + key) % 1'000));
      }
      batch.parameters.push_back(
          {.key = batch.arena.Copy(fmt::format("key-{:03}", key)),
           .value = value,
           .clock = ClockOf(report)}
      );
    }
  }
}

/// Applies one change to every report.
Change Each(std::function<void(uint64_t index, Report& report, ReportBatch& batch)> change) {
  return [change = std::move(change)](uint64_t first, ReportBatch& batch) {
    for (size_t i = 0; i < batch.reports.size(); ++i) {
      change(first + i, batch.reports[i], batch);
    }
  };
}

void MoveClocks(Report& report, ReportBatch& batch, int64_t by_ms) {
  for (int64_t* const time : {&report.start, &report.end}) {
    *time += *time == 0 ? 0 : by_ms;
  }
  for (size_t i = 0; i < report.parameter_count; ++i) {
    batch.parameters[report.first_parameter + i].clock = ClockOf(report);
  }
}

std::vector<Case> AllCases() {
  const Change ends_a_day_later = Each([](uint64_t, Report& report, ReportBatch&) {
    report.end += report.end == 0 ? 0 : kDayLengthMs;
  });
  return {
      {.name = "kind: random ids, in time order"},
      {.name = "ids in time order",
       .change = Each([](uint64_t index, Report& report, auto& batch) {
         report.id =
             batch.arena.Copy(fmt::format("0199c0de-{:04x}-7000-8000-{:012x}", index >> 32, index));
       })},
      {.name = "one service", .change = Each([](uint64_t, Report& report, ReportBatch&) {
                                report.text[TextField::kService] = "the-only-one";
                              })},
      {.name = "100,000 services",
       .change = Each([](uint64_t index, Report& report, auto& batch) {
         report.text[TextField::kService] =
             batch.arena.Copy(fmt::format("service-{:06}", index * 7'919 % 100'000));
       })},
      {.name = "messages of 16 KiB", .share = kLargeShare, .change = GiveLongMessages},
      {.name = "256 parameters", .share = kLargeShare, .change = GiveManyParameters},
      {.name = "events of one year", .change = Each([](uint64_t, Report& report, ReportBatch&) {
                                       report.end = report.start + kYearMs;
                                     })},
      {.name = "all of them open", .parts = {Part::kStart}},
      {.name = "ends a day later, in order",
       .parts = {Part::kStart, Part::kEnd},
       .change = ends_a_day_later},
      {.name = "ends a day later, shuffled",
       .parts = {Part::kStart, Part::kEnd},
       .change = ends_a_day_later,
       .is_shuffled = true},
      {.name = "each start 100 times", .parts = {Part::kStart}, .repeats = kRepeatedStarts},
      {.name = "clocks a year off",
       .change = Each([](uint64_t index, Report& report, auto& batch) {
         MoveClocks(report, batch, index % 2 == 0 ? 0 : index % 4 == 1 ? -kYearMs : kYearMs);
       })},
  };
}

/// What one case cost; of a query the median of CPU ms.
struct Figures {
  double reports_per_second = 0;
  double drained_per_second = 0;
  double us_per_report = 0;
  double bytes_per_event = 0;
  std::vector<double> queries_ms;
};

/// Where the reports of each part begin, in the order of their commits.
std::vector<std::pair<size_t, Part>> Plan(const Case& one, size_t events) {
  std::vector<std::pair<size_t, Part>> plan;
  std::mt19937_64 random(1);
  for (const Part part : one.parts) {
    std::vector<std::pair<size_t, Part>> of_part;
    for (size_t at = 0; at < events; at += kBatch) {
      of_part.insert(of_part.end(), one.repeats, {at, part});
    }
    if (one.is_shuffled && part != one.parts.front()) {
      std::shuffle(of_part.begin(), of_part.end(), random);
    }
    plan.insert(plan.end(), of_part.begin(), of_part.end());
  }
  return plan;
}

/// Shuffled ends meet starts of everywhere, not only of one batch of starts.
ReportBatch MakeShuffled(const EventSource& source, size_t at, size_t events, Part part) {
  // A stride without a divisor in common with any count of events that is asked for.
  constexpr size_t kStride = 1'000'003;
  ReportBatch batch;
  for (size_t i = 0; i < std::min(kBatch, events - at); ++i) {
    ReportBatch single = source.Make((at + i) * kStride % events, 1, part);
    Report& report = batch.reports.emplace_back(single.reports.front());
    report.id = batch.arena.Copy(report.id);
    batch.receipt = single.receipt;
  }
  return batch;
}

size_t Events(const absl::StatusOr<EventPage>& page) {
  if (!page.ok()) {
    Die(page.status());
  }
  return page->events.size();
}

std::vector<double> AskAll(const EmbeddedStore& store, size_t events) {
  std::mt19937_64 random(1);
  const auto instant = [&] { return kFirstMs + static_cast<int64_t>(random() % kDayLengthMs); };
  std::vector<int64_t> edges;
  for (int64_t i = 0; i <= 200; ++i) {
    edges.push_back(kFirstMs + i * kDayLengthMs * 10 / 200);
  }
  const auto page = [&store](Filter filter, Order order) {
    return Events(store.Query({.filter = std::move(filter), .order = order, .wants_cursor = false})
    );
  };
  const auto count = [&store](const AggregateQuery& query) -> size_t {
    const absl::StatusOr<AggregateResult> result = store.Aggregate(query);
    if (!result.ok()) {
      Die(result.status());
    }
    return result->total.events;
  };
  const std::vector<std::function<size_t()>> calls = {
      [&] {
        // A name that every case has, and its own service where it is one of few.
        return page({.where = OneOf(FilterField::kName, {"Deploy"})}, Order::kNewestFirst);
      },
      [&] {
        const Expression rare = ConditionOf(WordsCondition{.words = {{.text = "quokkaflare"}}});
        return page({.where = rare}, Order::kNewestFirst);
      },
      [&] {
        const int64_t from = instant();
        return page({.window = {.from = from, .to = from + 900'000}}, Order::kOldestFirst);
      },
      [&] {
        Arena arena;
        const auto event = store.Get(EventSource::IdOf(random() % events, arena));
        return static_cast<size_t>(event.ok() && *event ? 1 : 0);
      },
      [&] { return count({.edges = edges}); },
      [&] {
        return count(
            {.fields =
                 {FilterField::kService,
                  FilterField::kName,
                  FilterField::kType,
                  FilterField::kState}}
        );
      }};
  std::vector<double> medians_ms;
  for (const auto& call : calls) {
    medians_ms.push_back(Quantile(TimeCalls(kRepeats, call).cpu_ms, 0.5));
  }
  return medians_ms;
}

Figures Run(
    const Case& one, size_t asked, const EventSource& source, const std::string& directory
) {
  static const SystemClock clock;
  const size_t events = asked / one.share / one.repeats / kBatch * kBatch;
  auto store = EmbeddedStore::Open({.directory = directory}, clock);
  if (!store.ok()) {
    Die(store.status());
  }
  CommitClient client(**store);
  const std::vector<std::pair<size_t, Part>> plan = Plan(one, events);
  const auto began = steady_clock::now();
  const double cpu = CpuSeconds();
  for (const auto& [at, part] : plan) {
    const bool is_shuffled = one.is_shuffled && part != one.parts.front();
    ReportBatch batch = is_shuffled ? MakeShuffled(source, at, events, part)
                                    : source.Make(at, std::min(kBatch, events - at), part);
    one.change(at, batch);
    client.Commit(std::move(batch));
  }
  client.FinishLatenciesMs();
  const double committed_s = MsSince(began) / 1e3;
  if (absl::Status status = (*store)->CompactNow(); !status.ok()) {
    Die(status);
  }
  const auto reports = static_cast<double>(plan.size() * kBatch);
  Figures figures;
  figures.reports_per_second = reports / committed_s;
  figures.drained_per_second = reports / (MsSince(began) / 1e3);
  figures.us_per_report = (CpuSeconds() - cpu) / reports * 1e6;
  if (const StoreStats stats = (*store)->Stats(); stats.events != events) {
    Die(Internal("{} events were committed, {} are stored", events, stats.events));
  }
  figures.queries_ms = AskAll(**store, events);
  store->reset();
  figures.bytes_per_event =
      static_cast<double>(BytesBelow(directory)) / static_cast<double>(events);
  std::filesystem::remove_all(directory);
  return figures;
}

void Print(const Case& one, const Figures& figures, const Figures& kind) {
  std::string row = fmt::format(
      "| {} | {:.0f} | {:.0f} | {:.1f} ({:.1f}x) | {:.0f}",
      one.name,
      figures.reports_per_second,
      figures.drained_per_second,
      figures.us_per_report,
      figures.us_per_report / kind.us_per_report,
      figures.bytes_per_event
  );
  for (size_t i = 0; i < figures.queries_ms.size(); ++i) {
    row += fmt::format(
        " | {:.2f} ({:.1f}x)", figures.queries_ms[i], figures.queries_ms[i] / kind.queries_ms[i]
    );
  }
  std::printf("%s |\n", row.c_str());
  std::fflush(stdout);
}

int Main(size_t events, const std::string& wanted, const std::filesystem::path& directory) {
  const EventSource source;
  std::printf(
      "| %zu events | reports/s | drained | CPU us/report, client included | bytes/event | newest "
      "100 of a "
      "name, CPU ms | rare word | overlap of 15 minutes | by id | histogram | facets |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
      events
  );
  const std::vector<Case> cases = AllCases();
  Figures kind;
  for (const Case& one : cases) {
    const bool is_kind = &one == &cases.front();
    if (!is_kind && !wanted.empty() && std::string(one.name).find(wanted) == std::string::npos) {
      continue;
    }
    const Figures figures = Run(one, events, source, (directory / "store").string());
    kind = is_kind ? figures : kind;
    Print(one, figures, kind);
  }
  return 0;
}

}  // namespace
}  // namespace tidings::bench

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const tidings::bench::TemporaryFolder folder(argc > 3 ? argv[3] : "/tmp");
  return tidings::bench::Main(events, argc > 2 ? argv[2] : "", folder.path());
}
