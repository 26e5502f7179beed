#include <algorithm>
#include <cctype>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "event/join.h"
#include "event/testing/join_mutants.h"
#include "event/testing/law.h"
#include "event/testing/report_generator.h"

/// The law of the join as properties of random reports, and a proof that they would find a mistake.
namespace tidings::testing {
namespace {

rc::Gen<std::vector<ReceivedReport>> ReportsOfOneEvent(size_t most, bool many_parameters) {
  const rc::Gen<ReceivedReport> received = rc::gen::map(
      rc::gen::pair(ValidReport({.many_parameters = many_parameters}), AnyOf<int64_t>(100, 104)),
      [](std::pair<ReportSpec, int64_t> drawn) {
        return ReceivedReport{std::move(drawn.first), drawn.second};
      }
  );
  return rc::gen::mapcat(AnyOf<size_t>(1, most + 1), [received](size_t count) {
    return rc::gen::container<std::vector<ReceivedReport>>(count, received);
  });
}

TEST(JoinLawTest, HoldsForAnyReports) {
  EXPECT_TRUE(rc::check("join keeps the law", [] {
    const auto reports = *ReportsOfOneEvent(5, true);
    const std::optional<std::string> violation = Violation(Join, reports);
    if (violation) {
      RC_FAIL(*violation);
    }
  }));
}

/// Scorecard: duplicates, reordered, end before start, conflicting fields: one event whatever the
/// order and the repeats.
TEST(JoinLawTest, GivesTheSameEventForAllPermutationsOfSixReports) {
  constexpr int kCases = 12;
  for (int seed = 0; seed < kCases; ++seed) {
    const rc::Random random(static_cast<uint64_t>(seed));
    const auto reports = rc::gen::container<std::vector<ReceivedReport>>(
                             6,
                             rc::gen::map(
                                 ValidReport({.many_parameters = false}),
                                 [](ReportSpec report) {
                                   return ReceivedReport{std::move(report), 100};
                                 }
                             )
    )(random, 30)
                             .value();
    const std::vector<Event> events = EventsOf(reports);
    const Event declared = DeclaredEvent(reports);
    std::vector<const Event*> order;
    for (const Event& event : events) {
      order.push_back(&event);
    }
    std::sort(order.begin(), order.end());
    do {
      const Event joined = JoinAll(Join, order);
      ASSERT_TRUE(SameKnowledge(joined.view(), declared.view()))
          << "seed " << seed << "\n  " << Describe(joined.view()) << "\n  "
          << Describe(declared.view());
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(JoinLawTest, GivesTheSameEventForEveryWayToSplitReportsIntoBatches) {
  EXPECT_TRUE(rc::check("batches do not matter", [] {
    const auto reports = *ReportsOfOneEvent(8, false);
    const std::vector<Event> events = EventsOf(reports);
    std::vector<const Event*> all;
    for (const Event& event : events) {
      all.push_back(&event);
    }
    const size_t split = *AnyOf<size_t>(0, all.size());
    const auto middle = all.begin() + static_cast<ptrdiff_t>(split);
    const Event second = JoinAll(Join, {middle, all.end()});
    std::vector<const Event*> joined(all.begin(), middle);
    joined.push_back(&second);
    const Event whole = JoinAll(Join, all);
    const Event parts = JoinAll(Join, joined);
    RC_ASSERT(Describe(parts.view()) == Describe(whole.view()));
  }));
}

TEST(JoinLawTest, GivesTheSameEventForAHundredRepeats) {
  EXPECT_TRUE(rc::check("repeats do not matter", [] {
    const auto reports = *ReportsOfOneEvent(4, false);
    const std::vector<Event> events = EventsOf(reports);
    std::vector<const Event*> repeated;
    for (int i = 0; i < 100; ++i) {
      repeated.push_back(&events[*AnyOf<size_t>(0, events.size())]);
    }
    for (const Event& event : events) {
      repeated.push_back(&event);
    }
    RC_ASSERT(Describe(JoinAll(Join, repeated).view()) == Describe(DeclaredEvent(reports).view()));
  }));
}

class JoinMutantTest : public ::testing::TestWithParam<JoinMutant> {};

/// Whether the properties find the mutant among some thousand cases of fixed seeds.
TEST_P(JoinMutantTest, BreaksTheLaw) {
  constexpr uint64_t kCases = 4'000;
  constexpr int kSize = 30;
  const auto cases = ReportsOfOneEvent(3, true);
  for (uint64_t seed = 0; seed < kCases; ++seed) {
    if (Violation(GetParam().join, cases(rc::Random(seed), kSize).value())) {
      return;
    }
  }
  FAIL() << "no case shows that " << GetParam().name;
}

std::string NameOfMutant(const ::testing::TestParamInfo<JoinMutant>& info) {
  std::string name(info.param.name);
  std::replace_if(
      name.begin(),
      name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; },
      '_'
  );
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    EveryRule, JoinMutantTest, ::testing::ValuesIn(AllJoinMutants()), NameOfMutant
);

}  // namespace
}  // namespace tidings::testing
