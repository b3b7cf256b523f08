// The explorer itself: it finds what C++ allows, and nothing that C++ forbids. Each test is a
// litmus test of the literature, or an error of the kind that the queues could have.
#include "tests/model/explore.hpp"

#include <cstdlib>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr auto kAcqRel = std::memory_order_acq_rel;
constexpr auto kSeqCst = std::memory_order_seq_cst;

constexpr Limits kUnbounded{.preemptions_max = 1000, .stale_loads_max = 1000};

TEST(Explore, SeesEveryInterleavingOnce) {
  std::multiset<std::string> seen;
  const Outcome outcome = explore(kUnbounded, [&] {
    ModelAtomic<int> shared;
    std::string order;
    const auto twice = [&](char name) {
      for (int i = 0; i < 2; ++i) {
        shared.fetch_add(1, kRelaxed);
        order += name;
      }
    };
    Thread a([&] { twice('a'); });
    Thread b([&] { twice('b'); });
    a.join();
    b.join();
    seen.insert(order);
  });
  EXPECT_TRUE(outcome.passed() && outcome.complete) << outcome;
  const std::set<std::string> different(seen.begin(), seen.end());
  EXPECT_THAT(different, UnorderedElementsAre("aabb", "abab", "abba", "baab", "baba", "bbaa"));
}

TEST(Explore, CountsPreemptions) {
  const auto body = [](std::set<std::string>& seen) {
    ModelAtomic<int> shared;
    std::string order;
    const auto thrice = [&](char name) {
      for (int i = 0; i < 3; ++i) {
        shared.fetch_add(1, kRelaxed);
        order += name;
      }
    };
    Thread a([&] { thrice('a'); });
    Thread b([&] { thrice('b'); });
    a.join();
    b.join();
    seen.insert(order);
  };
  std::set<std::string> none;
  EXPECT_TRUE(explore({.preemptions_max = 0}, [&] { body(none); }).complete);
  EXPECT_THAT(none, UnorderedElementsAre("aaabbb", "bbbaaa"));
  std::set<std::string> one;
  EXPECT_TRUE(explore({.preemptions_max = 1}, [&] { body(one); }).complete);
  EXPECT_THAT(one,
              UnorderedElementsAre("aaabbb", "bbbaaa", "abbbaa", "aabbba", "baaabb", "bbaaab"));
}

TEST(Explore, StopsAtTheLimitOfExecutions) {
  const Outcome outcome = explore({.preemptions_max = 5, .executions_max = 7}, [] {
    ModelAtomic<int> shared;
    const auto increment = [&] {
      for (int i = 0; i < 5; ++i) shared.fetch_add(1, kRelaxed);
    };
    Thread a(increment);
    Thread b(increment);
  });
  EXPECT_EQ(outcome.executions, 7u);
  EXPECT_FALSE(outcome.complete);
}

// The values that two threads may end with.
using Pairs = std::set<std::pair<int, int>>;

/// Store buffering: each thread stores to one and loads the other.
Pairs store_buffering(std::memory_order store, std::memory_order load) {
  Pairs seen;
  const Outcome outcome = explore(kUnbounded, [&] {
    ModelAtomic<int> x;
    ModelAtomic<int> y;
    int from_x = -1;
    int from_y = -1;
    Thread a([&] {
      x.store(1, store);
      from_y = y.load(load);
    });
    Thread b([&] {
      y.store(1, store);
      from_x = x.load(load);
    });
    a.join();
    b.join();
    seen.emplace(from_x, from_y);
  });
  EXPECT_TRUE(outcome.passed() && outcome.complete) << outcome;
  return seen;
}

TEST(Explore, StoreBufferingNeedsSeqCst) {
  const std::pair<int, int> both_missed{0, 0};
  EXPECT_TRUE(store_buffering(kRelease, kAcquire).contains(both_missed));
  EXPECT_TRUE(store_buffering(kSeqCst, kAcquire).contains(both_missed));
  EXPECT_TRUE(store_buffering(kRelease, kSeqCst).contains(both_missed));
  EXPECT_THAT(store_buffering(kSeqCst, kSeqCst),
              UnorderedElementsAre(std::pair(0, 1), std::pair(1, 0), std::pair(1, 1)));
}

/// Message passing: a cell, then a flag.
Outcome message_passing(std::memory_order store, std::memory_order load) {
  return explore(kUnbounded, [=] {
    ModelCell<int> message;
    ModelAtomic<int> flag;
    Thread sender([&] {
      message.store(7);
      flag.store(1, store);
    });
    if (flag.load(load) == 1) check(message.load() == 7, "the message is not the one sent");
  });
}

