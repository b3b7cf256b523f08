// Laws about what is outside the workers, and about work that only virtual time is told of.
#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Outside : public Laws {};
LOOPSTEAL_LAWS(Outside, default_specs_everywhere);

// ---- When ---------------------------------------------------------------------------------------

Task<void> note_outside(Scheduler& scheduler, TimePoint deadline, int number, int& early,
                        std::vector<int>& order) {
  co_await outside_until(deadline);
  // One at a time is outside, so plain data will do.
  if (scheduler.now() < deadline) ++early;
  order.push_back(number);
}

Task<void> clients_in_order(Scheduler& scheduler, int& early, std::vector<int>& order) {
  const TimePoint start = scheduler.now() + 20ms;
  TaskGroup group(scheduler);
  for (const int number : {3, 0, 4, 1, 2})
    group.spawn(note_outside(scheduler, start + number * 2ms, number, early, order));
  co_await group.join();
}

TEST_P(Outside, ClientsGoOnInTheOrderOfTheirDeadlinesAndNeverEarly) {
  with_each_worker_count([](Scheduler& scheduler) {
    const bool in_order = succeeds_once(10, [&] {
      int early = 0;
      std::vector<int> order;
      run(scheduler, clients_in_order(scheduler, early, order));
      EXPECT_EQ(early, 0);
      EXPECT_EQ(order.size(), 5u);
      return std::is_sorted(order.begin(), order.end());
    });
    EXPECT_TRUE(in_order);
  });
}

Task<void> outside_in_the_past(Scheduler& scheduler, int& passed) {
  for (int i = 0; i < 100; ++i) {
    co_await outside_until(scheduler.now() - 1s);
    ++passed;
  }
  co_await yield();
  co_await outside_until(scheduler.now());
  ++passed;
}

TEST_P(Outside, ADeadlineInThePastIsDueAtOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    int passed = 0;
    run(scheduler, outside_in_the_past(scheduler, passed));
    EXPECT_EQ(passed, 101);
  });
}

// ---- Where --------------------------------------------------------------------------------------

Task<void> count_call(std::atomic<int>& calls) {
  ++calls;
  co_return;
}

Task<void> spawn_from_outside(Scheduler& scheduler, int tasks, std::atomic<int>& calls) {
  TaskGroup group(scheduler);
  co_await outside_until(scheduler.now());
  for (int i = 0; i < tasks; ++i) group.spawn(count_call(calls));
  co_await group.join();
}

TEST_P(Outside, WhatAClientSpawnsIsMadeReadyFromOutside) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> calls = 0;
    const Measurement measurement = scheduler.run(spawn_from_outside(scheduler, 100, calls));
    EXPECT_EQ(calls, 100);
    EXPECT_EQ(measurement.remote_schedule_count, 101u);  // And the root.
    std::uint64_t local = 0;
    for (const WorkerStats& worker : measurement.workers) local += worker.local_run_count;
    EXPECT_LE(local, 1u);  // The root, if a worker's job was the last to end.
  });
}

Task<void> come_back(Scheduler& scheduler, std::thread::id& outside,
                     std::vector<std::thread::id>& back) {
  co_await outside_until(scheduler.now() + 1ms);
  outside = std::this_thread::get_id();
  co_await yield();
  back.push_back(std::this_thread::get_id());
  co_await outside_until(scheduler.now() + 1ms);
  co_await io(1ms);
  back.push_back(std::this_thread::get_id());
  co_await outside_until(scheduler.now() + 1ms);
  TaskGroup group(scheduler);
  group.spawn([]() -> Task<void> { co_await sleep_for(1ms); }());
  co_await group.join();
  back.push_back(std::this_thread::get_id());
}

TEST_P(Outside, WhateverElseAClientAwaitsBringsItBackToTheWorkers) {
  with_each_worker_count([this](Scheduler& scheduler) {
    std::thread::id outside;
    std::vector<std::thread::id> back;
    run(scheduler, come_back(scheduler, outside, back));
    ASSERT_EQ(back.size(), 3u);
    for (const std::thread::id& thread : back) EXPECT_EQ(thread == outside, in_virtual_time());
  });
}

Task<void> hold_until(std::atomic<bool>& over) {
  while (!over) co_await compute(Work::of(10us));
}

Task<void> arrive_beside_busy_workers(Scheduler& scheduler) {
  std::atomic<bool> over = false;
  TaskGroup group(scheduler);
  for (WorkerId w = 0; w < scheduler.workers(); ++w) group.spawn(hold_until(over));
  co_await outside_until(scheduler.now() + 1ms);
  over = true;  // Nobody else lets go of the workers.
  co_await group.join();
}

TEST_P(Outside, BusyWorkersDoNotHoldAClientUp) {
  with_each_worker_count(
      [](Scheduler& scheduler) { run(scheduler, arrive_beside_busy_workers(scheduler)); });
}

// ---- How it ends --------------------------------------------------------------------------------

Task<void> wait_outside(Event& begun, bool& passed) {
  begun.set();
  co_await outside_until(TimePoint{});
  passed = true;
}

Task<void> cancel_client(Scheduler& scheduler, bool& passed, bool& cancelled) {
  Event begun;
  auto handle = spawn(scheduler, wait_outside(begun, passed));
  static_cast<void>(handle.cancel());
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    cancelled = true;
  }
}

TEST_P(Outside, ACancelledClientSeesItWhenItGoesOn) {
  with_one_worker([](Scheduler& scheduler) {
    bool passed = false, cancelled = false;
    run(scheduler, cancel_client(scheduler, passed, cancelled));
    EXPECT_TRUE(cancelled);
    EXPECT_FALSE(passed);
  });
}

Task<void> fail_outside(Scheduler& scheduler) {
  co_await outside_until(scheduler.now());
  throw std::domain_error("from outside");
}

TEST_P(Outside, WhatEscapesARootThatEndsOutsideIsRethrownByRun) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (int i = 0; i < 20; ++i)
      EXPECT_THROW(scheduler.run(fail_outside(scheduler)), std::domain_error);
  });
}

// ---- Accounted ----------------------------------------------------------------------------------

Task<void> account(Scheduler& scheduler, Work work, Duration& took) {
  const TimePoint begin = scheduler.now();
  co_await accounted(work);
  took = scheduler.now() - begin;
}

TEST_P(Outside, WhatIsAccountedForTakesVirtualTimeAndNoRealTime) {
  with_one_worker([this](Scheduler& scheduler) {
    Duration took{};
    run(scheduler, account(scheduler, Work::of(1h), took));
    if (in_virtual_time()) {
      EXPECT_GE(took, 1h);
      EXPECT_LT(took, 1h + 1us);  // To run a job has a price, too.
    } else {
      EXPECT_LT(took, 1h);
    }
  });
}

}  // namespace
}  // namespace loopsteal::laws
