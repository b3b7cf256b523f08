// A loop over schedulers with several workers: on threads its monitor lets one entry run at a time
// (a build with ThreadSanitizer says whether it does), and in virtual time there is one thread.
#include <algorithm>
#include <memory>
#include <string>
#include <tuple>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

constexpr int kTasks = 8;
constexpr int kTurns = 50;

/// Everything in it is plain: whoever touches it has to be alone.
struct Shared {
  explicit Shared(Loop& l) : loop(l), lock(l), semaphore(l, 2), queue(l, 3), event(l) {}
  Loop& loop;
  Lock lock;
  Semaphore semaphore;
  Queue<int> queue;
  Event event;
  int turns = 0, inside = 0, most_inside = 0, sum = 0;
};

Coroutine<void> enter_and_leave(Shared& shared) {
  co_await shared.semaphore.acquire();
  shared.most_inside = std::max(shared.most_inside, ++shared.inside);
  co_await sleep(shared.loop, 0s);
  --shared.inside;
  shared.semaphore.release();
}

Coroutine<void> producer(Shared& shared) {
  co_await shared.event.wait();
  for (int i = 0; i < kTurns; ++i) {
    ++shared.turns;
    co_await shared.lock.acquire();
    co_await sleep(shared.loop, 0s);
    shared.lock.release();
    co_await enter_and_leave(shared);
    co_await shared.queue.put(i);
  }
}

Coroutine<void> consumer(Shared& shared) {
  for (int i = 0; i < kTurns; ++i) {
    const int value = co_await shared.queue.get();
    shared.sum += value;
  }
}

Coroutine<void> waiting_in_vain(Shared& shared) {
  const std::exception_ptr error =
      co_await error_of(wait_for(shared.loop, create_future(shared.loop), 1ms));
  if (!is_a<TimeoutError>(error)) shared.sum = -1'000'000;
}

Coroutine<void> all(Shared& shared) {
  auto& me = co_await this_task();
  TaskGroup group(shared.loop, me);
  for (int i = 0; i < kTasks; ++i) {
    group.create_task(producer(shared));
    group.create_task(consumer(shared));
    group.create_task(waiting_in_vain(shared));
  }
  const Task<void> cancelled = group.create_task(sleep(shared.loop, 1h));
  co_await sleep(shared.loop, 0s);
  cancelled.cancel();
  shared.event.set();
  co_await group.join();
}

class AsyncioOnSeveralWorkers
    : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  std::unique_ptr<Scheduler> scheduler = make_scheduler(
      parse_spec(std::get<0>(GetParam())), {.machine = std::get<1>(GetParam()), .workers = 4});
  Loop loop{*scheduler};
};
INSTANTIATE_TEST_SUITE_P(, AsyncioOnSeveralWorkers,
                         ::testing::Combine(::testing::Values("work_stealing", "shared_queue",
                                                              "sharded_loops"),
                                            ::testing::Values("threads", "sim")),
                         [](const auto& each) {
                           return std::string(std::get<0>(each.param)) + "_" +
                                  std::get<1>(each.param);
                         });

TEST_P(AsyncioOnSeveralWorkers, EntriesAreAloneAndNothingIsLost) {
  Shared shared(loop);
  run_until_complete(loop, all(shared));
  EXPECT_EQ(shared.turns, kTasks * kTurns);
  EXPECT_EQ(shared.sum, kTasks * kTurns * (kTurns - 1) / 2);
  EXPECT_LE(shared.most_inside, 2);
  EXPECT_FALSE(shared.lock.locked());
  EXPECT_TRUE(shared.queue.empty());
}

TEST_P(AsyncioOnSeveralWorkers, OnlyThreadsNeedTheMonitor) {
  EXPECT_EQ(loop.shared(), !scheduler->virtual_time());
}

TEST_P(AsyncioOnSeveralWorkers, ErrorsAndCancellationComeOutAsOnOneWorker) {
  struct Failing {
    static Coroutine<void> main(Loop& l) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      for (int i = 0; i < 5; ++i) group.create_task(sleep(l, 1h));
      group.create_task(fail_after<ZeroDivision>(l, 1ms));
      co_await group.join();
    }
  };
  const Task<void> task = create_task(loop, Failing::main(loop));
  EXPECT_THROW(run_until_complete(loop, task), ExceptionGroup);
  const auto errors = errors_in(task.exception());
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_TRUE(is_a<ZeroDivision>(errors[0]));
}

}  // namespace
}  // namespace loopsteal::asyncio
