#include "demo/shop_day.h"

#include <algorithm>

#include "demo/background.h"
#include "demo/day.h"
#include "demo/flink_job.h"
#include "demo/story.h"

namespace tidings::demo {

std::vector<Report> ShopDay(const DayOptions& options) {
  Day day(options);
  TellStory(day);
  AddFlinkJob(day);
  AddBackground(day, std::max(options.events, kLeastEvents));
  std::vector<Report> reports = day.TakeReports();
  std::stable_sort(reports.begin() + 1, reports.end(), [](const Report& a, const Report& b) {
    return MadeAtMs(a) < MadeAtMs(b);
  });
  return reports;
}

}  // namespace tidings::demo
