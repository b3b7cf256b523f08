// The gate at which the threads of a run wait for each other.
#include "sched/machine/threads/start_gate.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

int pass_through(bool opened) {
  constexpr int kThreads = 4;
  StartGate gate(kThreads);
  std::atomic<int> passed = 0, sent_home = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&] { ++(gate.wait() ? passed : sent_home); });
  gate.await_all();
  EXPECT_EQ(passed + sent_home, 0);  // All are here, and none goes before it is told to.
  if (opened) {
    gate.open();
  } else {
    gate.call_off();
  }
  threads.clear();
  EXPECT_EQ(passed + sent_home, kThreads);
  return passed;
}

TEST(StartGate, LetsAllThroughTogether) { EXPECT_EQ(pass_through(true), 4); }
TEST(StartGate, SendsAllHome) { EXPECT_EQ(pass_through(false), 0); }

TEST(StartGate, CanBeCalledOffBeforeAllAreHere) {
  StartGate gate(2);
  std::jthread one([&gate] { EXPECT_FALSE(gate.wait()); });
  gate.call_off();
}

}  // namespace
}  // namespace loopsteal
