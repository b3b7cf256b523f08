// What waits beside oneTBB's workers: timers, I/O, descriptors, blocking calls, and their
// cancellation.
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "tests/onetbb/doors.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

class OneTbbWaiting : public Doors {};
LOOPSTEAL_BOTH_DOORS(OneTbbWaiting);

struct Log {
  std::mutex mutex;
  std::vector<int> order;
  void add(int entry) {
    const std::lock_guard lock(mutex);
    order.push_back(entry);
  }
};

Task<void> sleep_and_log(Scheduler& scheduler, TimePoint deadline, int me, Log& log, bool& early) {
  co_await sleep_until(deadline);
  if (scheduler.now() < deadline) early = true;
  log.add(me);
}

/// Far enough apart that a worker which is slow to begin does not change the order: one worker.
Task<void> sleep_in_turn(Scheduler& scheduler, Log& log, std::array<bool, 3>& early) {
  TaskGroup group(scheduler);
  const TimePoint now = scheduler.now();
  group.spawn(sleep_and_log(scheduler, now + 30ms, 3, log, early[0]));
  group.spawn(sleep_and_log(scheduler, now + 10ms, 1, log, early[1]));
  group.spawn(sleep_and_log(scheduler, now + 20ms, 2, log, early[2]));
  co_await group.join();
}

TEST_P(OneTbbWaiting, SleepersAreNeverEarly) {
  const auto scheduler = make();
  Log log;
  std::array<bool, 3> early{};
  const Measurement measurement = scheduler->run(sleep_in_turn(*scheduler, log, early));
  EXPECT_EQ(early, (std::array<bool, 3>{}));
  EXPECT_GE(measurement.makespan, 30ms);
  EXPECT_EQ(measurement.total(Op::timer_insert), 3u);
  EXPECT_EQ(log.order.size(), 3u);
}

Task<void> io_and_log(int me, Duration latency, Log& log) {
  co_await io(latency);
  log.add(me);
}

Task<void> wait_for_io(Scheduler& scheduler, Log& log) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 20; ++i) group.spawn(io_and_log(i, 1ms, log));
  co_await group.join();
}

TEST_P(OneTbbWaiting, RequestsComplete) {
  const auto scheduler = make();
  Log log;
  const Measurement measurement = scheduler->run(wait_for_io(*scheduler, log));
  EXPECT_EQ(log.order.size(), 20u);
  EXPECT_GE(measurement.makespan, 1ms);
}

Task<void> read_one(int descriptor, char& letter) {
  co_await readable(descriptor);
  EXPECT_EQ(read(descriptor, &letter, 1), 1);
}

Task<void> pass_a_letter(Scheduler& scheduler, int from, int to, char& letter) {
  TaskGroup group(scheduler);
  group.spawn(read_one(from, letter));
  co_await yield();
  co_await writable(to);
  EXPECT_EQ(write(to, "x", 1), 1);
  co_await group.join();
}

TEST_P(OneTbbWaiting, DescriptorsWakeTheirReaders) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const auto scheduler = make();
  char letter = 0;
  scheduler->run(pass_a_letter(*scheduler, pipe_ends[0], pipe_ends[1], letter));
  EXPECT_EQ(letter, 'x');
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

Task<void> block_and_return(std::thread::id& where, int& value) {
  const auto function = [&where] {
    where = std::this_thread::get_id();
    return 7;
  };
  value = co_await blocking(function);
  co_await blocking(1ms);
}

TEST_P(OneTbbWaiting, BlockingCallsAreMadeElsewhere) {
  const auto scheduler = make();
  std::thread::id where;
  int value = 0;
  scheduler->run(block_and_return(where, value));
  EXPECT_EQ(value, 7);
  EXPECT_NE(where, std::this_thread::get_id());
}

Task<void> compute_some() { co_await compute(Work::of(2ms)); }

TEST_P(OneTbbWaiting, ComputingTakesItsTime) {
  const auto scheduler = make();
  EXPECT_GT(scheduler->run(compute_some()).makespan, Duration::zero());
}

Task<void> sleep_long() { co_await sleep_for(1h); }
Task<void> request_long() { co_await io(1h); }
Task<void> read_for_ever(int descriptor) { co_await readable(descriptor); }

Task<void> cancel_and_join(Task<void> task, Scheduler& scheduler, int& cancelled) {
  const JoinHandle<void> handle = spawn(scheduler, std::move(task));
  co_await yield();
  handle.cancel();
  try {
    co_await handle.join();
  } catch (const Cancelled&) {
    ++cancelled;
  }
}

Task<void> cancel_each(Scheduler& scheduler, int descriptor, int& cancelled) {
  co_await cancel_and_join(sleep_long(), scheduler, cancelled);
  co_await cancel_and_join(request_long(), scheduler, cancelled);
  co_await cancel_and_join(read_for_ever(descriptor), scheduler, cancelled);
}

TEST_P(OneTbbWaiting, CancellationEndsEachKindOfWait) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const auto scheduler = make();
  for (int i = 0; i < 50; ++i) {
    int cancelled = 0;
    scheduler->run(cancel_each(*scheduler, pipe_ends[0], cancelled));
    ASSERT_EQ(cancelled, 3);
  }
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

}  // namespace
}  // namespace loopsteal
