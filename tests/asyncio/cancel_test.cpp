// Cancelling tasks, as CPython 3.11's test_tasks.py has it.
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

Coroutine<int> wait_and_return(Future<int> future) {
  co_await future;
  co_return 12;
}

class AsyncioTasks : public VirtualLoop {
 protected:
  /// What tasks that are cancelled have in common once they have ended.
  template <class T>
  void expect_cancelled(const Task<T>& task) {
    EXPECT_TRUE(task.done());
    EXPECT_TRUE(task.cancelled());
    EXPECT_FALSE(task.cancel());
  }
};

// test_tasks.py:test_cancel
TEST_F(AsyncioTasks, TestCancel) {
  const Task<int> task = create_task(loop, after(loop, 10s, 12));
  call_soon(loop, [&] { task.cancel(); });
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_EQ(now(), 0s);
  expect_cancelled(task);
}

// test_tasks.py:test_cancelling
TEST_F(AsyncioTasks, TestCancelling) {
  const Task<void> task = create_task(loop, sleep(loop, 10s));
  EXPECT_EQ(task.cancelling(), 0u);
  EXPECT_TRUE(task.cancel());
  EXPECT_EQ(task.cancelling(), 1u);
  EXPECT_TRUE(task.cancel());
  EXPECT_THROW(run(task), Cancelled);
}

// test_tasks.py:test_cancel_with_message_before_starting_task, without its message
TEST_F(AsyncioTasks, TestCancelBeforeStartingTask) {
  bool began = false;
  const Task<void> task = create_task(loop, [](bool& b) -> Coroutine<void> {
    b = true;
    co_return;
  }(began));
  task.cancel();
  EXPECT_FALSE(task.done());
  run_once();
  EXPECT_FALSE(began);
  expect_cancelled(task);
}

// test_tasks.py:test_cancel_with_message_then_future_result and ..._then_future_exception
TEST_F(AsyncioTasks, TestCancelThenFutureResultAndException) {
  const Task<int> task = create_task(loop, after(loop, 10s, 1));
  run_briefly();
  task.cancel();
  const std::exception_ptr error = run(error_of(Future<int>(task)));
  EXPECT_TRUE(is_a<Cancelled>(error));
  EXPECT_THROW(task.result(), Cancelled);
  EXPECT_THROW(static_cast<void>(task.exception()), Cancelled);
}

// test_tasks.py:test_cancellation_exception_context
TEST_F(AsyncioTasks, TestCancellationBecomesAnotherError) {
  const auto inner = [](Loop& l, Future<void> began) -> Coroutine<void> {
    began.set_result();
    co_await sleep(l, 10s);
  };
  const auto outer = [](Loop& l, Future<void> began, Task<void> task) -> Coroutine<void> {
    co_await began;
    call_soon(l, [task] { task.cancel(); });
    const std::exception_ptr error = co_await error_of(Future<void>(task));
    if (is_a<Cancelled>(error)) throw OtherError();
  };
  const Future<void> began = create_future(loop);
  EXPECT_THROW(run(outer(loop, began, create_task(loop, inner(loop, began)))), OtherError);
}

// test_tasks.py:test_cancel_yield
TEST_F(AsyncioTasks, TestCancelYield) {
  const Task<int> task = create_task(loop, [](Loop& l) -> Coroutine<int> {
    co_await sleep(l, 0s);
    co_await sleep(l, 0s);
    co_await sleep(l, 0s);
    co_return 12;
  }(loop));
  run_briefly();
  EXPECT_FALSE(task.done());
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
  expect_cancelled(task);
}

// test_tasks.py:test_cancel_inner_future
TEST_F(AsyncioTasks, TestCancelInnerFuture) {
  const Future<int> future = create_future<int>(loop);
  const Task<int> task = create_task(loop, wait_and_return(future));
  run_briefly();
  future.cancel();
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_TRUE(future.cancelled());
  EXPECT_TRUE(task.cancelled());
}

// test_tasks.py:test_cancel_both_task_and_inner_future
TEST_F(AsyncioTasks, TestCancelBothTaskAndInnerFuture) {
  const Future<int> future = create_future<int>(loop);
  const Task<int> task = create_task(loop, wait_and_return(future));
  run_briefly();
  future.cancel();
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_TRUE(future.cancelled());
  expect_cancelled(task);
}

