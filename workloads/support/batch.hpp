// Random numbers of consecutive jobs, computed several at a time.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace loopsteal {

/// Elements of a sequence, one after the other, computed 64 at a time: batches are fastest to
/// compute.
template <class T>
class Batch {
 public:
  /// `make(first, into)` computes elements `first`, `first` + 1, ... into `into`. The elements must
  /// not depend on the batches.
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
