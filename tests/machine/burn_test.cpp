// CPU work that takes a stated time: more of it takes more, and it is CPU time that it takes.
#include "sched/machine/threads/burn.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

/// Of this thread: what other processes do to the core hardly counts.
Duration cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return Duration(now.tv_sec * 1'000'000'000 + now.tv_nsec);
}

/// The least of a few trials.
Duration cpu_time_of(Work work) {
  Duration least = Duration::max();
  for (int i = 0; i < 7; ++i) {
    const Duration before = cpu_time();
    burn(work);
    least = std::min(least, cpu_time() - before);
  }
  return least;
}

TEST(Burn, TakesLongerInProportionToTheWork) {
  calibrate_burn();
  const auto short_work = static_cast<double>(cpu_time_of(Work::of(500us)).count());
  const auto long_work = static_cast<double>(cpu_time_of(Work::of(5ms)).count());
  EXPECT_GT(long_work / short_work, 5.0);
  EXPECT_LT(long_work / short_work, 20.0);
}

TEST(Burn, NothingToDoTakesNothing) {
  burn(Work{0});
  burn(Work{-5});
  EXPECT_LT(cpu_time_of(Work{0}), cpu_time_of(Work::of(1ms)));
}

TEST(Burn, IsCalibratedOnceForTheProcess) {
  const double rate = burn_iterations_per_ns();
  EXPECT_GT(rate, 0.0);
  EXPECT_EQ(rate, burn_iterations_per_ns());
}

}  // namespace
}  // namespace loopsteal