/// Waits for three futures; whether it goes on after being cancelled at the second is the test's.
Coroutine<int> catching(Future<void> first, Future<void> second) {
  co_await first;
  const std::exception_ptr error = co_await error_of(second);
  co_return is_a<Cancelled>(error) ? 42 : 0;
}

// test_tasks.py:test_cancel_task_catching
TEST_F(AsyncioTasks, TestCancelTaskCatching) {
  const Future<void> first = create_future(loop), second = create_future(loop);
  const Task<int> task = create_task(loop, catching(first, second));
  run_briefly();
  first.set_result();
  run_briefly();
  task.cancel();
  EXPECT_TRUE(second.cancelled());
  EXPECT_EQ(run(task), 42);
  EXPECT_FALSE(task.cancelled());
}

// test_tasks.py:test_cancel_task_ignoring
TEST_F(AsyncioTasks, TestCancelTaskIgnoring) {
  const Future<void> first = create_future(loop), second = create_future(loop);
  const Future<int> third = create_future<int>(loop);
  const auto ignoring = [](Future<void> a, Future<void> b, Future<int> c) -> Coroutine<int> {
    co_await catching(a, b);
    const int value = co_await c;
    co_return value;
  };
  const Task<int> task = create_task(loop, ignoring(first, second, third));
  run_briefly();
  first.set_result();
  run_briefly();
  task.cancel();
  EXPECT_TRUE(second.cancelled());
  run_briefly();
  EXPECT_FALSE(task.done());
  third.set_result(42);
  EXPECT_EQ(run(task), 42);
  EXPECT_FALSE(third.cancelled());
  EXPECT_FALSE(task.cancelled());
}

// test_tasks.py:test_cancel_current_task
TEST_F(AsyncioTasks, TestCancelCurrentTask) {
  Task<int> task;
  task = create_task(loop, [](Loop& l, Task<int>& self) -> Coroutine<int> {
    self.cancel();
    co_await sleep(l, 100s);
    co_return 12;
  }(loop, task));
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_EQ(now(), 0s);
  expect_cancelled(task);
}

// test_tasks.py:test_cancel_at_end
TEST_F(AsyncioTasks, TestCancelAtEnd) {
  Task<int> task;
  task = create_task(loop, [](Task<int>& self) -> Coroutine<int> {
    self.cancel();
    co_return 12;
  }(task));
  EXPECT_THROW(run(task), Cancelled);
  expect_cancelled(task);
}

// test_tasks.py:test_cancel_awaited_task
TEST_F(AsyncioTasks, TestCancelAwaitedTask) {
  const Future<int> future = create_future<int>(loop);
  Task<int> task, nested;
  const auto outer = [](Loop& l, Future<int> f, Task<int>& self, Task<int>& n) -> Coroutine<int> {
    n = create_task(l, wait_and_return(f));
    co_await sleep(l, 0s);
    self.cancel();
    co_await n;
    co_return 1;
  };
  task = create_task(loop, outer(loop, future, task, nested));
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_TRUE(task.cancelled());
  EXPECT_TRUE(nested.cancelled());
  EXPECT_TRUE(future.cancelled());
}

// test_tasks.py:test_task_cancel_waiter_future
TEST_F(AsyncioTasks, TestTaskCancelWaiterFuture) {
  const Future<int> future = create_future<int>(loop);
  const Task<int> task = create_task(loop, wait_and_return(future));
  run_briefly();
  task.cancel();
  EXPECT_TRUE(future.cancelled());
  EXPECT_FALSE(task.done());
  run_once();
  expect_cancelled(task);
}

// test_tasks.py:test_task_cancel_sleeping_task
TEST_F(AsyncioTasks, TestTaskCancelSleepingTask) {
  const auto doit = [](Loop& l) -> Coroutine<bool> {
    const Task<void> sleeper = create_task(l, sleep(l, 5000s));
    call_later(l, 100ms, [sleeper] { sleeper.cancel(); });
    const std::exception_ptr error = co_await error_of(Future<void>(sleeper));
    co_return is_a<Cancelled>(error);
  };
  EXPECT_TRUE(run(doit(loop)));
  EXPECT_EQ(now(), 100ms);
}

