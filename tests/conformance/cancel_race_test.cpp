// A cancellation races with the wake-up of the same task, on real threads, thousands of times.
// Either may win; nothing may be lost: no task hangs, no permit and no value disappears.
#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

constexpr int kBatch = 100;
constexpr int kRounds = 100 / kShorter;  // 10,000 races of each kind.

class Racing : public Laws {};
LOOPSTEAL_LAWS(Racing, default_specs);

struct Outcome {
  std::atomic<int> completed = 0, cancelled = 0, taken = 0, left = 0;
};

/// Runs `wait` as a task and notes how it ended.
Task<void> note(Task<void> wait, Outcome& outcome) {
  try {
    co_await std::move(wait);
    ++outcome.completed;
  } catch (const Cancelled&) {
    ++outcome.cancelled;
    throw;
  }
}

/// The pool thread cancels all of them, while this task, on its worker, wakes them.
template <class Wake>
Task<void> race(Scheduler& scheduler, std::deque<JoinHandle<>>& victims, Wake wake,
                bool from_pool) {
  std::atomic<bool> go = false;
  TaskGroup group(scheduler);
  const auto canceller = [](std::deque<JoinHandle<>>& handles, std::atomic<bool>& start,
                            bool outside) -> Task<void> {
    const auto cancel_all = [&handles, &start] {
      start = true;
      for (const auto& handle : handles) handle.cancel();
    };
    if (outside) {
      co_await blocking(cancel_all);
    } else {
      cancel_all();
    }
  };
  group.spawn(canceller(victims, go, from_pool));
  while (!go) co_await yield();
  wake();
  co_await group.join();
  for (auto& handle : victims) {
    try {
      co_await handle.join();
    } catch (const Cancelled&) {
    }
  }
}

/// Both kinds of canceller, a batch each.
template <class Body>
void race_often(Scheduler& scheduler, int rounds, Outcome& outcome, const Body& body) {
  for (int i = 0; i < rounds; ++i) run(scheduler, body(scheduler, outcome, i % 2 == 0));
}

// ---- Semaphore: permits -------------------------------------------------------------------------

Task<void> take_permit(Semaphore& semaphore, Outcome& outcome) {
  co_await semaphore.acquire();
  ++outcome.taken;
}

Task<void> race_permits(Scheduler& scheduler, Outcome& outcome, bool from_pool) {
  Semaphore semaphore(0);
  std::deque<JoinHandle<>> victims;
  for (int i = 0; i < kBatch; ++i)
    victims.push_back(spawn(scheduler, note(take_permit(semaphore, outcome), outcome)));
  for (int i = 0; i < 3; ++i) co_await yield();
  const auto wake = [&semaphore] {
    for (int i = 0; i < kBatch; ++i) semaphore.release();
  };
  co_await race(scheduler, victims, wake, from_pool);
  while (semaphore.try_acquire()) ++outcome.left;
}

TEST_P(Racing, APermitIsTakenOrLeft) {
  with_each_worker_count([](Scheduler& scheduler) {
    Outcome outcome;
    race_often(scheduler, kRounds, outcome, race_permits);
    EXPECT_EQ(outcome.taken, outcome.completed);
    EXPECT_EQ(outcome.taken + outcome.left, kRounds * kBatch);
  });
}

// ---- Channel: values ----------------------------------------------------------------------------

Task<void> take_value(Channel<int>& channel, Outcome& outcome) {
  const std::optional<int> value = co_await channel.receive();
  if (value) ++outcome.taken;
}

Task<void> race_receivers(Scheduler& scheduler, Outcome& outcome, bool from_pool) {
  Channel<int> channel(kBatch);
  std::deque<JoinHandle<>> victims;
  for (int i = 0; i < kBatch; ++i)
    victims.push_back(spawn(scheduler, note(take_value(channel, outcome), outcome)));
  for (int i = 0; i < 3; ++i) co_await yield();
  TaskGroup senders(scheduler);
  const auto wake = [&senders, &channel] {
    for (int i = 0; i < kBatch; ++i)
      senders.spawn([](Channel<int>& there) -> Task<void> {
        static_cast<void>(co_await there.send(1));
      }(channel));
  };
  co_await race(scheduler, victims, wake, from_pool);
  co_await senders.join();
  channel.close();
  while (true) {
    const std::optional<int> value = co_await channel.receive();
    if (!value) break;
    ++outcome.left;
  }
}

TEST_P(Racing, AValueIsReceivedOrLeft) {
  with_each_worker_count([](Scheduler& scheduler) {
    Outcome outcome;
    race_often(scheduler, kRounds, outcome, race_receivers);
    EXPECT_EQ(outcome.taken, outcome.completed);
    EXPECT_EQ(outcome.taken + outcome.left, kRounds * kBatch);
  });
}

