// Counts what this program asks the C library for: memory, locks and the time. The functions are
// defined here, in the program, and so come before the library's in every caller.
#pragma once
#include <cstdint>

namespace loopsteal::performance {

struct Counts {
  std::uint64_t allocations = 0;  ///< malloc and its relatives, operator new among them.
  std::uint64_t locks = 0;        ///< pthread_mutex_lock, which std::mutex is.
  std::uint64_t clock_reads = 0;  ///< clock_gettime, which the clocks of std::chrono are.
};

/// What all threads have asked for so far.
[[nodiscard]] Counts counts_so_far() noexcept;

[[nodiscard]] inline Counts operator-(const Counts& later, const Counts& earlier) noexcept {
  return {later.allocations - earlier.allocations, later.locks - earlier.locks,
          later.clock_reads - earlier.clock_reads};
}

}  // namespace loopsteal::performance
