// Laws about time: never early, in the order of deadlines, and a cancelled timer does not fire.
#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Timing : public Laws {};
LOOPSTEAL_LAWS(Timing, default_specs_everywhere);

// ---- Never early --------------------------------------------------------------------------------

Task<void> check_not_early(Scheduler& scheduler, Duration duration, std::atomic<int>& early) {
  const TimePoint start = scheduler.now();
  co_await sleep_for(duration);
  if (scheduler.now() < start + duration) ++early;
  const TimePoint deadline = scheduler.now() + duration;
  co_await sleep_until(deadline);
  if (scheduler.now() < deadline) ++early;
  const TimePoint asked = scheduler.now();
  co_await io(duration);
  if (scheduler.now() < asked + duration) ++early;
}

Task<void> check_many_not_early(Scheduler& scheduler, std::atomic<int>& early) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 100; ++i) group.spawn(check_not_early(scheduler, i * 53us, early));
  co_await group.join();
}

TEST_P(Timing, ASleepIsNeverEarly) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> early = 0;
    run(scheduler, check_many_not_early(scheduler, early));
    EXPECT_EQ(early, 0);
  });
}

Task<void> sleep_into_the_past(Scheduler& scheduler, int& resumed) {
  co_await sleep_until(scheduler.now() - 1s);
  ++resumed;
  co_await sleep_for(Duration::zero());
  ++resumed;
  co_await sleep_for(-1s);
  ++resumed;
  co_await io(Duration::zero());
  ++resumed;
  co_await io_until(scheduler.now() - 1s);
  ++resumed;
}

TEST_P(Timing, ADeadlineInThePastIsDueAtOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    int resumed = 0;
    run(scheduler, sleep_into_the_past(scheduler, resumed));
    EXPECT_EQ(resumed, 5);
  });
}

// ---- Order --------------------------------------------------------------------------------------

Task<void> note_when_woken(TimePoint deadline, bool as_io, int number, std::mutex& mutex,
                           std::vector<int>& order) {
  if (as_io) {
    co_await io_until(deadline);
  } else {
    co_await sleep_until(deadline);
  }
  const std::lock_guard lock(mutex);
  order.push_back(number);
}

/// Armed out of order, far apart.
Task<void> sleep_in_order(Scheduler& scheduler, bool as_io, std::vector<int>& order) {
  std::mutex mutex;
  const TimePoint start = scheduler.now() + 5ms;
  TaskGroup group(scheduler);
  for (const int number : {3, 0, 4, 1, 2})
    group.spawn(note_when_woken(start + number * 10ms, as_io, number, mutex, order));
  co_await group.join();
}

TEST_P(Timing, SleepersWakeInTheOrderOfTheirDeadlines) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (const bool as_io : {false, true}) {
      const bool in_order = succeeds_once(10, [&] {
        std::vector<int> order;
        run(scheduler, sleep_in_order(scheduler, as_io, order));
        EXPECT_EQ(order.size(), 5u);
        return std::is_sorted(order.begin(), order.end());
      });
      EXPECT_TRUE(in_order) << (as_io ? "io" : "sleep");
    }
  });
}

// ---- Many timers --------------------------------------------------------------------------------

Task<void> sleep_a_while(Duration duration, std::atomic<int>& woken) {
  co_await sleep_for(duration);
  ++woken;
}

Task<void> sleep_many(Scheduler& scheduler, int count, std::atomic<int>& woken) {
  TaskGroup group(scheduler);
  for (int i = 0; i < count; ++i)
    group.spawn(sleep_a_while(Duration((i * 7919 % 20'000) * 1'000), woken));
  co_await group.join();
}

TEST_P(Timing, EachOfManyTimersFiresOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    const int count = 20'000 / kShorter;
    std::atomic<int> woken = 0;
    run(scheduler, sleep_many(scheduler, count, woken));
    EXPECT_EQ(woken, count);
  });
}

Task<void> yield_until(std::atomic<bool>& flag) {
  while (!flag) co_await yield();
}

Task<void> set_after_waits(std::atomic<bool>& flag) {
  co_await sleep_for(1ms);
  co_await io(1ms);
  co_await blocking(1ms);
  flag = true;
}

