// wait_for(), as CPython 3.11's test_waitfor.py has it.
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

/// Takes its time, whatever it is asked.
Coroutine<void> deaf(Loop& loop, Duration duration, bool& ended) {
  const TimePoint end = loop.time() + duration;
  while (loop.time() < end) {
    const Duration rest = end - loop.time();
    co_await error_of(sleep(loop, rest));
  }
  ended = true;
}

enum class Running { not_yet, now, no_more };

struct Foo {
  Running running = Running::not_yet;
  Coroutine<int> body(Loop& loop) {
    running = Running::now;
    const std::exception_ptr error = co_await error_of(sleep(loop, 10s));
    running = Running::no_more;
    if (error) std::rethrow_exception(error);
    co_return 1;
  }
};

/// Takes `delay` to end once it is cancelled.
Coroutine<int> slow_to_end(Loop& loop, Duration delay, bool& ended) {
  const std::exception_ptr error = co_await error_of(sleep(loop, 10s));
  co_await sleep(loop, delay);
  ended = true;
  if (error) std::rethrow_exception(error);
  co_return 1;
}

class AsyncioWaitFor : public VirtualLoop {};

// test_waitfor.py:test_asyncio_wait_for_cancelled
TEST_F(AsyncioWaitFor, TestAsyncioWaitForCancelled) {
  bool ended = false;
  const Task<void> task = create_task(loop, wait_for(loop, deaf(loop, 200ms, ended), 400ms));
  run_briefly();
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_TRUE(ended);
  EXPECT_EQ(now(), 200ms);
}

// test_waitfor.py:test_asyncio_wait_for_timeout
TEST_F(AsyncioWaitFor, TestAsyncioWaitForTimeout) {
  bool ended = false;
  run(wait_for(loop, deaf(loop, 200ms, ended), 100ms));  // It has a result in the end.
  EXPECT_TRUE(ended);
  EXPECT_EQ(now(), 200ms);
}

// test_waitfor.py:test_wait_for_timeout_less_then_0_or_0_future_done
TEST_F(AsyncioWaitFor, TestWaitForTimeoutLessThen0Or0FutureDone) {
  const Future<int> future = create_future<int>(loop);
  future.set_result(7);
  EXPECT_EQ(run(wait_for(loop, future, 0s)), 7);
  EXPECT_EQ(now(), 0s);
}

// test_waitfor.py:test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started
TEST_F(AsyncioWaitFor, TestWaitForTimeoutLessThen0Or0CoroutineDoNotStarted) {
  Foo foo;
  EXPECT_THROW(run(wait_for(loop, foo.body(loop), 0s)), TimeoutError);
  EXPECT_EQ(foo.running, Running::not_yet);
  EXPECT_EQ(now(), 0s);
}

// test_waitfor.py:test_wait_for_timeout_less_then_0_or_0
TEST_F(AsyncioWaitFor, TestWaitForTimeoutLessThen0Or0) {
  for (const Duration limit : {0s, -1s}) {
    Foo foo;
    const Task<int> task = create_task(loop, foo.body(loop));
    run_briefly();
    EXPECT_EQ(foo.running, Running::now);
    EXPECT_THROW(run(wait_for(loop, task, limit)), TimeoutError);
    EXPECT_TRUE(task.cancelled());
    EXPECT_EQ(foo.running, Running::no_more);
    EXPECT_EQ(now(), 0s);
  }
}

// test_waitfor.py:test_wait_for
TEST_F(AsyncioWaitFor, TestWaitFor) {
  Foo foo;
  const Task<int> task = create_task(loop, foo.body(loop));
  EXPECT_THROW(run(wait_for(loop, task, 100ms)), TimeoutError);
  EXPECT_TRUE(task.cancelled());
  EXPECT_EQ(foo.running, Running::no_more);
  EXPECT_EQ(now(), 100ms);
}

// test_waitfor.py:test_wait_for_race_condition
TEST_F(AsyncioWaitFor, TestWaitForRaceCondition) {
  const Future<int> future = create_future<int>(loop);
  call_later(loop, 100ms, [&] { future.set_result(1); });
  EXPECT_EQ(run(wait_for(loop, future, 200ms)), 1);
  EXPECT_EQ(now(), 100ms);
}