// test_tasks.py:test_sleep_cancel
TEST_F(AsyncioTasks, TestSleepCancel) {
  const Task<void> task = create_task(loop, sleep(loop, 10s));
  run_briefly();
  EXPECT_EQ(loop.entries(), 1u);  // The timer.
  task.cancel();
  run_briefly();
  expect_cancelled(task);
  EXPECT_EQ(loop.entries(), 0u);
}

// test_tasks.py:test_baseexception_during_cancel, for an exception that asyncio's loop survives
TEST_F(AsyncioTasks, TestExceptionDuringCancel) {
  const auto much = [](Loop& l) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(sleep(l, 10s));
    if (is_a<Cancelled>(error)) throw OtherError();
  };
  const Task<void> task = create_task(loop, much(loop));
  run_briefly();
  task.cancel();
  EXPECT_FALSE(task.done());
  run_briefly();
  EXPECT_TRUE(task.done());
  EXPECT_FALSE(task.cancelled());
  EXPECT_TRUE(is_a<OtherError>(task.exception()));
}

// test_tasks.py:test_yield_future_passes_cancel
TEST_F(AsyncioTasks, TestYieldFuturePassesCancel) {
  int proof = 0;
  const Future<int> waiter = create_future<int>(loop);
  const auto inner = [](Future<int> w, int& p) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(w);
    if (is_a<Cancelled>(error)) ++p;
    if (error) std::rethrow_exception(error);
  };
  const auto outer = [](Coroutine<void> child, int& p) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(std::move(child));
    p += is_a<Cancelled>(error) ? 100 : 10;
  };
  const Task<void> task = create_task(loop, outer(inner(waiter, proof), proof));
  run_briefly();
  task.cancel();
  run(task);
  EXPECT_EQ(proof, 101);
  EXPECT_TRUE(waiter.cancelled());
}

// test_tasks.py:test_uncancel_basic
TEST_F(AsyncioTasks, TestUncancelBasic) {
  const Task<void> task = create_task(loop, [](Loop& l) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(sleep(l, 10s));
    auto& me = co_await this_task();
    if (is_a<Cancelled>(error)) me.uncancel();
    co_await sleep(l, 10s);
  }(loop));
  run(sleep(loop, 10ms));
  EXPECT_TRUE(task.cancel());
  EXPECT_EQ(task.cancelling(), 1u);
  EXPECT_FALSE(task.cancelled());
  run(sleep(loop, 10ms));
  EXPECT_EQ(task.cancelling(), 0u);
  EXPECT_FALSE(task.cancelled());
  EXPECT_TRUE(task.cancel());
  EXPECT_EQ(task.cancelling(), 1u);
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_TRUE(task.cancelled());
  task.uncancel();
  EXPECT_TRUE(task.cancelled());
}

struct Blocks {
  bool timed_out = false, block_finished = false, outer_reached = false;
};

/// What timeout() does, by hand.
Coroutine<Blocks> request_with_timeout(Loop& loop, Duration delay, Duration limit) {
  Blocks blocks;
  auto& me = co_await this_task();
  Handle timer = call_later(loop, limit, [&] {
    blocks.timed_out = true;
    me.future.cancel();
  });
  const std::exception_ptr error = co_await error_of(sleep(loop, delay));
  blocks.block_finished = !error;
  timer.cancel();
  const bool ours = blocks.timed_out && me.uncancel() == 0 && is_a<Cancelled>(error);
  if (error && !ours) std::rethrow_exception(error);
  blocks.outer_reached = true;
  co_await sleep(loop, 0s);
  co_return blocks;
}

// test_tasks.py:test_uncancel_structured_blocks
TEST_F(AsyncioTasks, TestUncancelStructuredBlocks) {
  const Task<Blocks> late = create_task(loop, request_with_timeout(loop, 10s, 100ms));
  const Blocks first = run(late);
  EXPECT_TRUE(first.timed_out);
  EXPECT_FALSE(first.block_finished);
  EXPECT_TRUE(first.outer_reached);
  EXPECT_EQ(late.cancelling(), 0u);
  const Task<Blocks> in_time = create_task(loop, request_with_timeout(loop, 0s, 10s));
  const Blocks second = run(in_time);
  EXPECT_FALSE(second.timed_out);
  EXPECT_TRUE(second.block_finished);
  EXPECT_TRUE(second.outer_reached);
  EXPECT_EQ(in_time.cancelling(), 0u);
}

}  // namespace
}  // namespace loopsteal::asyncio
