// Laws about cancellation, with asyncio's meaning, in every state that a task can be in.
#include <string>
#include <vector>

#include <unistd.h>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Cancelling : public Laws {};
LOOPSTEAL_LAWS(Cancelling, default_specs_everywhere);

/// Where another thread interferes.
class CancellingAcrossThreads : public Laws {};
LOOPSTEAL_LAWS(CancellingAcrossThreads, default_specs);

/// What a task and the one that cancels it saw.
struct Seen {
  std::atomic<bool> begun = false;
  bool cancelled = false;  ///< Thrown where the task waits.
  bool accepted = false;   ///< What cancel() said.
  bool at_join = false;    ///< Thrown at the join.
};

Task<void> cancel_and_join(JoinHandle<>& handle, Seen& seen) {
  seen.accepted = handle.cancel();
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    seen.at_join = true;
  }
}

// ---- While it waits -----------------------------------------------------------------------------

/// Whatever a task can wait for; none of it ever comes by itself.
struct Places {
  Places() : full(1), empty(1) {
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  }
  ~Places() {
    close(ends[0]);
    close(ends[1]);
  }
  Event event;
  Semaphore semaphore{0};
  Mutex locked;
  Channel<int> full, empty;
  int ends[2] = {-1, -1};
};

using Wait = Task<void> (*)(Places&);

Task<void> wait_asleep(Places&) { co_await sleep_for(1h); }
Task<void> wait_for_io(Places&) { co_await io(1h); }
Task<void> wait_for_event(Places& places) { co_await places.event.wait(); }
Task<void> wait_for_permit(Places& places) { co_await places.semaphore.acquire(); }
Task<void> wait_for_lock(Places& places) { co_await places.locked.lock(); }
Task<void> wait_to_send(Places& places) { static_cast<void>(co_await places.full.send(2)); }
Task<void> wait_to_receive(Places& places) { static_cast<void>(co_await places.empty.receive()); }
Task<void> wait_to_read(Places& places) { co_await readable(places.ends[0]); }
Task<void> wait_yielding(Places&) {
  while (true) co_await yield();
}

constexpr std::pair<const char*, Wait> kWaits[] = {
    {"sleep", wait_asleep},         {"io", wait_for_io},        {"event", wait_for_event},
    {"semaphore", wait_for_permit}, {"mutex", wait_for_lock},   {"send", wait_to_send},
    {"receive", wait_to_receive},   {"readable", wait_to_read}, {"yield", wait_yielding}};

Task<void> wait_and_see(Wait wait, Places& places, Seen& seen) {
  seen.begun = true;
  try {
    co_await wait(places);
  } catch (const Cancelled&) {
    seen.cancelled = true;
    throw;
  }
}

/// With `yields` the task surely waits when it is cancelled; without, it may only be about to.
Task<void> cancel_waiting(Scheduler& scheduler, Wait wait, int yields, Seen& seen) {
  Places places;
  static_cast<void>(places.locked.try_lock());
  static_cast<void>(co_await places.full.send(1));
  auto handle = spawn(scheduler, wait_and_see(wait, places, seen));
  while (!seen.begun) co_await yield();
  for (int i = 0; i < yields; ++i) co_await yield();
  co_await cancel_and_join(handle, seen);
  // Nothing is left of the wait: the next one gets what it would have got.
  places.event.set();
  places.semaphore.release();
  if (!places.semaphore.try_acquire()) seen.accepted = false;
  places.locked.unlock();
  if (!places.locked.try_lock()) seen.accepted = false;
  places.full.close();
  const std::optional<int> first = co_await places.full.receive();
  const std::optional<int> second = co_await places.full.receive();
  if (first != 1 || second) seen.accepted = false;
}

TEST_P(Cancelling, ATaskThatWaitsSeesCancelledWhereItWaits) {
  with_each_worker_count([this](Scheduler& scheduler) {
    for (const auto& [name, wait] : kWaits) {
      if (in_virtual_time() && wait == wait_to_read) continue;  // Has no descriptors.
      for (int yields = 0; yields < 40 / kShorter; yields += 3) {
        Seen seen;
        run(scheduler, cancel_waiting(scheduler, wait, yields, seen));
        ASSERT_TRUE(seen.accepted && seen.cancelled && seen.at_join) << name;
      }
    }
  });
}

// ---- Before the first step, and after the last --------------------------------------------------

Task<void> note_begun(Seen& seen) {
  seen.begun = true;
  co_return;
}

Task<void> cancel_unbegun(Scheduler& scheduler, Seen& seen) {
  auto handle = spawn(scheduler, note_begun(seen));
  co_await cancel_and_join(handle, seen);
}

