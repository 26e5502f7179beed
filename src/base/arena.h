#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tidings {

/// Bytes that live as long as the arena: what a batch needs beyond its read buffer (upper-cased
/// layers, unescaped JSON strings, joined parameter lists) without one allocation each.
///
/// Thread safety: externally synchronised. Moving an arena moves no byte: views stay valid.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() = default;

  /// `size` uninitialised bytes, aligned to 8.
  char* Allocate(size_t size);

  /// A copy of `text` that the arena owns.
  std::string_view Copy(std::string_view text);

  /// `count` default-constructed elements.
  template <typename T>
  std::span<T> AllocateArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    T* const first = reinterpret_cast<T*>(Allocate(count * sizeof(T)));
    for (size_t i = 0; i < count; ++i) {
      new (first + i) T();
    }
    return {first, count};
  }

  /// Bytes held, for budgets.
  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kAlignment = 8;
  static constexpr size_t kChunkBytes = 4096;

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

}  // namespace tidings