TEST(Explore, MessagePassingNeedsReleaseAndAcquire) {
  EXPECT_TRUE(message_passing(kRelease, kAcquire).passed());
  EXPECT_TRUE(message_passing(kSeqCst, kSeqCst).passed());
  EXPECT_THAT(message_passing(kRelaxed, kAcquire).failure, HasSubstr("data race"));
  EXPECT_THAT(message_passing(kRelease, kRelaxed).failure, HasSubstr("data race"));
}

TEST(Explore, MessagesMayBeStaleWithoutOrder) {
  const auto body = [](std::memory_order store, std::memory_order load) {
    ModelAtomic<int> message;
    ModelAtomic<int> flag;
    Thread sender([&] {
      message.store(7, kRelaxed);
      flag.store(1, store);
    });
    if (flag.load(load) == 1) check(message.load(kRelaxed) == 7, "stale");
  };
  EXPECT_TRUE(explore(kUnbounded, [&] { body(kRelease, kAcquire); }).passed());
  EXPECT_EQ(explore(kUnbounded, [&] { body(kRelaxed, kAcquire); }).failure, "stale");
  EXPECT_EQ(explore(kUnbounded, [&] { body(kRelease, kRelaxed); }).failure, "stale");
}

TEST(Explore, ReadModifyWritesContinueAReleaseSequenceAndStoresDoNot) {
  const auto body = [](const std::function<void(ModelAtomic<int>&)>& change) {
    ModelCell<int> message;
    ModelAtomic<int> flag;
    Thread sender([&] {
      message.store(7);
      flag.store(1, kRelease);
    });
    Thread relay([&] { change(flag); });
    if (flag.load(kAcquire) == 3) check(message.load() == 7, "the message is not the one sent");
  };
  EXPECT_TRUE(
      explore(kUnbounded, [&] { body([](auto& flag) { flag.fetch_add(2, kRelaxed); }); }).passed());
  EXPECT_FALSE(explore(kUnbounded, [&] {
                 body([](auto& flag) {
                   if (flag.load(kRelaxed) == 1) flag.store(3, kRelaxed);
                 });
               }).passed());
}

TEST(Explore, LoadsOfOneObjectNeverGoBack) {
  const Outcome outcome = explore(kUnbounded, [] {
    ModelAtomic<int> x;
    ModelAtomic<int> flag;
    Thread writer([&] {
      x.store(1, kRelaxed);
      x.store(2, kRelaxed);
    });
    Thread reader([&] {
      const int first = x.load(kRelaxed);
      check(x.load(kRelaxed) >= first, "a thread's loads went back");
      flag.store(first, kRelease);
    });
    const int seen_by_reader = flag.load(kAcquire);
    check(x.load(kRelaxed) >= seen_by_reader, "loads went back across threads");
  });
  EXPECT_TRUE(outcome.passed() && outcome.complete) << outcome;
}

// Independent reads of independent writes: two readers may disagree on which came first.
TEST(Explore, ReadersAgreeOnAnOrderOnlyWithSeqCst) {
  const auto disagreement = [](std::memory_order store, std::memory_order load) {
    return explore({.preemptions_max = 3, .stale_loads_max = 2}, [=] {
      ModelAtomic<int> x;
      ModelAtomic<int> y;
      std::array<int, 4> seen{};
      Thread writer_x([&] { x.store(1, store); });
      Thread writer_y([&] { y.store(1, store); });
      Thread reader_xy([&] {
        seen[0] = x.load(load);
        seen[1] = y.load(load);
      });
      Thread reader_yx([&] {
        seen[2] = y.load(load);
        seen[3] = x.load(load);
      });
      for (Thread* thread : {&writer_x, &writer_y, &reader_xy, &reader_yx}) thread->join();
      check(seen != std::array{1, 0, 1, 0}, "the readers disagree");
    });
  };
  EXPECT_EQ(disagreement(kRelease, kAcquire).failure, "the readers disagree");
  const Outcome ordered = disagreement(kSeqCst, kSeqCst);
  EXPECT_TRUE(ordered.passed() && ordered.complete) << ordered;
}

