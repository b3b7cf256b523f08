// Objects side by side that never move: for what can be neither copied nor moved, such as what
// holds atomics, and is many.
//
// One piece of memory, so that going from one to another needs no pointers, and ten thousand of
// them lie on as few pages as they can.
#pragma once
#include <cstddef>
#include <memory>
#include <utility>

#include "sched/core/assert.hpp"

namespace loopsteal {

/// Made one after the other, up to a number fixed at construction; destroyed together. Not
/// synchronised.
template <class T>
class FixedArray {
 public:
  /// Room for `capacity` of them; none is made yet.
  explicit FixedArray(std::size_t capacity)
      : capacity_(capacity), elements_(std::allocator<T>().allocate(capacity)) {}

  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;
  ~FixedArray() {
    std::destroy_n(elements_, size_);
    std::allocator<T>().deallocate(elements_, capacity_);
  }

  /// The next one; there must be room.
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    LOOPSTEAL_CHECK(size_ < capacity_, "a fixed array holds as many as it was made for");
    T* const made = std::construct_at(elements_ + size_, std::forward<Arguments>(arguments)...);
    ++size_;
    return *made;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // The elements are not part of the array's own state, as those behind a pointer.
  [[nodiscard]] T& operator[](std::size_t place) const noexcept { return elements_[place]; }

 private:
  const std::size_t capacity_;
  T* const elements_;
  std::size_t size_ = 0;
};

}  // namespace loopsteal
