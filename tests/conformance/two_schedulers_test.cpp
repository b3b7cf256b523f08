// Laws about several schedulers and threads in one process: each job runs where it belongs.
#include <latch>
#include <thread>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Neighbours : public Laws {};
LOOPSTEAL_LAWS(Neighbours, default_specs);

// ---- post() from other threads ------------------------------------------------------------------

Task<void> wait_for(Event& event) { co_await event.wait(); }

TEST_P(Neighbours, CallbacksPostedByOtherThreadsRunOnceEach) {
  with_each_worker_count([](Scheduler& scheduler) {
    constexpr int kThreads = 3;
    const int each = 5'000 / kShorter;
    std::atomic<int> calls = 0;
    Event all_called;
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < each; ++i)
          post(scheduler, [&] {
            if (++calls == kThreads * each) all_called.set();
          });
      });
    run(scheduler, wait_for(all_called));
    EXPECT_EQ(calls, kThreads * each);
  });
}

Task<void> post_from_inside(Scheduler& scheduler, std::vector<int>& order, Event& end) {
  for (int i = 0; i < 5; ++i) post(scheduler, [&order, i] { order.push_back(i); });
  post(scheduler, [&end] { end.set(); });
  co_await end.wait();
}

TEST_P(Neighbours, CallbacksPostedBeforeTheRunAreRunByIt) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> calls = 0;
    Event both;
    for (int i = 0; i < 2; ++i)
      post(scheduler, [&] {
        if (++calls == 2) both.set();
      });
    run(scheduler, wait_for(both));
    EXPECT_EQ(calls, 2);
  });
}

// ---- Two schedulers at once ---------------------------------------------------------------------

Task<void> here_and_there(Scheduler& here, Scheduler& there, int rounds, int& errors) {
  for (int i = 0; i < rounds; ++i) {
    Scheduler& mine = co_await this_scheduler();
    if (&mine != &here) ++errors;
    auto away = spawn(there, [](Scheduler& expected) -> Task<bool> {
      co_await yield();
      Scheduler& actual = co_await this_scheduler();
      co_return &actual == &expected;
    }(there));
    const bool ran_there = co_await away.join();
    if (!ran_there) ++errors;
    // The joiner runs on at home: a thread of the other scheduler would make its yields race.
    co_await yield();
  }
}

Task<void> group_there(Scheduler& there, std::atomic<int>& calls) {
  TaskGroup group(there);
  for (int i = 0; i < 100; ++i)
    group.spawn([](std::atomic<int>& count) -> Task<void> {
      ++count;
      co_return;
    }(calls));
  co_await group.join();
  Fork<int> fork(there,
                 [](std::atomic<int>& count) -> Task<int> { co_return count.load(); }(calls));
  const int seen = co_await fork.join();
  if (seen != 100) calls = -1;
}

TEST_P(Neighbours, TasksOfOneSchedulerSpawnAndJoinTasksOfAnother) {
  with_each_worker_count([](Scheduler& here) {
    const auto there = make("event_loop", 1);
    Event over;
    std::jthread neighbour([&] { run(*there, wait_for(over)); });
    int errors = 0;
    run(here, here_and_there(here, *there, 500 / kShorter, errors));
    std::atomic<int> calls = 0;
    run(here, group_there(*there, calls));
    over.set();
    EXPECT_EQ(errors, 0);
    EXPECT_EQ(calls, 100);
  });
}

/// The thread that runs the task now, before and after a join across schedulers.
Task<void> stay_at_home(Scheduler& there, std::thread::id& before, std::thread::id& after) {
  before = std::this_thread::get_id();
  Event go;
  auto away = spawn(there, wait_for(go));
  co_await yield();
  go.set();
  co_await away.join();
  after = std::this_thread::get_id();
}

TEST_P(Neighbours, AJoinAcrossSchedulersComesBackToTheJoinersThread) {
  with_one_worker([](Scheduler& here) {
    const auto there = make("event_loop", 1);
    Event over;
    std::jthread neighbour([&] { run(*there, wait_for(over)); });
    for (int i = 0; i < 20; ++i) {
      std::thread::id before, after;
      run(here, stay_at_home(*there, before, after));
      ASSERT_EQ(before, after);
    }
    over.set();
  });
}

TEST_P(Neighbours, TwoSchedulersWorkSideBySide) {
  const auto first = make(GetParam(), 2);
  // oneTBB limits its threads for the whole process, so there it is one of each.
  const auto second = is_foreign() ? make("event_loop", 1) : make(GetParam(), 2);
  std::atomic<int> calls[2] = {0, 0};
  const auto work = [](Scheduler& scheduler, std::atomic<int>& count) -> Task<void> {
    TaskGroup group(scheduler);
    for (int i = 0; i < 2'000 / kShorter; ++i)
      group.spawn([](std::atomic<int>& c) -> Task<void> {
        co_await yield();
        ++c;
      }(count));
    co_await group.join();
  };
  {
    std::jthread other([&] { run(*second, work(*second, calls[1])); });
    run(*first, work(*first, calls[0]));
  }
  EXPECT_EQ(calls[0], 2'000 / kShorter);
  EXPECT_EQ(calls[1], 2'000 / kShorter);
}

TEST_P(Neighbours, CallbacksOfOneThreadRunInTheirOrderOnOneWorker) {
  if (!is_event_loops() && !is("shared_queue")) return;  // Pools with a LIFO end promise no order.
  with_one_worker([](Scheduler& scheduler) {
    std::vector<int> order;
    Event end;
    run(scheduler, post_from_inside(scheduler, order, end));
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  });
}

}  // namespace
}  // namespace loopsteal::laws