TEST(Explore, FindsALostUpdate) {
  const auto body = [](const std::function<void(ModelAtomic<int>&)>& increment) {
    ModelAtomic<int> count;
    Thread a([&] { increment(count); });
    Thread b([&] { increment(count); });
    a.join();
    b.join();
    check(count.load(kRelaxed) == 2, "an update was lost");
  };
  EXPECT_FALSE(explore({}, [&] {
                 body([](auto& count) { count.store(count.load(kAcquire) + 1, kRelease); });
               }).passed());
  EXPECT_TRUE(
      explore({}, [&] { body([](auto& count) { count.fetch_add(1, kAcqRel); }); }).passed());
}

TEST(Explore, MutexesExcludeAndOrder) {
  const Outcome outcome = explore(kUnbounded, [] {
    Mutex mutex;
    ModelCell<int> count;
    const auto increment = [&] {
      const std::lock_guard lock(mutex);
      count.store(count.load() + 1);
    };
    Thread a(increment);
    Thread b(increment);
    increment();
    a.join();
    b.join();
    check(count.load() == 3, "an update was lost");
  });
  EXPECT_TRUE(outcome.passed() && outcome.complete) << outcome;
}

TEST(Explore, FindsADeadlock) {
  const Outcome outcome = explore({}, [] {
    Mutex first;
    Mutex second;
    Thread thread([&] {
      const std::lock_guard outer(first);
      const std::lock_guard inner(second);
    });
    const std::lock_guard outer(second);
    const std::lock_guard inner(first);
  });
  EXPECT_THAT(outcome.failure, HasSubstr("deadlock"));
}

TEST(Explore, FindsALivelock) {
  const Outcome outcome = explore({}, [] {
    ModelAtomic<int> never;
    while (never.load(kRelaxed) == 0) {
    }
  });
  EXPECT_THAT(outcome.failure, HasSubstr("livelock"));
}

/// A sleeper that looks at a flag, then parks; `look_again` decides who wins the race.
Outcome sleeper(bool wakes_always) {
  return explore({}, [=] {
    ModelAtomic<int> ready;
    ModelAtomic<int> asleep;
    Parker parker;
    Thread thread([&] {
      if (ready.load(kSeqCst) == 0) {
        asleep.store(1, kSeqCst);
        parker.park();
      }
    });
    ready.store(1, kSeqCst);
    if (wakes_always || asleep.load(kSeqCst) == 1) parker.unpark();
  });
}

TEST(Explore, FindsALostWakeUp) {
  EXPECT_THAT(sleeper(false).failure, HasSubstr("deadlock"));
  EXPECT_TRUE(sleeper(true).passed());
}

TEST(Explore, TellsOfExceptions) {
  const Outcome outcome = explore({}, [] { throw std::runtime_error("broken"); });
  EXPECT_EQ(outcome.failure, "exception: broken");
}

void racy_counter() {
  ModelAtomic<int> count;
  const auto increment = [&] { count.store(count.load(kAcquire) + 1, kRelease); };
  Thread a(increment);
  Thread b(increment);
  a.join();
  b.join();
  check(count.load(kRelaxed) == 2, "an update was lost");
}

TEST(Explore, AFailureIsReplayed) {
  const Outcome found = explore({}, racy_counter);
  ASSERT_EQ(found.failure, "an update was lost");
  EXPECT_GT(found.executions, 1u);
  const Outcome again = replay({}, found.schedule, racy_counter);
  EXPECT_EQ(again.failure, found.failure);
  EXPECT_EQ(again.schedule, found.schedule);
  EXPECT_EQ(again.trace, found.trace);
  EXPECT_THAT(again.trace, HasSubstr("thread 1: load atomic 0: 0\n"));
  EXPECT_TRUE(replay({}, "", racy_counter).passed());  // All defaults.
}

TEST(Explore, AFailureIsReplayedThroughTheEnvironment) {
  const Outcome found = explore({}, racy_counter);
  ASSERT_FALSE(found.passed());
  ASSERT_EQ(setenv("LOOPSTEAL_REPLAY", found.schedule.c_str(), 1), 0);
  const Outcome again = explore({}, racy_counter);
  ASSERT_EQ(unsetenv("LOOPSTEAL_REPLAY"), 0);
  EXPECT_EQ(again.executions, 1u);
  EXPECT_EQ(again.failure, found.failure);
  EXPECT_EQ(again.trace, found.trace);
}

TEST(Explore, AScheduleOfAnotherTestIsRefused) {
  EXPECT_THAT(replay({}, "0=200", racy_counter).failure, HasSubstr("not one of this test"));
  EXPECT_THROW(replay({}, "nonsense", racy_counter), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::model
