// Event and Lock, as CPython 3.11's test_locks.py has them.
#include <stdexcept>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioLocks : public VirtualLoop {
 protected:
  static Coroutine<void> take(Lock& lock, Numbers& result, int number) {
    co_await lock.acquire();
    result.push_back(number);
  }
  Lock lock{loop};
  Numbers result;
};

// test_locks.py:LockTests.test_acquire
TEST_F(AsyncioLocks, TestAcquire) {
  run(lock.acquire());
  const Task<void> first = create_task(loop, take(lock, result, 1));
  const Task<void> second = create_task(loop, take(lock, result, 2));
  run_once();
  EXPECT_EQ(result, Numbers());
  lock.release();
  run_once();
  EXPECT_EQ(result, (Numbers{1}));
  run_once();
  EXPECT_EQ(result, (Numbers{1}));
  const Task<void> third = create_task(loop, take(lock, result, 3));
  lock.release();
  run_once();
  EXPECT_EQ(result, (Numbers{1, 2}));
  lock.release();
  run_once();
  EXPECT_EQ(result, (Numbers{1, 2, 3}));
  EXPECT_TRUE(first.done() && second.done() && third.done());
}

// test_locks.py:LockTests.test_acquire_cancel
TEST_F(AsyncioLocks, TestAcquireCancel) {
  run(lock.acquire());
  const Task<void> task = create_task(loop, lock.acquire());
  call_soon(loop, [&] { task.cancel(); });
  EXPECT_THROW(run(task), Cancelled);
  lock.release();
  EXPECT_FALSE(lock.locked());
  run(lock.acquire());  // Nobody waits in front.
}

Coroutine<void> lock_it(Lock& lock, Future<void> blocker) {
  co_await lock.acquire();
  const std::exception_ptr error = co_await error_of(blocker);
  lock.release();
  if (error) std::rethrow_exception(error);
}

// test_locks.py:LockTests.test_cancel_race
TEST_F(AsyncioLocks, TestCancelRace) {
  const Future<void> blocker = create_future(loop), open = create_future(loop);
  open.set_result();
  const Task<void> a = create_task(loop, lock_it(lock, blocker));
  run_once();
  EXPECT_TRUE(lock.locked());
  const Task<void> b = create_task(loop, lock_it(lock, open));
  run_once();
  const Task<void> c = create_task(loop, lock_it(lock, open));
  run_once();
  blocker.set_result();
  b.cancel();
  run_once();
  EXPECT_FALSE(lock.locked());
  EXPECT_TRUE(a.done());
  EXPECT_TRUE(b.cancelled());
  run(c);
}

// test_locks.py:LockTests.test_cancel_release_race
TEST_F(AsyncioLocks, TestCancelReleaseRace) {
  run(lock.acquire());
  const Task<void> first = create_task(loop, take(lock, result, 1));
  const Task<void> second = create_task(loop, take(lock, result, 2));
  const Task<void> third = create_task(loop, take(lock, result, 3));
  run_once();
  call_soon(loop, [&] {
    first.cancel();
    lock.release();
  });
  EXPECT_THROW(run(first), Cancelled);
  run_once();
  EXPECT_EQ(result, (Numbers{2}));  // One lock, one holder.
  EXPECT_TRUE(second.done());
  third.cancel();
  run_once();
  EXPECT_TRUE(third.cancelled());
}

// test_locks.py:LockTests.test_finished_waiter_cancelled
TEST_F(AsyncioLocks, TestFinishedWaiterCancelled) {
  run(lock.acquire());
  const Task<void> b = create_task(loop, lock.acquire());
  run_once();
  const Task<void> c = create_task(loop, lock.acquire());
  b.cancel();
  lock.release();
  run_once();
  EXPECT_TRUE(lock.locked());
  EXPECT_TRUE(b.cancelled());
  run(c);
}

// test_locks.py:LockTests.test_release_not_acquired
TEST_F(AsyncioLocks, TestReleaseNotAcquired) { EXPECT_THROW(lock.release(), std::runtime_error); }

// test_locks.py:LockTests.test_release_no_waiters
TEST_F(AsyncioLocks, TestReleaseNoWaiters) {
  run(lock.acquire());
  EXPECT_TRUE(lock.locked());
  lock.release();
  EXPECT_FALSE(lock.locked());
}

class AsyncioEvents : public VirtualLoop {
 protected:
  static Coroutine<void> wait(Event& event, Numbers& result, int number) {
    co_await event.wait();
    result.push_back(number);
  }
  Event event{loop};
  Numbers result;
};

// test_locks.py:EventTests.test_wait
TEST_F(AsyncioEvents, TestWait) {
  EXPECT_FALSE(event.is_set());
  const Task<void> first = create_task(loop, wait(event, result, 1));
  const Task<void> second = create_task(loop, wait(event, result, 2));
  run_once();
  EXPECT_EQ(result, Numbers());
  const Task<void> third = create_task(loop, wait(event, result, 3));
  event.set();
  run_once();
  EXPECT_EQ(result, (Numbers{3, 1, 2}));
  EXPECT_TRUE(first.done() && second.done() && third.done());
}

// test_locks.py:EventTests.test_wait_on_set
TEST_F(AsyncioEvents, TestWaitOnSet) {
  event.set();
  const Task<void> task = create_task(loop, event.wait());
  run_once();
  EXPECT_TRUE(task.done());
}

// test_locks.py:EventTests.test_wait_cancel
TEST_F(AsyncioEvents, TestWaitCancel) {
  const Task<void> task = create_task(loop, event.wait());
  call_soon(loop, [&] { task.cancel(); });
  EXPECT_THROW(run(task), Cancelled);
  event.set();  // Wakes nobody.
  EXPECT_EQ(loop.entries(), 0u);
}

// test_locks.py:EventTests.test_clear
TEST_F(AsyncioEvents, TestClear) {
  event.set();
  EXPECT_TRUE(event.is_set());
  event.clear();
  EXPECT_FALSE(event.is_set());
}

// test_locks.py:EventTests.test_clear_with_waiters
TEST_F(AsyncioEvents, TestClearWithWaiters) {
  const Task<void> task = create_task(loop, wait(event, result, 1));
  run_once();
  EXPECT_EQ(result, Numbers());
  event.set();
  event.clear();
  EXPECT_FALSE(event.is_set());
  event.set();
  event.set();
  EXPECT_EQ(loop.entries(), 1u);  // One wake-up.
  run_once();
  EXPECT_EQ(result, (Numbers{1}));
  EXPECT_TRUE(task.done());
}

}  // namespace
}  // namespace loopsteal::asyncio