/// The request to a sender whose value has found its place stands, and ends its next wait.
Task<void> give_value(Channel<int>& channel, Outcome& outcome) {
  const bool sent = co_await channel.send(1);
  if (sent) ++outcome.taken;
  co_await yield();
}

Task<void> race_senders(Scheduler& scheduler, Outcome& outcome, bool from_pool) {
  Channel<int> channel(1);
  std::deque<JoinHandle<>> victims;
  for (int i = 0; i < kBatch; ++i)
    victims.push_back(spawn(scheduler, note(give_value(channel, outcome), outcome)));
  for (int i = 0; i < 3; ++i) co_await yield();
  TaskGroup receivers(scheduler);
  std::atomic<int>& received = outcome.left;
  const auto wake = [&receivers, &channel, &received] {
    receivers.spawn([](Channel<int>& there, std::atomic<int>& count) -> Task<void> {
      while (true) {
        const std::optional<int> value = co_await there.receive();
        if (!value) break;
        ++count;
      }
    }(channel, received));
  };
  co_await race(scheduler, victims, wake, from_pool);
  channel.close();
  co_await receivers.join();
}

TEST_P(Racing, AValueIsSentOrNot) {
  with_each_worker_count([](Scheduler& scheduler) {
    Outcome outcome;
    race_often(scheduler, kRounds, outcome, race_senders);
    EXPECT_EQ(outcome.taken, outcome.left);
    EXPECT_LE(outcome.completed + outcome.cancelled, kRounds * kBatch);
  });
}

// ---- Event, sleep, io: every task ends once -----------------------------------------------------

Task<void> wait_for(Event& event) { co_await event.wait(); }
Task<void> sleep_until_then(TimePoint deadline) { co_await sleep_until(deadline); }
Task<void> request_until_then(TimePoint deadline) { co_await io_until(deadline); }

Task<void> race_event(Scheduler& scheduler, Outcome& outcome, bool from_pool) {
  Event event;
  std::deque<JoinHandle<>> victims;
  for (int i = 0; i < kBatch; ++i)
    victims.push_back(spawn(scheduler, note(wait_for(event), outcome)));
  for (int i = 0; i < 3; ++i) co_await yield();
  const auto wake = [&event] { event.set(); };
  co_await race(scheduler, victims, wake, from_pool);
}

/// The deadlines fall into the time in which they are cancelled.
Task<void> race_timers(Scheduler& scheduler, Outcome& outcome, bool from_pool) {
  std::deque<JoinHandle<>> victims;
  const TimePoint start = scheduler.now();
  for (int i = 0; i < kBatch; ++i) {
    const TimePoint deadline = start + i * 20us;
    victims.push_back(spawn(
        scheduler,
        note(i % 2 == 0 ? sleep_until_then(deadline) : request_until_then(deadline), outcome)));
  }
  for (int i = 0; i < 3; ++i) co_await yield();
  const auto wake = [] {};
  co_await race(scheduler, victims, wake, from_pool);
}

TEST_P(Racing, ATaskThatWaitsForAnEventOrATimeEndsOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (const auto body : {race_event, race_timers}) {
      Outcome outcome;
      race_often(scheduler, kRounds, outcome, body);
      // Those cancelled before their first step are in neither count.
      EXPECT_LE(outcome.completed + outcome.cancelled, kRounds * kBatch);
      EXPECT_GT(outcome.completed + outcome.cancelled, 0);
    }
  });
}

// ---- Join: the request goes down ----------------------------------------------------------------

Task<void> join_it(JoinHandle<>& inner) { co_await inner.join(); }

/// What a task joins has ended when the joiner has, whatever happened to the joiner: the inner
/// handle is destroyed right after.
Task<void> join_inner_task(Scheduler& scheduler, Event& event) {
  auto inner = spawn(scheduler, wait_for(event));
  co_await join_it(inner);
}

Task<void> race_joins(Scheduler& scheduler, Outcome& outcome, bool from_pool) {
  Event event;
  std::deque<JoinHandle<>> victims;
  for (int i = 0; i < kBatch; ++i)
    victims.push_back(spawn(scheduler, note(join_inner_task(scheduler, event), outcome)));
  const auto wake = [&event] { event.set(); };
  co_await race(scheduler, victims, wake, from_pool);
}

TEST_P(Racing, ATaskThatIsJoinedHasEndedWhenItsCancelledJoinerGoesOn) {
  with_each_worker_count([](Scheduler& scheduler) {
    Outcome outcome;
    race_often(scheduler, kRounds, outcome, race_joins);
    EXPECT_LE(outcome.completed + outcome.cancelled, kRounds * kBatch);
  });
}

}  // namespace
}  // namespace loopsteal::laws
