// The loop itself, as CPython 3.11's test_base_events.py has it.
#include <vector>

#include "sched/core/coro/verbs.hpp"
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioBaseEvents : public VirtualLoop {};

// test_base_events.py:test_call_soon
TEST_F(AsyncioBaseEvents, TestCallSoon) {
  Log log;
  call_soon(loop, [&] { log.push_back("a"); });
  call_soon(loop, [&] { log.push_back("b"); });
  EXPECT_TRUE(log.empty());
  run_once();
  EXPECT_EQ(log, (Log{"a", "b"}));
}

// test_base_events.py:test_call_later
TEST_F(AsyncioBaseEvents, TestCallLater) {
  Duration called{};
  const Handle handle = call_later(loop, 10s, [&] { called = now(); });
  EXPECT_FALSE(handle.cancelled());
  run(sleep(loop, 11s));
  EXPECT_EQ(called, 10s);
}

// test_base_events.py:test_call_later_negative_delays
TEST_F(AsyncioBaseEvents, TestCallLaterNegativeDelays) {
  Log calls;
  call_later(loop, -1s, [&] { calls.push_back("a"); });
  call_later(loop, -2s, [&] { calls.push_back("b"); });
  run_briefly();
  EXPECT_EQ(calls, (Log{"b", "a"}));
  EXPECT_EQ(now(), 0s);
}

