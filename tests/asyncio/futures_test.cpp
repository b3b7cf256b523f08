// Futures, as CPython 3.11's test_futures.py has them.
#include <memory>
#include <string>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioFutures : public VirtualLoop {
 protected:
  Future<int> future = create_future<int>(loop);
};

// test_futures.py:test_initial_state
TEST_F(AsyncioFutures, TestInitialState) {
  EXPECT_FALSE(future.cancelled());
  EXPECT_FALSE(future.done());
  future.cancel();
  EXPECT_TRUE(future.cancelled());
}

// test_futures.py:test_cancel
TEST_F(AsyncioFutures, TestCancel) {
  EXPECT_TRUE(future.cancel());
  EXPECT_TRUE(future.cancelled());
  EXPECT_TRUE(future.done());
  EXPECT_THROW(future.result(), Cancelled);
  EXPECT_THROW(static_cast<void>(future.exception()), Cancelled);
  EXPECT_THROW(future.set_result(1), InvalidStateError);
  EXPECT_THROW(future.set_exception(std::make_exception_ptr(OtherError())), InvalidStateError);
  EXPECT_FALSE(future.cancel());
}

// test_futures.py:test_result
TEST_F(AsyncioFutures, TestResult) {
  EXPECT_THROW(future.result(), InvalidStateError);
  future.set_result(42);
  EXPECT_FALSE(future.cancelled());
  EXPECT_TRUE(future.done());
  EXPECT_EQ(future.result(), 42);
  EXPECT_EQ(future.exception(), nullptr);
  EXPECT_THROW(future.set_result(1), InvalidStateError);
  EXPECT_THROW(future.set_exception(std::make_exception_ptr(OtherError())), InvalidStateError);
  EXPECT_FALSE(future.cancel());
}

// test_futures.py:test_exception
TEST_F(AsyncioFutures, TestException) {
  EXPECT_THROW(static_cast<void>(future.exception()), InvalidStateError);
  future.set_exception(std::make_exception_ptr(OtherError()));
  EXPECT_FALSE(future.cancelled());
  EXPECT_TRUE(future.done());
  EXPECT_THROW(future.result(), OtherError);
  EXPECT_TRUE(is_a<OtherError>(future.exception()));
  EXPECT_THROW(future.set_result(1), InvalidStateError);
  EXPECT_FALSE(future.cancel());
}

// test_futures.py:test_iter
TEST_F(AsyncioFutures, TestIter) {
  const auto wait = [](Future<int> f) -> Coroutine<int> {
    const int value = co_await f;
    const int again = co_await f;  // Done, so at once.
    co_return value + again;
  };
  const Task<int> task = create_task(loop, wait(future));
  run_briefly();
  EXPECT_FALSE(task.done());
  future.set_result(21);
  EXPECT_EQ(run(task), 42);
}

class AsyncioDoneCallbacks : public VirtualLoop {
 protected:
  detail::DoneCallback* add(const std::string& name) {
    return add_done_callback(future, [this, name] { bag += name; });
  }
  Future<int> future = create_future<int>(loop);
  std::string bag;
};

// test_futures.py:test_callbacks_invoked_on_set_result
TEST_F(AsyncioDoneCallbacks, TestCallbacksInvokedOnSetResult) {
  add("4");
  add("2");
  run_once();
  EXPECT_EQ(bag, "");
  future.set_result(1);
  EXPECT_EQ(bag, "");
  run_once();
  EXPECT_EQ(bag, "42");
}

// test_futures.py:test_callbacks_invoked_on_set_exception
TEST_F(AsyncioDoneCallbacks, TestCallbacksInvokedOnSetException) {
  add("4");
  add("2");
  future.set_exception(std::make_exception_ptr(OtherError()));
  run_once();
  EXPECT_EQ(bag, "42");
}

TEST_F(AsyncioDoneCallbacks, EachIsAnEntryOfItsOwnInTheOrderInWhichTheyCame) {
  const auto spawn = [this](const std::string& name) {
    add_done_callback(future, [this, name] {
      bag += name;
      call_soon(loop, [this] { bag += "."; });
    });
  };
  spawn("a");
  spawn("b");
  call_soon(loop, [this] { bag += "before "; });
  future.set_result(1);
  call_soon(loop, [this] { bag += " after"; });
  run_once();
  EXPECT_EQ(bag, "before ab after");
  run_once();
  EXPECT_EQ(bag, "before ab after..");
}

TEST_F(AsyncioDoneCallbacks, OnADoneFutureOneIsReadyAtOnce) {
  future.set_result(1);
  add("a");
  EXPECT_EQ(bag, "");
  run_once();
  EXPECT_EQ(bag, "a");
}

// test_futures.py:test_remove_done_callback
TEST_F(AsyncioDoneCallbacks, TestRemoveDoneCallback) {
  add("1");
  auto* const second = add("2");
  add("3");
  remove_done_callback(future, second);
  future.set_result(1);
  run_once();
  EXPECT_EQ(bag, "13");
}

// test_futures.py:test_callbacks_remove_first_callback
TEST_F(AsyncioDoneCallbacks, TestCallbacksRemoveFirstCallback) {
  auto* const first = add("1");
  add("2");
  remove_done_callback(future, first);
  add("3");
  future.set_result(1);
  run_once();
  EXPECT_EQ(bag, "23");
}

// test_futures.py:test_callbacks_remove_first_and_second_callback
TEST_F(AsyncioDoneCallbacks, TestCallbacksRemoveFirstAndSecondCallback) {
  auto* const first = add("1");
  auto* const second = add("2");
  add("3");
  remove_done_callback(future, first);
  remove_done_callback(future, second);
  future.set_result(1);
  run_once();
  EXPECT_EQ(bag, "3");
}

// test_futures.py:test_callbacks_remove_third_callback
TEST_F(AsyncioDoneCallbacks, TestCallbacksRemoveThirdCallback) {
  add("1");
  add("2");
  auto* const third = add("3");
  remove_done_callback(future, third);
  add("4");
  future.set_result(1);
  run_once();
  EXPECT_EQ(bag, "124");
}

// test_futures.py:test_remove_done_callbacks_list_clear, for one that is ready already: as with a
// handle of call_soon(), what is scheduled runs.
TEST_F(AsyncioDoneCallbacks, OneThatIsScheduledIsNotTakenBack) {
  auto* const first = add("1");
  future.set_result(1);
  remove_done_callback(future, first);
  run_once();
  EXPECT_EQ(bag, "1");
}

// test_futures.py:test_schedule_callbacks_list_mutation_1
TEST_F(AsyncioDoneCallbacks, TestScheduleCallbacksListMutation1) {
  add_done_callback(future, [this] { add("late"); });
  future.set_result(1);
  run_once();
  EXPECT_EQ(bag, "");
  run_once();
  EXPECT_EQ(bag, "late");
}

// test_futures.py:test_future_del_collect
TEST_F(AsyncioDoneCallbacks, TestFutureDelCollect) {
  const auto held = std::make_shared<int>(1);
  {
    const Future<int> dropped = create_future<int>(loop);
    add_done_callback(dropped, [held] { FAIL() << "nobody ended it"; });
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace loopsteal::asyncio
