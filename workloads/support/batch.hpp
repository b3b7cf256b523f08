// Random numbers of consecutive jobs, made several at a time.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace loopsteal {

/// The elements of a sequence one after the other, made 64 at a time: what makes them is fastest
/// when it makes several.
template <class T>
class Batch {
 public:
  /// Element k is made by the call of `make(first, into)` that covers it: elements `first`, `first`
  /// + 1, ... into `into`. It must give the same ones whatever the batches are.
  template <class Make>
  [[nodiscard]] T next(const Make& make) noexcept {
    const std::size_t place = index_ % kSize;
    if (place == 0) make(index_, std::span<T>(elements_));
    ++index_;
    return elements_[place];
  }

 private:
  static constexpr std::size_t kSize = 64;
  std::uint64_t index_ = 0;
  std::array<T, kSize> elements_{};
};

}  // namespace loopsteal
