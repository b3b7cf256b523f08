// Plain memory instead of atomics, if one thread runs all workers.
#pragma once
#include <atomic>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "sched/atomics.hpp"

namespace loopsteal {

/// Same interface as StdAtomics (sched/atomics.hpp). No other worker interrupts a worker's step, so
/// every operation is atomic, and no order is weaker than the program's.
struct PlainAtomics {
  /// Ten thousand workers fit into a cache only if they are packed closely.
  static constexpr std::size_t kApartBytes = alignof(void*);

  static constexpr bool kOneThread = true;

  template <class T>
  class Atomic {
   public:
    Atomic() = default;
    constexpr Atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic.
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[nodiscard]] T load(std::memory_order = std::memory_order_seq_cst) const noexcept {
      return value_;
    }
    void store(T value, std::memory_order = std::memory_order_seq_cst) noexcept { value_ = value; }
    T exchange(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
      return std::exchange(value_, value);
    }
    T fetch_add(T n, std::memory_order = std::memory_order_seq_cst) noexcept {
      return std::exchange(value_, static_cast<T>(value_ + n));
    }
    T fetch_sub(T n, std::memory_order = std::memory_order_seq_cst) noexcept {
      return std::exchange(value_, static_cast<T>(value_ - n));
    }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order,
                                 std::memory_order = std::memory_order_seq_cst) noexcept {
      if (value_ != expected) {
        expected = value_;
        return false;
      }
      value_ = desired;
      return true;
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                               std::memory_order failure = std::memory_order_seq_cst) noexcept {
      return compare_exchange_strong(expected, desired, success, failure);
    }

   private:
    T value_{};
  };

  template <class T>
  using Cell = StdAtomics::Cell<T>;

  template <class Site>
  static consteval std::memory_order order(Site, std::memory_order intended) {
    return intended;
  }
};

}  // namespace loopsteal
