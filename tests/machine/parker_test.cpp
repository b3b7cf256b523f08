// A worker's sleep: a token that is left is found, and none is found twice.
#include "sched/machine/threads/parker.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sched/machine/threads/clock.hpp"
#include "sched/machine/threads/reactor.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TEST(Parker, ATokenLeftBeforeTheParkIsNotLost) {
  Parker parker;
  parker.unpark();
  parker.park(kForever);  // Returns.
}

TEST(Parker, SeveralTokensCountAsOne) {
  Parker parker;
  for (int i = 0; i < 3; ++i) parker.unpark();
  parker.park(kForever);
  const TimePoint deadline = monotonic_now() + 2ms;
  parker.park(deadline);  // No token is left: it sleeps until the deadline.
  EXPECT_GE(monotonic_now(), deadline);
}

TEST(Parker, ResetTakesATokenBack) {
  Parker parker;
  parker.unpark();
  parker.reset();
  const TimePoint deadline = monotonic_now() + 2ms;
  parker.park(deadline);
  EXPECT_GE(monotonic_now(), deadline);
}

TEST(Parker, ADeadlineInThePastReturnsAtOnce) {
  Parker parker;
  parker.park(monotonic_now() - 1s);
  Reactor reactor;
  parker.park_in(reactor, monotonic_now() - 1s);
}

TEST(Parker, InTheReactorATokenIsFoundToo) {
  Parker parker;
  Reactor reactor;
  parker.unpark();
  parker.park_in(reactor, kForever);
  const TimePoint deadline = monotonic_now() + 2ms;
  parker.park_in(reactor, deadline);
  EXPECT_GE(monotonic_now(), deadline);
}

TEST(Parker, WatchingTakesATokenOrTheDeadline) {
  Parker parker;
  Reactor reactor;
  parker.unpark();
  EXPECT_TRUE(parker.watch(kForever, nullptr));
  const TimePoint deadline = monotonic_now() + 2ms;
  EXPECT_FALSE(parker.watch(deadline, &reactor));  // It was one token.
  EXPECT_GE(monotonic_now(), deadline);
}

TEST(Parker, ATokenThatComesWhileItWatchesEndsThat) {
  Parker parker;
  std::jthread other([&parker] {
    std::this_thread::sleep_for(1ms);
    parker.unpark();
  });
  EXPECT_TRUE(parker.watch(kForever, nullptr));
}

TEST(Parker, FinishedIoEndsTheWatchOfWhoeverHasTheReactor) {
  Parker parker;
  Reactor reactor;
  Job job;
  Timer request;
  request.job = &job;
  request.deadline = monotonic_now() + 1ms;
  ASSERT_TRUE(reactor.start_io(request));
  EXPECT_TRUE(parker.watch(kForever, &reactor));
  JobQueue finished;
  reactor.take(finished);
  EXPECT_EQ(finished.pop_front(), &job);
}

constexpr int kRounds = 3'000;

// Each side waits for the other's token: a lost one would hang the test, and one too many would
// make the plain data that is handed over a race.
TEST(Parker, TwoThreadsHandDataOverByTokensAlone) {
  Parker there, here;
  int ball = 0;
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      there.park(kForever);
      ++ball;
      here.unpark();
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    ++ball;
    there.unpark();
    here.park(kForever);
  }
  other.join();
  EXPECT_EQ(ball, 2 * kRounds);
}

// A sleep in the reactor may end early, so each looks whether it is its turn.
TEST(Parker, TwoThreadsWakeEachOtherThroughReactorsWithoutLoss) {
  Parker there, here;
  Reactor reactor_there, reactor_here;
  std::atomic<int> turn = 0;
  const auto await_turn = [&turn](int mine, Parker& parker, Reactor& reactor) {
    while (turn.load(std::memory_order_relaxed) != mine) {
      parker.park_in(reactor, kForever);
      JobQueue nothing;
      reactor.take(nothing);
    }
  };
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      await_turn(2 * i + 1, there, reactor_there);
      turn.store(2 * i + 2, std::memory_order_relaxed);
      here.unpark();
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    turn.store(2 * i + 1, std::memory_order_relaxed);
    there.unpark();
    await_turn(2 * i + 2, here, reactor_here);
  }
  other.join();
  EXPECT_EQ(turn, 2 * kRounds);
}

TEST(Parker, ManyWakersAndOneSleeper) {
  Parker parker;
  Reactor reactor;
  std::atomic<int> made = 0;
  constexpr int kThreads = 3, kEach = 3'000;
  std::vector<std::thread> wakers;
  for (int t = 0; t < kThreads; ++t)
    wakers.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        made.fetch_add(1, std::memory_order_relaxed);
        parker.unpark();
      }
    });
  for (int i = 0; made.load(std::memory_order_relaxed) != kThreads * kEach; ++i) {
    if (i % 2 == 0) {
      parker.park(kForever);
    } else {
      parker.park_in(reactor, kForever);
      JobQueue nothing;
      reactor.take(nothing);
    }
  }
  for (std::thread& waker : wakers) waker.join();
}

}  // namespace
}  // namespace loopsteal
