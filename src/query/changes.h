#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_map.h"
#include "event/event.h"

/// What changed last, service by service.
namespace tidings::query {

/// Names, whatever their case.
///
/// Thread safety: immutable, safe.
class NameSet {
 public:
  explicit NameSet(const std::vector<std::string>& names);

  bool Contains(std::string_view name) const;

 private:
  TextSet folded_;
};

/// The version that an event brings: the first of the parameters `version`, `to`, `to_version`,
/// `toVersion`, `image` and `service.version` that it has.
std::optional<std::string> VersionOf(const EventView& event);

enum class ChangeLevel : uint8_t {
  kChanges,  ///< events of the lifecycle only for services without a change
  kAll
};

/// Finds the last change of each service among events with one of the names. Events without a
/// service are of none.
///
/// Thread safety: externally synchronised.
/// Lifetime:      borrows the names.
class LastChanges {
 public:
  /// Services that are kept; more are left out.
  static constexpr size_t kMaxServices = 100'000;

  LastChanges(const NameSet& changes, const NameSet& lifecycle, ChangeLevel level)
      : changes_(changes), lifecycle_(lifecycle), level_(level) {}

  /// Whether an event of that name can be among them.
  bool Wants(std::string_view name) const {
    return changes_.Contains(name) || lifecycle_.Contains(name);
  }
  void Add(const EventView& event);

  bool IsCut() const { return is_cut_; }
  /// Newest first, then by service. The builder is empty then.
  std::vector<Event> Finish();

 private:
  struct Last {
    std::optional<Event> change;
    std::optional<Event> lifecycle;
  };

  const NameSet& changes_;
  const NameSet& lifecycle_;
  const ChangeLevel level_;
  TextMap<Last> services_;
  bool is_cut_ = false;
};

/// Counts the errors of services that started after an instant of each.
///
/// Thread safety: externally synchronised.
class ErrorsSince {
 public:
  void Watch(std::string_view service, int64_t since_ms);
  void Add(const EventView& event);

  uint64_t CountOf(std::string_view service) const;
  /// The earliest instant that was given; nothing without one.
  std::optional<int64_t> earliest_ms() const { return earliest_ms_; }

 private:
  struct Watched {
    int64_t since_ms = 0;
    uint64_t errors = 0;
  };
  TextMap<Watched> services_;
  std::optional<int64_t> earliest_ms_;
};

}  // namespace tidings::query
