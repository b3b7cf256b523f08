// timeout(), as CPython 3.11's test_timeouts.py has it.
#include "sched/core/coro/verbs.hpp"
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioTimeouts : public VirtualLoop {};

Coroutine<void> computing(Loop& loop, Duration work, Duration then_sleep) {
  co_await compute(Work::of(work));
  co_await sleep(loop, then_sleep);
}

// test_timeouts.py:test_timeout_basic
TEST_F(AsyncioTimeouts, TestTimeoutBasic) {
  EXPECT_THROW(run(timeout(loop, 10ms, sleep(loop, 10s))), TimeoutError);
  EXPECT_EQ(now(), 10ms);
}

// test_timeouts.py:test_timeout_at_basic
TEST_F(AsyncioTimeouts, TestTimeoutAtBasic) {
  EXPECT_THROW(run(timeout_at(loop, loop.time() + 10ms, sleep(loop, 10s))), TimeoutError);
  EXPECT_EQ(now(), 10ms);
}

// test_timeouts.py:test_nested_timeouts and test_waiter_cancelled: of two that are over at once,
// the outer one throws TimeoutError, and the inner one lets Cancelled pass.
TEST_F(AsyncioTimeouts, TestNestedTimeouts) {
  bool cancelled = false;
  const auto inner = [](Loop& l, TimePoint deadline, bool& seen) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(timeout_at(l, deadline, sleep(l, 10s)));
    seen = is_a<Cancelled>(error);
    if (error) std::rethrow_exception(error);
  };
  const TimePoint deadline = loop.time() + 10ms;
  EXPECT_THROW(run(timeout_at(loop, deadline, inner(loop, deadline, cancelled))), TimeoutError);
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(now(), 10ms);
}

// test_timeouts.py:test_timeout_not_called
TEST_F(AsyncioTimeouts, TestTimeoutNotCalled) {
  EXPECT_EQ(run(timeout(loop, 10s, after(loop, 10ms, 7))), 7);
  EXPECT_EQ(now(), 10ms);
  EXPECT_EQ(loop.entries(), 0u);  // Its timer is gone.
}

// test_timeouts.py:test_timeout_zero
TEST_F(AsyncioTimeouts, TestTimeoutZero) {
  EXPECT_THROW(run(timeout(loop, 0s, sleep(loop, 10s))), TimeoutError);
  EXPECT_EQ(now(), 0s);
}

// test_timeouts.py:test_timeout_zero_sleep_zero
TEST_F(AsyncioTimeouts, TestTimeoutZeroSleepZero) {
  EXPECT_THROW(run(timeout(loop, 0s, sleep(loop, 0s))), TimeoutError);
  EXPECT_EQ(now(), 0s);
}

// test_timeouts.py:test_timeout_in_the_past_sleep_zero
TEST_F(AsyncioTimeouts, TestTimeoutInThePastSleepZero) {
  EXPECT_THROW(run(timeout(loop, -11s, sleep(loop, 0s))), TimeoutError);
  EXPECT_EQ(now(), 0s);
}

// test_timeouts.py:test_foreign_exception_passed
TEST_F(AsyncioTimeouts, TestForeignExceptionPassed) {
  EXPECT_THROW(run(timeout(loop, 10ms, fail_after<OtherError>(loop, 0s))), OtherError);
}

// test_timeouts.py:test_foreign_exception_on_timeout
TEST_F(AsyncioTimeouts, TestForeignExceptionOnTimeout) {
  const auto crash = [](Loop& l) -> Coroutine<void> {
    co_await error_of(sleep(l, 1s));
    throw ZeroDivision();
  };
  EXPECT_THROW(run(timeout(loop, 10ms, crash(loop))), ZeroDivision);
  EXPECT_EQ(now(), 10ms);
}

// test_timeouts.py:test_foreign_cancel_doesnt_timeout_if_not_expired
TEST_F(AsyncioTimeouts, TestForeignCancelDoesntTimeoutIfNotExpired) {
  const auto body = [](Loop& l) -> Coroutine<void> {
    auto& me = co_await this_task();
    me.future.cancel();
    co_await sleep(l, 10s);
  };
  EXPECT_THROW(run(timeout(loop, 10s, body(loop))), Cancelled);
  EXPECT_EQ(now(), 0s);
}

// A request from elsewhere stands, also if the time is up as well (timeouts.py: uncancel() != 0).
TEST_F(AsyncioTimeouts, AForeignCancelBesideTheTimeoutIsNoTimeout) {
  const Task<void> task = create_task(loop, timeout(loop, 10ms, sleep(loop, 10s)));
  call_later(loop, 10ms, [&] { task.cancel(); });
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_EQ(task.cancelling(), 1u);
}

// test_timeouts.py:test_outer_task_is_not_cancelled
TEST_F(AsyncioTimeouts, TestOuterTaskIsNotCancelled) {
  const Task<std::exception_ptr> task =
      create_task(loop, error_of(timeout(loop, 1ms, sleep(loop, 10s))));
  EXPECT_TRUE(is_a<TimeoutError>(run(task)));
  EXPECT_FALSE(task.cancelled());
  EXPECT_EQ(task.cancelling(), 0u);
}

// test_timeouts.py:test_nested_timeouts_concurrent: both are over when the computing ends.
TEST_F(AsyncioTimeouts, TestNestedTimeoutsConcurrent) {
  const auto inner = [](Loop& l) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(timeout(l, 100ms, computing(l, 10ms, 1s)));
    if (error) std::rethrow_exception(error);
  };
  EXPECT_THROW(run(timeout(loop, 2ms, inner(loop))), TimeoutError);
  EXPECT_EQ(now(), 10ms);
}

// test_timeouts.py:test_nested_timeouts_loop_busy: the outer one ends what comes after the inner.
TEST_F(AsyncioTimeouts, TestNestedTimeoutsLoopBusy) {
  bool inner_was_timeout = false;
  const auto body = [](Loop& l, bool& seen) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(timeout(l, 10ms, computing(l, 90ms, 1s)));
    seen = is_a<TimeoutError>(error);
    co_await sleep(l, 10s);
  };
  EXPECT_THROW(run(timeout(loop, 100ms, body(loop, inner_was_timeout))), TimeoutError);
  EXPECT_TRUE(inner_was_timeout);
  EXPECT_EQ(now(), 100ms);
}

// test_timeouts.py:test_nested_timeout_in_finally
TEST_F(AsyncioTimeouts, TestNestedTimeoutInFinally) {
  bool inner_was_timeout = false;
  const auto body = [](Loop& l, bool& seen) -> Coroutine<void> {
    const std::exception_ptr error = co_await error_of(sleep(l, 1s));
    const std::exception_ptr inner = co_await error_of(timeout(l, 10ms, sleep(l, 10s)));
    seen = is_a<TimeoutError>(inner);
    if (inner) std::rethrow_exception(inner);
    if (error) std::rethrow_exception(error);
  };
  EXPECT_THROW(run(timeout(loop, 10ms, body(loop, inner_was_timeout))), TimeoutError);
  EXPECT_FALSE(inner_was_timeout);  // The outer request still counts: 3.11 lets Cancelled pass.
  EXPECT_EQ(now(), 20ms);
}

}  // namespace
}  // namespace loopsteal::asyncio