Task<void> busy_and_waiting(Scheduler& scheduler) {
  std::atomic<bool> flag = false;
  TaskGroup group(scheduler);
  for (WorkerId w = 0; w < 2 * scheduler.workers(); ++w) group.spawn(yield_until(flag));
  group.spawn(set_after_waits(flag));
  co_await group.join();
}

TEST_P(Timing, TimersAndIoAreServedWhileJobsAreAlwaysReady) {
  with_each_worker_count([](Scheduler& scheduler) { run(scheduler, busy_and_waiting(scheduler)); },
                         Needs::time_to_pass);
}

// ---- Callbacks with a deadline ------------------------------------------------------------------

Task<void> arm_and_cancel(Scheduler& scheduler, std::vector<std::atomic<int>>& calls,
                          std::vector<bool>& cancelled) {
  std::deque<TimedCallback> callbacks;
  std::atomic<std::size_t> fired = 0;
  const TimePoint start = scheduler.now();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    // Some of those that are cancelled are far off, so that they are however long this takes.
    const Duration after = i % 6 == 1 ? Duration(1h) : Duration((i % 10) * 1'000'000);
    callbacks.emplace_back(scheduler, start + after, [&count = calls[i], &fired] {
      ++count;
      ++fired;
    });
  }
  std::size_t expected = calls.size();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i % 3 == 0) continue;
    cancelled[i] = callbacks[i].cancel();
    if (cancelled[i]) --expected;
    if (callbacks[i].cancel()) calls[i] = 1'000;  // Twice is once.
  }
  while (fired < expected) co_await sleep_for(1ms);
  co_await sleep_for(15ms);  // Until the last of the cancelled ones would have fired.
  for (TimedCallback& callback : callbacks)
    if (callback.cancel()) fired = 0;  // Too late.
  if (fired != expected) calls[0] = 1'000;
}

TEST_P(Timing, ACancelledTimerDoesNotFireAndTheOthersFireOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<std::atomic<int>> calls(500);
    std::vector<bool> cancelled(calls.size());
    run(scheduler, arm_and_cancel(scheduler, calls, cancelled));
    for (std::size_t i = 0; i < calls.size(); ++i)
      ASSERT_EQ(calls[i], cancelled[i] ? 0 : 1) << "callback " << i;
    EXPECT_GT(std::count(cancelled.begin(), cancelled.end(), true), 0);
  });
}

Task<void> drop_armed(Scheduler& scheduler, std::atomic<int>& calls) {
  {
    const TimedCallback far(scheduler, scheduler.now() + 1h, [&calls] { ++calls; });
  }
  co_await yield();
}

TEST_P(Timing, ATimedCallbackThatGoesOutOfScopeIsCancelled) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> calls = 0;
    run(scheduler, drop_armed(scheduler, calls));
    EXPECT_EQ(calls, 0);
  });
}

Task<void> wait_for(Event& event) { co_await event.wait(); }

TEST_P(Timing, ATimedCallbackMadeBeforeTheRunFiresInIt) {
  with_each_worker_count([](Scheduler& scheduler) {
    Event fired;
    TimedCallback callback(scheduler, scheduler.now() + 2ms, [&fired] { fired.set(); });
    run(scheduler, wait_for(fired));
    EXPECT_FALSE(callback.cancel());
  });
}

// asyncio A6, A8: due timers go behind what is ready, and a deadline in the past is a deadline.
TEST(EventLoopTiming, DueCallbacksComeBehindReadyOnesInTheOrderOfTheirDeadlines) {
  const auto scheduler = make("event_loop", 1);
  std::vector<std::string> order;
  const TimePoint now = scheduler->now();
  post(*scheduler, [&] { order.emplace_back("soon"); });
  TimedCallback later(*scheduler, now - 1s, [&] { order.emplace_back("one second late"); });
  TimedCallback earlier(*scheduler, now - 2s, [&] { order.emplace_back("two seconds late"); });
  post(*scheduler, [&] { order.emplace_back("soon too"); });
  TimedCallback last(*scheduler, now + 5ms, [&] { scheduler->stop(); });
  scheduler->run_until_stopped();
  EXPECT_EQ(order,
            (std::vector<std::string>{"soon", "soon too", "two seconds late", "one second late"}));
}

}  // namespace
}  // namespace loopsteal::laws