TEST_P(Cancelling, ATaskCancelledBeforeItsFirstStepNeverRunsItsBody) {
  with_one_worker([](Scheduler& scheduler) {
    Seen seen;
    run(scheduler, cancel_unbegun(scheduler, seen));
    EXPECT_TRUE(seen.accepted);
    EXPECT_TRUE(seen.at_join);
    EXPECT_FALSE(seen.begun);
  });
}

Task<void> cancel_ended(Scheduler& scheduler, std::vector<bool>& answers) {
  Seen seen;
  auto handle = spawn(scheduler, note_begun(seen));
  while (!handle.done()) co_await yield();
  answers.push_back(handle.cancel());
  co_await handle.join();  // Does not throw.
  answers.push_back(handle.cancel());
}

TEST_P(Cancelling, CancelSaysFalseToATaskThatHasEnded) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<bool> answers;
    run(scheduler, cancel_ended(scheduler, answers));
    EXPECT_EQ(answers, (std::vector<bool>{false, false}));
  });
}

// ---- While it runs ------------------------------------------------------------------------------

Task<void> run_on_until_it_waits(std::atomic<bool>& begun, std::atomic<bool>& go,
                                 std::vector<std::string>& steps) {
  begun = true;
  while (!go) co_await compute(Work::of(1us));
  steps.emplace_back("still running");
  co_await [](std::vector<std::string>& list) -> Task<void> {
    list.emplace_back("child begins");  // A child that does not wait is not stopped.
    co_return;
  }(steps);
  co_await yield();
  steps.emplace_back("not reached");
}

Task<void> cancel_running(Scheduler& scheduler, std::vector<std::string>& steps, Seen& seen) {
  std::atomic<bool> go = false;
  auto handle = spawn(scheduler, run_on_until_it_waits(seen.begun, go, steps));
  // Its worker is held by the task: somebody else must cancel it.
  co_await blocking([&] {
    while (!seen.begun) std::this_thread::yield();
    seen.accepted = handle.cancel();
    go = true;
  });
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    seen.at_join = true;
  }
}

TEST_P(CancellingAcrossThreads, ATaskThatRunsSeesCancelledAtItsNextSuspension) {
  with_each_worker_count([](Scheduler& scheduler) {
    Seen seen;
    std::vector<std::string> steps;
    run(scheduler, cancel_running(scheduler, steps, seen));
    EXPECT_TRUE(seen.accepted);
    EXPECT_TRUE(seen.at_join);
    EXPECT_EQ(steps, (std::vector<std::string>{"still running", "child begins"}));
  });
}

Task<void> hold_pool(std::atomic<bool>& begun, std::atomic<bool>& go, bool& after) {
  co_await blocking([&] {
    begun = true;
    while (!go) std::this_thread::yield();
  });
  after = true;
}

Task<void> cancel_blocking(Scheduler& scheduler, bool& after, Seen& seen) {
  std::atomic<bool> go = false;
  auto handle = spawn(scheduler, hold_pool(seen.begun, go, after));
  while (!seen.begun) co_await yield();
  seen.accepted = handle.cancel();
  for (int i = 0; i < 10; ++i) co_await yield();
  seen.cancelled = handle.done();  // It cannot have ended: no thread can be stopped.
  go = true;
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    seen.at_join = true;
  }
}

TEST_P(CancellingAcrossThreads, ABlockingCallIsNotStoppedAndItsTaskSeesCancelledAfterwards) {
  with_each_worker_count([](Scheduler& scheduler) {
    Seen seen;
    bool after = false;
    run(scheduler, cancel_blocking(scheduler, after, seen));
    EXPECT_TRUE(seen.accepted);
    EXPECT_FALSE(seen.cancelled);
    EXPECT_TRUE(seen.at_join);
    EXPECT_FALSE(after);
  });
}

// ---- While it joins -----------------------------------------------------------------------------

Task<void> join_inner(JoinHandle<>& inner, Seen& outer) {
  outer.begun = true;
  try {
    co_await inner.join();
  } catch (const Cancelled&) {
    outer.cancelled = true;
    throw;
  }
}

Task<void> cancel_joining(Scheduler& scheduler, int yields, Seen& inner_seen, Seen& outer_seen) {
  Places places;
  auto inner = spawn(scheduler, wait_and_see(wait_for_event, places, inner_seen));
  auto outer = spawn(scheduler, join_inner(inner, outer_seen));
  while (!inner_seen.begun || !outer_seen.begun) co_await yield();
  for (int i = 0; i < yields; ++i) co_await yield();
  co_await cancel_and_join(outer, outer_seen);
}

TEST_P(Cancelling, CancellingATaskThatJoinsAnotherCancelsThatOne) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (int yields = 0; yields < 10; ++yields) {
      Seen inner, outer;
      run(scheduler, cancel_joining(scheduler, yields, inner, outer));
      ASSERT_TRUE(inner.cancelled && outer.cancelled && outer.accepted && outer.at_join);
    }
  });
}

