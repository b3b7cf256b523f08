// Semaphore, as CPython 3.11's test_locks.py has it.
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

Coroutine<void> take(Semaphore& semaphore, Numbers& result, int number) {
  co_await semaphore.acquire();
  result.push_back(number);
}

class AsyncioSemaphores : public VirtualLoop {
 protected:
  Numbers result;
};

// test_locks.py:SemaphoreTests.test_initial_value_zero
TEST_F(AsyncioSemaphores, TestInitialValueZero) { EXPECT_TRUE(Semaphore(loop, 0).locked()); }

// test_locks.py:SemaphoreTests.test_acquire
TEST_F(AsyncioSemaphores, TestAcquire) {
  Semaphore semaphore(loop, 3);
  run(semaphore.acquire());
  run(semaphore.acquire());
  EXPECT_FALSE(semaphore.locked());
  const Task<void> first = create_task(loop, take(semaphore, result, 1));
  const Task<void> second = create_task(loop, take(semaphore, result, 2));
  const Task<void> third = create_task(loop, take(semaphore, result, 3));
  run_once();
  EXPECT_EQ(result, (Numbers{1}));
  EXPECT_TRUE(semaphore.locked());
  const Task<void> fourth = create_task(loop, take(semaphore, result, 4));
  semaphore.release();
  semaphore.release();
  run_once();
  EXPECT_EQ(result, (Numbers{1, 2, 3}));
  EXPECT_TRUE(semaphore.locked());
  EXPECT_TRUE(first.done() && second.done() && third.done());
  EXPECT_FALSE(fourth.done());
  semaphore.release();
  run(fourth);
}

// test_locks.py:SemaphoreTests.test_acquire_cancel
TEST_F(AsyncioSemaphores, TestAcquireCancel) {
  Semaphore semaphore(loop, 1);
  run(semaphore.acquire());
  const Task<void> task = create_task(loop, semaphore.acquire());
  call_soon(loop, [&] { task.cancel(); });
  EXPECT_THROW(run(task), Cancelled);
  semaphore.release();
  EXPECT_FALSE(semaphore.locked());
}

// test_locks.py:SemaphoreTests.test_acquire_cancel_before_awoken
TEST_F(AsyncioSemaphores, TestAcquireCancelBeforeAwoken) {
  Semaphore semaphore(loop, 0);
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(create_task(loop, semaphore.acquire()));
  run_once();
  tasks[0].cancel();
  tasks[1].cancel();
  semaphore.release();
  run_once();
  run_once();
  EXPECT_TRUE(tasks[2].done());
  EXPECT_FALSE(tasks[2].cancelled());
  EXPECT_FALSE(tasks[3].done());
}

// test_locks.py:SemaphoreTests.test_acquire_hang
TEST_F(AsyncioSemaphores, TestAcquireHang) {
  Semaphore semaphore(loop, 0);
  const Task<void> first = create_task(loop, semaphore.acquire());
  const Task<void> second = create_task(loop, semaphore.acquire());
  run_once();
  first.cancel();
  semaphore.release();
  run_once();
  run_once();
  EXPECT_TRUE(semaphore.locked());
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(second.done());
}

// test_locks.py:SemaphoreTests.test_acquire_no_hang: the permit of one that was woken and then
// cancelled goes on to others.
TEST_F(AsyncioSemaphores, TestAcquireNoHang) {
  struct NoHang {
    static Coroutine<void> first(Loop& l, Semaphore& s, Task<void>& second) {
      co_await s.acquire();
      co_await sleep(l, 0s);
      s.release();
      second.cancel();
    }
    static Coroutine<void> second(Semaphore& s) {
      co_await s.acquire();
      ADD_FAILURE() << "it was cancelled";
    }
  };
  Semaphore semaphore(loop, 1);
  Task<void> second;
  const Task<void> first = create_task(loop, NoHang::first(loop, semaphore, second));
  second = create_task(loop, NoHang::second(semaphore));
  run(first);
  EXPECT_THROW(run(second), Cancelled);
  run(wait_for(loop, semaphore.acquire(), 1s));
  EXPECT_EQ(now(), 0s);
}

// test_locks.py:SemaphoreTests.test_release_no_waiters
TEST_F(AsyncioSemaphores, TestReleaseNoWaiters) {
  Semaphore semaphore(loop, 1);
  run(semaphore.acquire());
  EXPECT_TRUE(semaphore.locked());
  semaphore.release();
  EXPECT_FALSE(semaphore.locked());
}

Coroutine<void> take_twice(Loop& loop, Semaphore& semaphore, Log& log, std::string name) {
  for (const char* turn : {"_1", "_2"}) {
    co_await semaphore.acquire();
    log.push_back(name + turn);
    co_await sleep(loop, 10ms);
    semaphore.release();
  }
}

// test_locks.py:SemaphoreTests.test_acquire_fifo_order
TEST_F(AsyncioSemaphores, TestAcquireFifoOrder) {
  Semaphore semaphore(loop, 1);
  Log log;
  const auto body = [](Loop& l, Semaphore& s, Log& out) -> Coroutine<void> {
    auto& me = co_await this_task();
    TaskGroup group(l, me);
    for (const char* name : {"c1", "c2", "c3"}) group.create_task(take_twice(l, s, out, name));
    co_await group.join();
  };
  run(body(loop, semaphore, log));
  EXPECT_EQ(log, (Log{"c1_1", "c2_1", "c3_1", "c1_2", "c2_2", "c3_2"}));
  EXPECT_EQ(now(), 60ms);
}

// test_locks.py:SemaphoreTests.test_acquire_fifo_order_2
TEST_F(AsyncioSemaphores, TestAcquireFifoOrder2) {
  Semaphore semaphore(loop, 1);
  const auto again = [](Semaphore& s, Numbers& out) -> Coroutine<void> {
    co_await s.acquire();
    out.push_back(2);
    s.release();
    co_await s.acquire();
    out.push_back(4);
  };
  std::vector<Future<void>> tasks;
  tasks.push_back(create_task(loop, take(semaphore, result, 1)));
  tasks.push_back(create_task(loop, again(semaphore, result)));
  tasks.push_back(create_task(loop, take(semaphore, result, 3)));
  run_once();
  semaphore.release();
  semaphore.release();
  run(gather(loop, tasks));
  EXPECT_EQ(result, (Numbers{1, 2, 3, 4}));
}

// test_locks.py:SemaphoreTests.test_acquire_fifo_order_3
TEST_F(AsyncioSemaphores, TestAcquireFifoOrder3) {
  Semaphore semaphore(loop, 0);
  const Task<void> first = create_task(loop, take(semaphore, result, 1));
  const Task<void> second = create_task(loop, take(semaphore, result, 2));
  const Task<void> third = create_task(loop, take(semaphore, result, 3));
  run_once();
  first.cancel();
  run_once();
  semaphore.release();
  semaphore.release();
  run(second);
  run(third);
  EXPECT_TRUE(first.cancelled());
  EXPECT_EQ(result, (Numbers{2, 3}));
}

}  // namespace
}  // namespace loopsteal::asyncio
