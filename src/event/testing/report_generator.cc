#include "event/testing/report_generator.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

namespace tidings::testing {
namespace {

using NamedValue = std::pair<std::string, OwnedValue>;

rc::Gen<std::string> OneOf(std::vector<std::string> texts) {
  return rc::gen::elementOf(std::move(texts));
}

/// 0 (not known) in a third of the cases.
rc::Gen<int64_t> TimeNear(int64_t first_ms) {
  return rc::gen::map(AnyOf<int64_t>(-3, 6), [first_ms](int64_t offset) {
    return offset < 0 ? int64_t{0} : first_ms + offset;
  });
}

rc::Gen<OwnedValue> AnyValue() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return rc::gen::elementOf(std::vector<OwnedValue>{
      false,
      true,
      int64_t{-1},
      int64_t{0},
      int64_t{7},
      std::numeric_limits<int64_t>::min(),
      std::numeric_limits<int64_t>::max(),
      -0.0,
      0.0,
      0.5,
      -2.5,
      7.0,
      nan,
      -nan,
      std::numeric_limits<double>::infinity(),
      -std::numeric_limits<double>::infinity(),
      std::string(),
      std::string("a"),
      std::string("b"),
      std::string("a\0b", 3),
      std::string("é"),
  });
}

rc::Gen<std::vector<NamedValue>> FewParameters() {
  return rc::gen::resize(
      4,
      rc::gen::container<std::vector<NamedValue>>(
          rc::gen::pair(OneOf({"k", "k1", "key", "z", "é"}), AnyValue())
      )
  );
}

/// A range of neighbouring keys: two of them have more keys than an event keeps.
rc::Gen<std::vector<NamedValue>> ManyParameters() {
  constexpr int kKeys = 400;
  constexpr int kMost = 256;
  return rc::gen::map(
      rc::gen::tuple(AnyOf(0, kKeys - kMost), AnyOf(100, kMost + 1), AnyValue()),
      [](const std::tuple<int, int, OwnedValue>& range) {
        std::vector<NamedValue> parameters;
        parameters.reserve(static_cast<size_t>(std::get<1>(range)));
        for (int i = 0; i < std::get<1>(range); ++i) {
          parameters.emplace_back(
              fmt::format("p{:03}", std::get<0>(range) + i), std::get<2>(range)
          );
        }
        return parameters;
      }
  );
}

rc::Gen<std::vector<NamedValue>> Parameters(bool many) {
  if (!many) {
    return FewParameters();
  }
  return rc::gen::weightedOneOf<std::vector<NamedValue>>(
      {{6, FewParameters()}, {1, ManyParameters()}}
  );
}

/// Texts of `words`, half of them empty.
rc::Gen<std::string> MaybeText(std::vector<std::string> words) {
  return rc::gen::weightedOneOf<std::string>(
      {{1, rc::gen::just(std::string())}, {1, OneOf(std::move(words))}}
  );
}

/// Makes what was drawn field by field obey the rules that span fields.
ReportSpec Repaired(ReportSpec report, int64_t first_time_ms) {
  if (report.withdrawn && report.generation > 0) {
    return {
        .id = report.id,
        .generation = report.generation,
        .derived = report.derived,
        .withdrawn = true};
  }
  report.withdrawn = false;
  if (report.start != 0 && report.end != 0 && report.end < report.start) {
    std::swap(report.start, report.end);
  }
  if (report.generation > 0 && report.start == 0 && report.end == 0) {
    report.start = first_time_ms;
  }
  return report;
}

}  // namespace

rc::Gen<ReportSpec> ValidReport(const ReportGeneratorOptions& options) {
  const rc::Gen<int64_t> time = TimeNear(options.first_time_ms);
  const rc::Gen<ReportSpec> drawn = rc::gen::build<ReportSpec>(
      rc::gen::set(&ReportSpec::id, OneOf(options.ids)),
      rc::gen::set(&ReportSpec::service, MaybeText({"shop", "cart", "Shop"})),
      rc::gen::set(&ReportSpec::instance, MaybeText({"i-1", "i-2"})),
      rc::gen::set(&ReportSpec::endpoint, MaybeText({"/a", "/b"})),
      rc::gen::set(&ReportSpec::layer, MaybeText({"GENERAL", "k8s", "MESH"})),
      rc::gen::set(&ReportSpec::name, MaybeText({"Deploy", "Restart", "Scale"})),
      rc::gen::set(&ReportSpec::message, MaybeText({"m", "m {k}", "n", "é\n"})),
      rc::gen::set(&ReportSpec::parameters, Parameters(options.many_parameters)),
      rc::gen::set(&ReportSpec::type, rc::gen::element(EventType::kNormal, EventType::kError)),
      rc::gen::set(&ReportSpec::start, time),
      rc::gen::set(&ReportSpec::end, time),
      rc::gen::set(&ReportSpec::reported, time),
      rc::gen::set(&ReportSpec::count, AnyOf<int64_t>(0, 4)),
      rc::gen::set(
          &ReportSpec::generation, rc::gen::weightedElement<int32_t>({{8, 0}, {2, 1}, {1, 2}})
      ),
      rc::gen::set(&ReportSpec::derived, rc::gen::weightedElement<bool>({{4, false}, {1, true}})),
      rc::gen::set(&ReportSpec::withdrawn, rc::gen::weightedElement<bool>({{2, false}, {1, true}}))
  );
  return rc::gen::map(drawn, [first = options.first_time_ms](ReportSpec report) {
    return Repaired(std::move(report), first);
  });
}

}  // namespace tidings::testing