Task<void> wait_for(Event& event) { co_await event.wait(); }

Task<void> join_group(Scheduler& scheduler, Event& children, Seen& seen, bool& all_ended) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 3; ++i) group.spawn(wait_for(children));
  seen.begun = true;
  try {
    co_await group.join();
  } catch (const Cancelled&) {
    all_ended = children.is_set();
    throw;
  }
}

Task<void> cancel_group_joiner(Scheduler& scheduler, Seen& seen, bool& all_ended) {
  Event children;
  auto handle = spawn(scheduler, join_group(scheduler, children, seen, all_ended));
  while (!seen.begun) co_await yield();
  for (int i = 0; i < 10; ++i) co_await yield();
  seen.accepted = handle.cancel();
  for (int i = 0; i < 10; ++i) co_await yield();
  children.set();
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    seen.at_join = true;
  }
}

TEST_P(Cancelling, ATaskThatJoinsAGroupWaitsForItAndThenSeesCancelled) {
  with_each_worker_count([](Scheduler& scheduler) {
    Seen seen;
    bool all_ended = false;
    run(scheduler, cancel_group_joiner(scheduler, seen, all_ended));
    EXPECT_TRUE(seen.accepted && seen.at_join);
    EXPECT_TRUE(all_ended);
  });
}

// ---- Swallowed, repeated, taken back ------------------------------------------------------------

Task<int> swallow(Event& event, Seen& seen) {
  seen.begun = true;
  try {
    co_await event.wait();
  } catch (const Cancelled&) {
    seen.cancelled = true;
  }
  co_await yield();  // The request has been answered: this does not throw.
  co_await sleep_for(100us);
  co_return 42;
}

Task<void> cancel_swallower(Scheduler& scheduler, int times, Seen& seen, int& value,
                            std::vector<std::uint32_t>& counts) {
  Event event;
  auto handle = spawn(scheduler, swallow(event, seen));
  while (!seen.begun) co_await yield();
  for (int i = 0; i < 10; ++i) co_await yield();
  for (int i = 0; i < times; ++i) seen.accepted = handle.cancel();
  counts.push_back(handle.cancelling());
  value = co_await handle.join();
  while (handle.uncancel() != 0) counts.push_back(handle.cancelling());
  counts.push_back(handle.uncancel());  // No less than none.
}

TEST_P(Cancelling, ATaskMaySwallowTheRequestAndGoOn) {
  with_each_worker_count([](Scheduler& scheduler) {
    Seen seen;
    int value = 0;
    std::vector<std::uint32_t> counts;
    run(scheduler, cancel_swallower(scheduler, 1, seen, value, counts));
    EXPECT_TRUE(seen.accepted && seen.cancelled);
    EXPECT_EQ(value, 42);
    EXPECT_EQ(counts, (std::vector<std::uint32_t>{1, 0}));
  });
}

// Both requests come before the task has run again, so they are one for it, as in asyncio.
TEST_P(Cancelling, TwoRequestsBeforeTheTaskResumesAreThrownOnceAndCountedTwice) {
  with_one_worker([](Scheduler& scheduler) {
    Seen seen;
    int value = 0;
    std::vector<std::uint32_t> counts;
    run(scheduler, cancel_swallower(scheduler, 2, seen, value, counts));
    EXPECT_TRUE(seen.accepted && seen.cancelled);
    EXPECT_EQ(value, 42);
    EXPECT_EQ(counts, (std::vector<std::uint32_t>{2, 1, 0}));
  });
}

Task<void> swallow_twice(Event& event, std::atomic<int>& caught) {
  for (int i = 0; i < 2; ++i) {
    try {
      co_await event.wait();
    } catch (const Cancelled&) {
      ++caught;
    }
  }
}

Task<void> cancel_again_and_again(Scheduler& scheduler, std::atomic<int>& caught) {
  Event event;
  auto handle = spawn(scheduler, swallow_twice(event, caught));
  for (int i = 1; i <= 2; ++i) {
    for (int j = 0; j < 10; ++j) co_await yield();
    handle.cancel();
    while (caught < i && !handle.done()) co_await yield();
  }
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    caught = 10;  // Cancelled before it began.
  }
}

TEST_P(Cancelling, ATaskThatSwallowedOneRequestSeesTheNext) {
  with_one_worker([](Scheduler& scheduler) {
    std::atomic<int> caught = 0;
    run(scheduler, cancel_again_and_again(scheduler, caught));
    EXPECT_EQ(caught, 2);
  });
}

}  // namespace
}  // namespace loopsteal::laws
