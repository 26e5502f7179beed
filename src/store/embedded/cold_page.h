#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/arena.h"
#include "event/event.h"
#include "store/embedded/uuid.h"

/// A page of cold columns: what only the events of an answer need.
/// docs/formats/embedded-store-v3.md
namespace tidings::embedded {

/// A page ends after as many rows, or when its rows have grown to as many bytes.
inline constexpr size_t kPageRows = 250;
inline constexpr size_t kPageBytes = size_t{256} << 10;

/// Gathers rows for one page.
///
/// Lifetime: keeps views of the rows' texts until Finish.
class ColdPageBuilder {
 public:
  void Add(const EventView& event);

  size_t rows() const { return ids_.size(); }
  bool IsFull() const { return ids_.size() >= kPageRows || rows_.size() >= kPageBytes; }

  /// The sealed value. The builder is empty then.
  std::string Finish(uint64_t place);

 private:
  void AddParameters(const EventView& event, bool with_clocks);
  uint64_t KeyCode(std::string_view key);

  std::vector<std::string_view> ids_;
  /// In order of first use; few, and mostly used in the same order.
  std::vector<std::string_view> keys_;
  size_t next_key_ = 0;
  std::string rows_;
};

/// A page in memory.
///
/// Thread safety: immutable, safe.
class ColdPage {
 public:
  /// kDataLoss when the value is not what ColdPageBuilder wrote for `place`.
  static absl::StatusOr<std::shared_ptr<const ColdPage>> Read(
      std::string_view value, uint64_t place
  );

  size_t rows() const { return ids_.size(); }
  std::string_view Id(size_t row) const { return ids_[row]; }

  /// Sets id, message, parameters and the clock of every register. The other texts, start and end
  /// of `event` must be set before. Views into the page and `arena`.
  void Fill(size_t row, EventView& event, Arena& arena) const;

  /// Bytes held, for budgets.
  size_t bytes() const;

 private:
  absl::Status ReadIds(std::string_view& payload);
  bool ReadRows();

  std::string id_text_;
  std::vector<std::string_view> ids_;
  std::string rest_;
  std::vector<std::string_view> keys_;
  /// Where each row begins in rest_.
  std::vector<uint32_t> offsets_;
};

/// The ids of a page alone, still packed.
///
/// Thread safety: immutable, safe.
class PageIds {
 public:
  /// kDataLoss when the front of the value is not what ColdPageBuilder wrote for `place`.
  static absl::StatusOr<std::shared_ptr<const PageIds>> Read(
      std::string_view value, uint64_t place
  );

  size_t rows() const { return rows_; }
  /// A view into this or into `room`.
  using Room = std::array<char, kUuidTextBytes>;
  std::string_view Id(size_t row, Room& room) const;

  /// Bytes held, for budgets.
  size_t bytes() const;

 private:
  size_t rows_ = 0;
  /// UUIDs of kUuidBytes each, or what texts_ are views of.
  std::string packed_;
  std::vector<std::string_view> texts_;
};

}  // namespace tidings::embedded
