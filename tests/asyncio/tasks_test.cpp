// Tasks and what they wait for, as CPython 3.11's test_tasks.py has it; and how many iterations of
// the loop each thing costs, which CPython has no test for: the numbers are what it did.
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioTaskSteps : public VirtualLoop {
 protected:
  /// How many iterations pass in a task between the beginning and the end of what `make` gives.
  template <class Make>
  std::uint64_t iterations(Make make) {
    struct Measuring {
      static Coroutine<std::uint64_t> task(Loop& loop, Make& make) {
        const std::uint64_t before = loop.scheduler().iteration();
        co_await make();
        co_return loop.scheduler().iteration() - before;
      }
    };
    return run(Measuring::task(loop, make));
  }
};

// test_tasks.py:test_task_basics
TEST_F(AsyncioTaskSteps, TestTaskBasics) {
  const auto inner = [](int value) -> Coroutine<int> { co_return value; };
  const auto outer = [](Coroutine<int> first, Coroutine<int> second) -> Coroutine<int> {
    const int a = co_await std::move(first);
    const int b = co_await std::move(second);
    co_return a + b;
  };
  EXPECT_EQ(run(outer(inner(42), inner(1000))), 1042);
  EXPECT_EQ(iteration(), 2u);  // The one step, and the callback that stops the loop.
}

// test_tasks.py:test_other_loop_future
TEST_F(AsyncioTaskSteps, TestOtherLoopFuture) {
  const auto other_scheduler = virtual_scheduler();
  Loop other(*other_scheduler);
  const Future<void> future = create_future(other);
  EXPECT_THROW(run([](Future<void> f) -> Coroutine<void> { co_await f; }(future)),
               std::runtime_error);
  EXPECT_EQ(iteration(), 3u);  // The error is thrown in a step of its own.
}

// test_tasks.py:test_task_awaits_on_itself
TEST_F(AsyncioTaskSteps, TestTaskAwaitsOnItself) {
  Task<void> task;
  task = create_task(loop, [](Task<void>& self) -> Coroutine<void> { co_await self; }(task));
  EXPECT_THROW(run(task), std::runtime_error);
  EXPECT_EQ(iteration(), 3u);
}

// test_tasks.py:test_task_set_methods
TEST_F(AsyncioTaskSteps, TestTaskSetMethods) {
  const Task<int> task = create_task(loop, after(loop, 0s, 1));
  EXPECT_THROW(task.set_result(2), std::logic_error);
  EXPECT_THROW(task.set_exception(std::make_exception_ptr(OtherError())), std::logic_error);
  EXPECT_EQ(run(task), 1);
}

// test_tasks.py:test_step_result_future
TEST_F(AsyncioTaskSteps, TestStepResultFuture) {
  const Future<int> future = create_future<int>(loop);
  int result = 0;
  const Task<void> task = create_task(loop, [](Future<int> f, int& r) -> Coroutine<void> {
    const int value = co_await f;
    r = value;
  }(future, result));
  run_briefly();
  EXPECT_FALSE(task.done());
  future.set_result(7);
  EXPECT_EQ(result, 0);
  run_once();
  EXPECT_EQ(result, 7);
  EXPECT_TRUE(task.done());
}

// test_tasks.py:test_current_task
TEST_F(AsyncioTaskSteps, TestCurrentTask) {
  Task<void> task;
  bool same = false;
  task = create_task(loop, [](Task<void>& self, bool& is_same) -> Coroutine<void> {
    auto& me = co_await this_task();
    is_same = &me.future == self.state().get();
  }(task, same));
  run(task);
  EXPECT_TRUE(same);
}

// test_tasks.py:test_current_task_with_interleaving_tasks
TEST_F(AsyncioTaskSteps, TestCurrentTaskWithInterleavingTasks) {
  struct Interleaved {
    static Coroutine<int> one(Task<int>& self, Future<void> wait, Future<void> set) {
      auto& before = co_await this_task();
      const bool first = &before.future == self.state().get();
      co_await wait;
      auto& after = co_await this_task();
      set.set_result();
      co_return first&&& after.future == self.state().get() ? 1 : 0;
    }
  };
  const Future<void> a = create_future(loop), b = create_future(loop), c = create_future(loop);
  Task<int> first, second;
  first = create_task(loop, Interleaved::one(first, a, b));
  second = create_task(loop, Interleaved::one(second, b, c));
  run_briefly();
  a.set_result();
  EXPECT_EQ(run(first), 1);
  EXPECT_EQ(run(second), 1);
  EXPECT_TRUE(c.done());
}

