#include "sched/onetbb/start_barrier.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(StartBarrier, HoldsAllUntilItIsDismissed) {
  StartBarrier* const barrier = StartBarrier::call(3);
  std::atomic<int> gone{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      barrier->attend();
      ++gone;
    });
  EXPECT_EQ(barrier->await_all(std::chrono::hours(1)), 0u);
  EXPECT_EQ(gone.load(), 0);
  barrier->dismiss();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(gone.load(), 3);
}

TEST(StartBarrier, FindsOutWhoIsMissingAndLetsLatecomersGo) {
  StartBarrier* const barrier = StartBarrier::call(1);
  EXPECT_EQ(barrier->await_all(std::chrono::milliseconds(1)), 1u);
  barrier->dismiss();
  std::thread late([&] { barrier->attend(); });  // The last: takes it down.
  late.join();
}

}  // namespace
}  // namespace loopsteal
