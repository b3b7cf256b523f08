// The blocking pool: each call once, as many threads as are needed and no more.
#include "sched/machine/threads/blocking_pool.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

/// A call that does what it is told, and the job that is made ready after it.
struct Call : BlockingCall {
  explicit Call(std::function<void()> what) : action(std::move(what)) {
    job = &ready;
    invoke = [](BlockingCall& call) noexcept { static_cast<Call&>(call).action(); };
  }
  std::function<void()> action;
  Job ready;
};

TEST(BlockingPool, MakesEachCallOnceAndThenItsJobReady) {
  constexpr int kCalls = 500;
  std::latch finished(kCalls);
  std::atomic<int> calls = 0, out_of_order = 0;
  std::vector<std::unique_ptr<Call>> pending;
  {
    BlockingPool pool(4, [&](Job&) {
      if (calls == 0) ++out_of_order;
      finished.count_down();
    });
    for (int i = 0; i < kCalls; ++i) pending.push_back(std::make_unique<Call>([&] { ++calls; }));
    for (const auto& call : pending) pool.submit(*call);
    finished.wait();
  }
  EXPECT_EQ(calls, kCalls);
  EXPECT_EQ(out_of_order, 0);
}

TEST(BlockingPool, OneThreadMakesTheCallsInTheirOrder) {
  constexpr int kCalls = 100;
  std::latch finished(kCalls);
  std::vector<int> order;  // One thread: no race.
  std::vector<std::unique_ptr<Call>> pending;
  BlockingPool pool(1, [&](Job&) { finished.count_down(); });
  for (int i = 0; i < kCalls; ++i)
    pending.push_back(std::make_unique<Call>([&order, i] { order.push_back(i); }));
  for (const auto& call : pending) pool.submit(*call);
  finished.wait();
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kCalls));
  for (int i = 0; i < kCalls; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

// The calls wait for each other: with fewer threads they would never end.
TEST(BlockingPool, CallsThatBlockRunSideBySide) {
  constexpr int kThreads = 8;
  std::latch together(kThreads), finished(kThreads);
  std::vector<std::unique_ptr<Call>> pending;
  BlockingPool pool(kThreads, [&](Job&) { finished.count_down(); });
  for (int i = 0; i < kThreads; ++i)
    pending.push_back(std::make_unique<Call>([&] { together.arrive_and_wait(); }));
  for (const auto& call : pending) pool.submit(*call);
  finished.wait();
}

TEST(BlockingPool, HasNoMoreThreadsThanItMay) {
  constexpr int kCalls = 200, kThreads = 3;
  std::latch finished(kCalls);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::vector<std::unique_ptr<Call>> pending;
  BlockingPool pool(kThreads, [&](Job&) { finished.count_down(); });
  for (int i = 0; i < kCalls; ++i)
    pending.push_back(std::make_unique<Call>([&] {
      const std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
    }));
  for (const auto& call : pending) pool.submit(*call);
  finished.wait();
  const std::lock_guard lock(mutex);
  EXPECT_LE(threads.size(), static_cast<std::size_t>(kThreads));
  EXPECT_EQ(threads.count(std::this_thread::get_id()), 0u);
}

TEST(BlockingPool, ACallWithoutFunctionHoldsAThreadForItsDuration) {
  std::latch finished(1);
  Job ready;
  BlockingCall call;
  call.job = &ready;
  call.duration = 2ms;
  BlockingPool pool(1, [&](Job& job) {
    EXPECT_EQ(&job, &ready);
    finished.count_down();
  });
  const auto before = std::chrono::steady_clock::now();
  pool.submit(call);
  finished.wait();
  EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
}

TEST(BlockingPool, OneThatWasNeverUsedEnds) {
  const BlockingPool pool(512, [](Job&) {});
}

}  // namespace
}  // namespace loopsteal
