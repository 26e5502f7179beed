#include "query/changes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/words.h"
#include "event/interval.h"
#include "event/value.h"

namespace tidings::query {
namespace {

/// By time, of equal times by id.
bool IsNewer(const EventView& a, const EventView& b) {
  return std::pair(OrderTime(a), a.id) > std::pair(OrderTime(b), b.id);
}

void KeepNewer(std::optional<Event>& kept, const EventView& event) {
  if (!kept || IsNewer(event, kept->view())) {
    kept.emplace(event);
  }
}

}  // namespace

NameSet::NameSet(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    folded_.insert(FoldCase(name));
  }
}

bool NameSet::Contains(std::string_view name) const {
  return folded_.contains(FoldCase(name));
}

std::optional<std::string> VersionOf(const EventView& event) {
  constexpr std::array<std::string_view, 6> kKeys = {
      "version", "to", "to_version", "toVersion", "image", "service.version"};
  for (const std::string_view key : kKeys) {
    if (const Parameter* const parameter = FindParameter(event, key)) {
      return ValueText(parameter->value);
    }
  }
  return std::nullopt;
}

void LastChanges::Add(const EventView& event) {
  const std::string_view service = event.text[TextField::kService];
  const std::string_view name = event.text[TextField::kName];
  if (service.empty() || !Wants(name)) {
    return;
  }
  auto found = services_.find(service);
  if (found == services_.end()) {
    if (services_.size() == kMaxServices) {
      is_cut_ = true;
      return;
    }
    found = services_.try_emplace(std::string(service)).first;
  }
  const bool is_change = level_ == ChangeLevel::kAll || changes_.Contains(name);
  KeepNewer(is_change ? found->second.change : found->second.lifecycle, event);
}

std::vector<Event> LastChanges::Finish() {
  std::vector<Event> events;
  events.reserve(services_.size());
  for (auto& [service, last] : services_) {
    events.push_back(*std::move(last.change ? last.change : last.lifecycle));
  }
  services_.clear();
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    const int64_t time_a = OrderTime(a.view());
    const int64_t time_b = OrderTime(b.view());
    return time_a != time_b ? time_a > time_b
                            : a->text[TextField::kService] < b->text[TextField::kService];
  });
  return events;
}

void ErrorsSince::Watch(std::string_view service, int64_t since_ms) {
  services_[std::string(service)] = {.since_ms = since_ms};
  earliest_ms_ = std::min(earliest_ms_.value_or(since_ms), since_ms);
}

void ErrorsSince::Add(const EventView& event) {
  const auto found = services_.find(event.text[TextField::kService]);
  const std::optional<int64_t> start = ShownTimesOf(event).start;
  if (found != services_.end() && event.type == EventType::kError && start &&
      *start > found->second.since_ms) {
    ++found->second.errors;
  }
}

uint64_t ErrorsSince::CountOf(std::string_view service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? 0 : found->second.errors;
}

}  // namespace tidings::query
