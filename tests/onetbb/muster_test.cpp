#include "sched/onetbb/muster.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(Muster, HoldsAllUntilItIsDismissed) {
  Muster* const muster = Muster::call(3);
  std::atomic<int> gone{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      muster->attend();
      ++gone;
    });
  EXPECT_EQ(muster->await_all(std::chrono::hours(1)), 0u);
  EXPECT_EQ(gone.load(), 0);
  muster->dismiss();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(gone.load(), 3);
}

TEST(Muster, FindsOutWhoIsMissingAndLetsLatecomersGo) {
  Muster* const muster = Muster::call(1);
  EXPECT_EQ(muster->await_all(std::chrono::milliseconds(1)), 1u);
  muster->dismiss();
  std::thread late([&] { muster->attend(); });  // The last: takes it down.
  late.join();
}

}  // namespace
}  // namespace loopsteal
