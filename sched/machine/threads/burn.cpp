#include "sched/machine/threads/burn.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "sched/machine/threads/clock.hpp"

namespace loopsteal {
namespace {

/// A chain of dependent multiplications: its speed depends only on the core's clock rate.
void spin(std::int64_t iterations) noexcept {
  std::uint64_t x = 0x2545f4914f6cdd1d;
  for (; iterations > 0; --iterations) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    asm volatile("" : "+r"(x));  // Keeps the chain; costs nothing.
  }
}

/// The median of many short trials. It ignores trials that another process interrupted, and moments
/// in which the core was unusually fast.
double calibrate() noexcept {
  constexpr std::int64_t kIterations = 50'000;
  std::array<double, 61> rates{};
  for (double& rate : rates) {
    const TimePoint start = monotonic_now();
    spin(kIterations);
    const std::int64_t ns = std::max<std::int64_t>(1, (monotonic_now() - start).count());
    rate = static_cast<double>(kIterations) / static_cast<double>(ns);
  }
  const auto middle = rates.begin() + rates.size() / 2;
  std::ranges::nth_element(rates, middle);
  return *middle;
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
