#include "api/graphql/event_condition.h"

#include <string>
#include <string_view>

#include "api/graphql/duration.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

void AddCondition(Filter& filter, FilterField field, std::string_view value) {
  if (!value.empty()) {
    filter.where.Require(OneOf(field, {std::string(value)}));
  }
}

Filter FilterOf(const Json& condition) {
  Filter filter;
  AddCondition(filter, FilterField::kId, condition.Text("uuid"));
  AddCondition(filter, FilterField::kName, condition.Text("name"));
  AddCondition(filter, FilterField::kType, condition.Text("type"));
  AddCondition(filter, FilterField::kLayer, ToUpperAscii(condition.Text("layer")));
  if (const Json* const source = condition.Find("source")) {
    AddCondition(filter, FilterField::kService, source->Text("service"));
    AddCondition(filter, FilterField::kInstance, source->Text("serviceInstance"));
    AddCondition(filter, FilterField::kEndpoint, source->Text("endpoint"));
  }
  return filter;
}

absl::Status SetPage(const Json& paging, EventQuery& query) {
  const int64_t number = paging.Int("pageNum", 1);
  const int64_t size = paging.Int("pageSize", 0);
  if (size < 1 || size > kMaxPageSize) {
    return InvalidArgument("paging.pageSize: {}, expected 1 to {}", size, kMaxPageSize);
  }
  if (number < 1) {
    return InvalidArgument("paging.pageNum: {}, pages count from 1", number);
  }
  const int64_t skipped = (number - 1) * size;
  if (skipped > kMaxSkippedEvents) {
    return InvalidArgument(
        "paging.pageNum: {}, but pages of {} reach no further than the first {} events: narrow the "
        "condition",
        number,
        size,
        kMaxSkippedEvents
    );
  }
  query.limit = static_cast<size_t>(size);
  query.offset = static_cast<size_t>(skipped);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EventQuery> EventQueryOf(const Json* condition) {
  const Json* const time = condition == nullptr ? nullptr : condition->Find("time");
  if (condition == nullptr || (time == nullptr && condition->Text("uuid").empty())) {
    return InvalidArgument("time field is required when uuid is absent.");
  }
  EventQuery query;
  query.filter = FilterOf(*condition);
  // Pages are found by their number: no chain of cursors is kept alive for them.
  query.wants_cursor = false;
  if (condition->Text("order") == "ASC") {
    query.order = Order::kOldestFirst;
  }
  if (time != nullptr) {
    const absl::StatusOr<TimeWindow> window = WindowOf(*time);
    if (!window.ok()) {
      return window.status();
    }
    query.filter.window = *window;
  }
  if (const Json* const paging = condition->Find("paging")) {
    absl::Status status = SetPage(*paging, query);
    if (!status.ok()) {
      return status;
    }
  }
  return query;
}

}  // namespace tidings::graphql
