#include "sched/machine/threads/burn.hpp"

#include <algorithm>
#include <cstdint>

#include "sched/machine/threads/clock.hpp"

namespace loopsteal {
namespace {

/// A chain of dependent multiplications: its speed depends on the core's clock and on nothing else.
void spin(std::int64_t iterations) noexcept {
  std::uint64_t x = 0x2545f4914f6cdd1d;
  for (; iterations > 0; --iterations) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    asm volatile("" : "+r"(x));  // Keeps the chain; costs nothing.
  }
}

/// The fastest of many short trials: a trial that another process interrupted does not count.
double calibrate() noexcept {
  constexpr std::int64_t kIterations = 50'000;
  constexpr int kTrials = 60;
  double best = 0;
  for (int i = 0; i < kTrials; ++i) {
    const TimePoint start = monotonic_now();
    spin(kIterations);
    const std::int64_t ns = std::max<std::int64_t>(1, (monotonic_now() - start).count());
    best = std::max(best, static_cast<double>(kIterations) / static_cast<double>(ns));
  }
  return best;
}

}  // namespace

double burn_iterations_per_ns() noexcept {
  static const double rate = calibrate();
  return rate;
}

void calibrate_burn() noexcept { static_cast<void>(burn_iterations_per_ns()); }

void burn(Work work) noexcept {
  spin(static_cast<std::int64_t>(static_cast<double>(work.ns) * burn_iterations_per_ns()));
}

}  // namespace loopsteal