// test_tasks.py:test_sleep
TEST_F(AsyncioTaskSteps, TestSleep) {
  const auto sleeper = [](Loop& l, Duration d) -> Coroutine<int> {
    co_await sleep(l, d / 2);
    const int value = co_await after(l, d / 2, 42);
    co_return value;
  };
  EXPECT_EQ(run(sleeper(loop, 100ms)), 42);
  EXPECT_EQ(now(), 100ms);
}

// test_tasks.py:test_sleep_zero
TEST_F(AsyncioTaskSteps, TestSleepZero) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    int result = 0;
    call_soon(l, [&result] { ++result; });
    EXPECT_EQ(result, 0);
    co_await sleep(l, 0s);
    EXPECT_EQ(result, 1);
  };
  run(body(loop));
  EXPECT_EQ(now(), 0s);
}

TEST_F(AsyncioTaskSteps, A21_TasksBeginInTheOrderOfTheirCreationAndNotAtOnce) {
  Log log;
  const auto say = [](Log& l, const char* word) -> Coroutine<void> {
    l.push_back(word);
    co_return;
  };
  create_task(loop, say(log, "a"));
  call_soon(loop, [&] { log.push_back("callback"); });
  create_task(loop, say(log, "b"));
  EXPECT_TRUE(log.empty());
  run_once();
  EXPECT_EQ(log, (Log{"a", "callback", "b"}));
}

TEST_F(AsyncioTaskSteps, A25_ThreeTasksThatYieldGoRoundRobin) {
  Log log;
  const auto yielding = [](Loop& l, Log& out, std::string name) -> Coroutine<void> {
    for (int i = 0; i < 3; ++i) {
      out.push_back(name + std::to_string(i));
      co_await sleep(l, 0s);
    }
  };
  for (const char* name : {"A", "B", "C"}) create_task(loop, yielding(loop, log, name));
  run_ready();
  EXPECT_EQ(log, (Log{"A0", "B0", "C0", "A1", "B1", "C1", "A2", "B2", "C2"}));
}

// ---- Iterations (A24)

TEST_F(AsyncioTaskSteps, A24_SleepZeroCostsOne) {
  EXPECT_EQ(iterations([&] { return sleep(loop, 0s); }), 1u);
  EXPECT_EQ(iterations([&] { return sleep(loop, -1s); }), 1u);
}

TEST_F(AsyncioTaskSteps, A24_ASleepCostsTheTimersAndTheWakeUp) {
  EXPECT_EQ(iterations([&] { return sleep(loop, 1s); }), 2u);
}

TEST_F(AsyncioTaskSteps, A24_AFreshTrivialTaskCostsTwo) {
  EXPECT_EQ(iterations([&] { return create_task(loop, nothing()); }), 2u);
}

TEST_F(AsyncioTaskSteps, A24_AnAwaitedCoroutineCostsNothing) {
  EXPECT_EQ(iterations([] { return nothing(); }), 0u);
}

TEST_F(AsyncioTaskSteps, A24_ADoneFutureCostsNothing) {
  const Future<void> future = create_future(loop);
  future.set_result();
  EXPECT_EQ(iterations([&] { return future; }), 0u);
}

TEST_F(AsyncioTaskSteps, A24_GatherOfThreeThatYieldCostsFour) {
  EXPECT_EQ(iterations([&] {
              std::vector<Coroutine<void>> three;
              for (int i = 0; i < 3; ++i) three.push_back(sleep(loop, 0s));
              return gather(loop, std::move(three));
            }),
            4u);
}

TEST_F(AsyncioTaskSteps, A24_GatherOfNothingCostsNothing) {
  EXPECT_EQ(iterations([&] { return gather(loop, std::vector<Future<void>>()); }), 0u);
}

TEST_F(AsyncioTaskSteps, A24_WaitForOfATrivialCoroutineCostsThree) {
  // The task, the callback that ends the wait, the wake-up.
  EXPECT_EQ(iterations([&] { return wait_for(loop, nothing(), 1s); }), 3u);
}

TEST_F(AsyncioTaskSteps, A24_ATimeoutCostsNothing) {
  EXPECT_EQ(iterations([&] { return timeout(loop, 1s, nothing()); }), 0u);
}

TEST_F(AsyncioTaskSteps, A24_ATaskGroupOfOneTrivialTaskCostsThree) {
  // The task, its end's callback, the wake-up.
  const auto group = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup tasks(l, me);
    tasks.create_task(nothing());
    co_await tasks.join();
  };
  EXPECT_EQ(iterations([&] { return group(loop); }), 3u);
}

TEST_F(AsyncioTaskSteps, A24_AnEventCostsOneFromSetToWakeUp) {
  Event event(loop);
  EXPECT_EQ(iterations([&] {
              call_soon(loop, [&] { event.set(); });  // One until it is called.
              return event.wait();
            }),
            2u);
}

}  // namespace
}  // namespace loopsteal::asyncio
