// Contiguous objects that never move: for many objects that can be neither copied nor moved, such
// as those with atomics.
//
// One block of memory, so that going from one object to another needs no pointers, and ten thousand
// objects use as few pages as possible.
#pragma once
#include <cstddef>
#include <memory>
#include <utility>

#include "sched/core/assert.hpp"

namespace loopsteal {

/// Objects are made one after the other, up to a number fixed at construction, and destroyed
/// together. Not synchronised.
template <class T>
class FixedArray {
 public:
  /// Room for `capacity` objects; none is made yet.
  explicit FixedArray(std::size_t capacity)
      : capacity_(capacity), elements_(std::allocator<T>().allocate(capacity)) {}

  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;
  ~FixedArray() {
    std::destroy_n(elements_, size_);
    std::allocator<T>().deallocate(elements_, capacity_);
  }

  /// Makes the next object; there must be room.
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    LOOPSTEAL_CHECK(size_ < capacity_, "a fixed array holds as many as it was made for");
    T* const made = std::construct_at(elements_ + size_, std::forward<Arguments>(arguments)...);
    ++size_;
    return *made;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // The elements are not part of the array's own state, like objects behind a pointer.
  [[nodiscard]] T& operator[](std::size_t place) const noexcept { return elements_[place]; }

 private:
  const std::size_t capacity_;
  T* const elements_;
  std::size_t size_ = 0;
};

}  // namespace loopsteal