// The same, where result and timeout come in one iteration: the result counts.
TEST_F(AsyncioWaitFor, AResultInTheIterationOfTheTimeoutCounts) {
  const Future<int> future = create_future<int>(loop);
  const Task<int> task = create_task(loop, wait_for(loop, future, 100ms));
  run_briefly();
  call_later(loop, 100ms, [&] { future.set_result(1); });
  EXPECT_EQ(run(task), 1);
}

// test_waitfor.py:test_wait_for_cancellation_race_condition
TEST_F(AsyncioWaitFor, TestWaitForCancellationRaceCondition) {
  const auto inner = [](Loop& l) -> Coroutine<int> {
    const std::exception_ptr error = co_await error_of(sleep(l, 1s));
    co_return is_a<Cancelled>(error) ? 1 : 0;
  };
  EXPECT_EQ(run(wait_for(loop, inner(loop), 10ms)), 1);
  EXPECT_EQ(now(), 10ms);
}

// test_waitfor.py:test_wait_for_waits_for_task_cancellation
TEST_F(AsyncioWaitFor, TestWaitForWaitsForTaskCancellation) {
  bool ended = false;
  const Task<int> task = create_task(loop, slow_to_end(loop, 5ms, ended));
  EXPECT_THROW(run(wait_for(loop, task, 1ms)), TimeoutError);
  EXPECT_TRUE(ended);
  EXPECT_EQ(now(), 6ms);
}

// test_waitfor.py:test_wait_for_waits_for_task_cancellation_w_timeout_0
TEST_F(AsyncioWaitFor, TestWaitForWaitsForTaskCancellationWTimeout0) {
  bool ended = false;
  const Task<int> task = create_task(loop, slow_to_end(loop, 5ms, ended));
  run(sleep(loop, 1ms));
  EXPECT_THROW(run(wait_for(loop, task, 0s)), TimeoutError);
  EXPECT_TRUE(ended);
  EXPECT_EQ(now(), 6ms);
}

// test_waitfor.py:test_wait_for_reraises_exception_during_cancellation
TEST_F(AsyncioWaitFor, TestWaitForReraisesExceptionDuringCancellation) {
  const auto inner = [](Loop& l) -> Coroutine<void> {
    co_await error_of(sleep(l, 200ms));
    throw OtherError();
  };
  EXPECT_THROW(run(wait_for(loop, inner(loop), 1ms)), OtherError);
  EXPECT_EQ(now(), 1ms);
}

// test_waitfor.py:test_wait_for_self_cancellation
TEST_F(AsyncioWaitFor, TestWaitForSelfCancellation) {
  const auto inner = [](Loop& l) -> Coroutine<int> {
    for (int i = 0; i < 3; ++i) co_await error_of(sleep(l, 300ms));
    co_return 42;
  };
  const Task<int> inner_task = create_task(loop, inner(loop));
  const Task<int> task = create_task(loop, wait_for(loop, inner_task, 100ms));
  run(sleep(loop, 200ms));
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_EQ(run(inner_task), 42);
}

// test_waitfor.py:test_cancel_wait_for
TEST_F(AsyncioWaitFor, TestCancelWaitFor) {
  const Future<void> never = create_future(loop);
  const Task<void> task =
      create_task(loop, [](Future<void> f) -> Coroutine<void> { co_await f; }(never));
  const Task<void> wait = create_task(loop, wait_for(loop, task, 60s));
  call_soon(loop, [&] { wait.cancel(); });
  EXPECT_THROW(run(wait), Cancelled);
  EXPECT_TRUE(task.cancelled());
  EXPECT_EQ(now(), 0s);
}

// A coroutine becomes a task when the wait begins (tasks.py calls ensure_future() then).
TEST_F(AsyncioWaitFor, ACoroutineBeginsAfterTheTaskThatWaits) {
  Log log;
  const auto say = [](Log& l, const char* word) -> Coroutine<void> {
    l.push_back(word);
    co_return;
  };
  const Task<void> wait = create_task(loop, wait_for(loop, say(log, "inner"), 1s));
  create_task(loop, say(log, "beside"));
  run(wait);
  EXPECT_EQ(log, (Log{"beside", "inner"}));
}

}  // namespace
}  // namespace loopsteal::asyncio