// test_base_events.py:test_time_and_call_at
TEST_F(AsyncioBaseEvents, TestTimeAndCallAt) {
  const TimePoint when = loop.time() + 100ms;
  TimePoint called{};
  call_at(loop, when, [&] {
    called = loop.time();
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(called, when);
}

// test_base_events.py:test__run_once
TEST_F(AsyncioBaseEvents, TestRunOnceSleepsTowardsTheFirstTimerThatStands) {
  Log log;
  Handle first = call_later(loop, 5s, [&] { log.push_back("cancelled"); });
  call_later(loop, 10s, [&] {
    log.push_back("second");
    loop.stop();
  });
  first.cancel();
  loop.run_forever();
  EXPECT_EQ(log, (Log{"second"}));
  EXPECT_EQ(now(), 10s);
  EXPECT_EQ(iteration(), 1u);
}

// test_base_events.py:test__run_once_schedule_handle
TEST_F(AsyncioBaseEvents, TestRunOnceScheduleHandle) {
  Log log;
  call_at(loop, loop.time() - 1s, [&] {
    log.push_back("timer");
    call_soon(loop, [&] { log.push_back("next"); });
  });
  run_once();
  EXPECT_EQ(log, (Log{"timer"}));
  run_once();
  EXPECT_EQ(log, (Log{"timer", "next"}));
}

// test_base_events.py:test__run_once_cancelled_event_cleanup. What it looks up inside the loop
// shows in the order of equal timers: whoever is cancelled keeps its place in the heap, until more
// than half of more than a hundred are, and the heap is made anew. The orders are CPython's.
class AsyncioTimerCleanup : public VirtualLoop {
 protected:
  /// 102 equal timers, the last `cancelled` of them cancelled: the order of the others.
  Numbers order_after_cancelling(int cancelled) {
    Numbers order;
    std::vector<Handle> handles;
    for (int i = 0; i < 102; ++i)
      handles.push_back(call_at(loop, start + 10s, [&order, i] { order.push_back(i); }));
    for (int i = 102 - cancelled; i < 102; ++i) handles[static_cast<std::size_t>(i)].cancel();
    run_once();
    EXPECT_TRUE(order.empty());
    EXPECT_EQ(now(), 0s);
    loop.on_idle([this] { loop.stop(); });
    loop.run_forever();
    return order;
  }
};

TEST_F(AsyncioTimerCleanup, TestRunOnceCancelledEventCleanup) {
  const Numbers order = order_after_cancelling(52);
  ASSERT_EQ(order.size(), 50u);
  EXPECT_EQ(Numbers(order.begin(), order.begin() + 6), (Numbers{30, 14, 6, 2, 0, 11}));
  EXPECT_EQ(Numbers(order.end() - 3, order.end()), (Numbers{22, 46, 38}));
}

TEST_F(AsyncioTimerCleanup, HalfIsNotTooMany) {
  const Numbers order = order_after_cancelling(51);
  ASSERT_EQ(order.size(), 51u);
  EXPECT_EQ(Numbers(order.begin(), order.begin() + 6), (Numbers{0, 2, 6, 14, 30, 50}));
  EXPECT_EQ(Numbers(order.end() - 3, order.end()), (Numbers{4, 1, 3}));
}

TEST_F(AsyncioTimerCleanup, ATimerIsCancelledOnceHoweverOften) {
  Handle handle = call_later(loop, 1s, [] { FAIL() << "it was cancelled"; });
  handle.cancel();
  handle.cancel();
  EXPECT_TRUE(handle.cancelled());
  EXPECT_EQ(loop.entries(), 0u);
  run(sleep(loop, 2s));
}

// test_base_events.py:test__add_callback_cancelled_handle
TEST_F(AsyncioBaseEvents, TestAddCallbackCancelledHandle) {
  Handle handle = call_soon(loop, [] { FAIL() << "it was cancelled"; });
  handle.cancel();
  EXPECT_TRUE(handle.cancelled());
  run_once();
  EXPECT_EQ(iteration(), 1u);
}

// test_base_events.py:test_run_once
TEST_F(AsyncioBaseEvents, TestRunOnce) {
  int count = 0;
  call_soon(loop, [&] { ++count; });
  run_once();
  EXPECT_EQ(count, 1);
  EXPECT_EQ(iteration(), 1u);
}

// test_base_events.py:test_run_forever_pre_stopped
TEST_F(AsyncioBaseEvents, TestRunForeverPreStopped) {
  call_later(loop, 1h, [] { FAIL() << "nobody waits for it"; });
  loop.stop();
  loop.run_forever();
  EXPECT_EQ(now(), 0s);
  loop.cancel_callbacks();
}

// test_base_events.py:test_single_selecter_event_callback_after_stopping: an event is handed out
// once, also if the loop is stopped in that iteration and run again.
TEST_F(AsyncioBaseEvents, TestSingleSelecterEventCallbackAfterStopping) {
  int count = 0;
  call_at(loop, loop.time(), [&] {
    ++count;
    call_soon(loop, [] {});
  });
  for (int i = 0; i < 2; ++i) {
    run_once();
    EXPECT_EQ(count, 1) << i;
  }
}

// semantics of stop() in base_events.py:run_forever, shown by test_base_events.py:test_run_once
TEST_F(AsyncioBaseEvents, StopFinishesTheIterationAndKeepsTheRest) {
  Log log;
  call_soon(loop, [&] {
    log.push_back("a");
    loop.stop();
    call_soon(loop, [&] { log.push_back("next"); });
  });
  call_soon(loop, [&] { log.push_back("b"); });
  loop.run_forever();
  EXPECT_EQ(log, (Log{"a", "b"}));
  run_once();
  EXPECT_EQ(log, (Log{"a", "b", "next"}));
}

// test_base_events.py:test_run_until_complete_loop
TEST_F(AsyncioBaseEvents, TestRunUntilCompleteLoop) {
  const auto other_scheduler = virtual_scheduler();
  Loop other(*other_scheduler);
  const Future<void> future = create_future(loop);
  EXPECT_THROW(run_until_complete(other, future), std::invalid_argument);
}

// test_base_events.py:test_run_until_complete_loop_orphan_future_close_loop: a run that was left
// early leaves no callback behind that would stop the next.
TEST_F(AsyncioBaseEvents, TestRunUntilCompleteLoopOrphanFutureCloseLoop) {
  call_soon(loop, [&] { loop.stop(); });
  EXPECT_THROW(run(sleep(loop, 100ms)), StoppedError);
  run(sleep(loop, 200ms));
  EXPECT_EQ(now(), 200ms);
}

// test_tasks.py:test_stop_while_run_in_complete
TEST_F(AsyncioBaseEvents, TestStopWhileRunInComplete) {
  int x = 0;
  const Task<void> task = create_task(loop, [](Loop& l, int& n) -> Coroutine<void> {
    while (n < 10) {
      co_await sleep(l, 100ms);
      if (++n == 2) l.stop();
    }
  }(loop, x));
  EXPECT_THROW(run(task), StoppedError);
  EXPECT_FALSE(task.done());
  EXPECT_EQ(x, 2);
  EXPECT_EQ(now(), 200ms);
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
}

// test_base_events.py:test_log_slow_callbacks
TEST(AsyncioDebugMode, TestLogSlowCallbacks) {
  const auto scheduler = virtual_scheduler("event_loop:debug=on,slow_callback_duration=100ms");
  Loop loop(*scheduler);
  const auto computing = [](Duration duration) -> Coroutine<void> {
    co_await compute(Work::of(duration));
  };
  ::testing::internal::CaptureStderr();
  run_until_complete(loop, computing(99ms));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ::testing::internal::CaptureStderr();
  run_until_complete(loop, computing(100ms));
  EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
}

class AsyncioExceptionHandler : public VirtualLoop {
 protected:
  static void fail() { throw ZeroDivision(); }
};

// test_base_events.py:test_default_exc_handler_callback
TEST_F(AsyncioExceptionHandler, TestDefaultExcHandlerCallback) {
  for (const bool timer : {false, true}) {
    const Future<void> future = create_future(loop);
    const auto failing = [&] {
      future.set_result();
      fail();
    };
    timer ? call_later(loop, 10ms, failing) : call_soon(loop, failing);
    add_done_callback(future, [&] { loop.stop(); });
    ::testing::internal::CaptureStderr();
    loop.run_forever();
    EXPECT_NE(::testing::internal::GetCapturedStderr().find("division by zero"), std::string::npos);
    EXPECT_TRUE(future.done());
  }
}

// test_base_events.py:test_set_exc_handler_custom
TEST_F(AsyncioExceptionHandler, TestSetExcHandlerCustom) {
  std::vector<std::exception_ptr> errors;
  scheduler->set_exception_handler(
      [&](const std::exception_ptr& error) { errors.push_back(error); });
  call_soon(loop, fail);
  run_once();
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_TRUE(is_a<ZeroDivision>(errors[0]));
  scheduler->set_exception_handler({});
  call_soon(loop, fail);
  ::testing::internal::CaptureStderr();
  run_once();
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("division by zero"), std::string::npos);
  EXPECT_EQ(errors.size(), 1u);
}

// test_base_events.py:test_set_exc_handler_broken
TEST_F(AsyncioExceptionHandler, TestSetExcHandlerBroken) {
  scheduler->set_exception_handler([](const std::exception_ptr&) { throw OtherError(); });
  Log log;
  call_soon(loop, fail);
  call_soon(loop, [&] { log.push_back("goes on"); });
  ::testing::internal::CaptureStderr();
  run_once();
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("other"), std::string::npos);
  EXPECT_EQ(log, (Log{"goes on"}));
}

}  // namespace
}  // namespace loopsteal::asyncio
