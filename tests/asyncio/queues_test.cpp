// Queue, as CPython 3.11's test_queues.py has it.
#include <algorithm>
#include <string>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioQueues : public VirtualLoop {
 protected:
  /// What is in `queue`, taken out.
  static Numbers drain(Queue<int>& queue) {
    Numbers all;
    while (!queue.empty()) all.push_back(queue.get_nowait());
    return all;
  }
};

// test_queues.py:QueueBasicTests.test_empty
TEST_F(AsyncioQueues, TestEmpty) {
  Queue<int> queue(loop);
  EXPECT_TRUE(queue.empty());
  run(queue.put(1));
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(run(queue.get()), 1);
  EXPECT_TRUE(queue.empty());
}

// test_queues.py:QueueBasicTests.test_full
TEST_F(AsyncioQueues, TestFull) {
  EXPECT_FALSE(Queue<int>(loop).full());
  Queue<int> queue(loop, 1);
  run(queue.put(1));
  EXPECT_TRUE(queue.full());
}

// test_queues.py:QueueBasicTests.test_order
TEST_F(AsyncioQueues, TestOrder) {
  Queue<int> queue(loop);
  for (const int i : {1, 3, 2}) run(queue.put(i));
  EXPECT_EQ(drain(queue), (Numbers{1, 3, 2}));
}

Coroutine<void> put_all(Queue<int>& queue, int count, Numbers& have_been_put) {
  for (int i = 0; i < count; ++i) {
    co_await queue.put(i);
    have_been_put.push_back(i);
  }
}

// test_queues.py:QueueBasicTests.test_maxsize
TEST_F(AsyncioQueues, TestMaxsize) {
  Queue<int> queue(loop, 2);
  Numbers put;
  const Task<void> putter = create_task(loop, put_all(queue, 3, put));
  run_briefly();
  EXPECT_EQ(put, (Numbers{0, 1}));
  EXPECT_EQ(queue.get_nowait(), 0);
  run_once();
  EXPECT_EQ(put, (Numbers{0, 1, 2}));
  EXPECT_EQ(drain(queue), (Numbers{1, 2}));
  EXPECT_TRUE(putter.done());
}

// test_queues.py:QueueGetTests.test_blocking_get and QueuePutTests.test_blocking_put
TEST_F(AsyncioQueues, TestBlockingGetAndPut) {
  Queue<int> queue(loop);
  run(queue.put(1));
  EXPECT_EQ(run(queue.get()), 1);
  EXPECT_EQ(iteration(), 4u);  // A step and the end, each.
}

// test_queues.py:QueueGetTests.test_blocking_get_wait
TEST_F(AsyncioQueues, TestBlockingGetWait) {
  Queue<int> queue(loop);
  const Task<int> getter = create_task(loop, queue.get());
  run_briefly();
  EXPECT_FALSE(getter.done());
  call_later(loop, 10ms, [&] { queue.put_nowait(1); });
  EXPECT_EQ(run(getter), 1);
  EXPECT_EQ(now(), 10ms);
}

// test_queues.py:QueueGetTests.test_nonblocking_get and test_nonblocking_get_exception
TEST_F(AsyncioQueues, TestNonblockingGet) {
  Queue<int> queue(loop);
  EXPECT_THROW(queue.get_nowait(), QueueEmpty);
  queue.put_nowait(1);
  EXPECT_EQ(queue.get_nowait(), 1);
}

// test_queues.py:QueueGetTests.test_get_cancelled_race
TEST_F(AsyncioQueues, TestGetCancelledRace) {
  Queue<int> queue(loop);
  const Task<int> first = create_task(loop, queue.get());
  const Task<int> second = create_task(loop, queue.get());
  run_once();
  first.cancel();
  run_once();
  EXPECT_TRUE(first.done());
  queue.put_nowait(7);
  run_once();
  EXPECT_TRUE(second.done());
  EXPECT_EQ(second.result(), 7);
}

// test_queues.py:QueueGetTests.test_get_with_waiting_putters
TEST_F(AsyncioQueues, TestGetWithWaitingPutters) {
  Queue<int> queue(loop, 1);
  create_task(loop, queue.put(1));
  create_task(loop, queue.put(2));
  EXPECT_EQ(run(queue.get()), 1);
  EXPECT_EQ(run(queue.get()), 2);
}

// test_queues.py:QueueGetTests.test_why_are_getters_waiting
TEST_F(AsyncioQueues, TestWhyAreGettersWaiting) {
  Queue<int> queue(loop, 1);
  Numbers put, got;
  const auto consumer = [](Queue<int>& q, Numbers& out) -> Coroutine<void> {
    for (int i = 0; i < 5; ++i) {
      const int value = co_await q.get();
      out.push_back(value);
    }
  };
  const Task<void> producer = create_task(loop, put_all(queue, 5, put));
  run(consumer(queue, got));
  EXPECT_TRUE(producer.done());
  EXPECT_EQ(got, (Numbers{0, 1, 2, 3, 4}));
}

// test_queues.py:QueueGetTests.test_cancelled_getters_not_being_held_in_self_getters
TEST_F(AsyncioQueues, TestCancelledGettersNotBeingHeldInSelfGetters) {
  Queue<int> queue(loop, 5);
  EXPECT_THROW(run(wait_for(loop, queue.get(), 100ms)), TimeoutError);
  EXPECT_EQ(loop.entries(), 0u);
  queue.put_nowait(1);
  EXPECT_EQ(loop.entries(), 0u);  // Nobody was woken for it.
}

// test_queues.py:QueuePutTests.test_blocking_put_wait
TEST_F(AsyncioQueues, TestBlockingPutWait) {
  Queue<int> queue(loop, 1);
  Numbers put;
  call_later(loop, 10ms, [&] { queue.get_nowait(); });
  const Task<void> putter = create_task(loop, put_all(queue, 2, put));
  run_briefly();
  EXPECT_FALSE(putter.done());
  run(putter);
  EXPECT_EQ(now(), 10ms);
}

// test_queues.py:QueuePutTests.test_get_cancel_drop_one_pending_reader
TEST_F(AsyncioQueues, TestGetCancelDropOnePendingReader) {
  Queue<int> queue(loop);
  const Task<int> reader = create_task(loop, queue.get());
  run_once();
  queue.put_nowait(1);
  queue.put_nowait(2);
  reader.cancel();
  EXPECT_THROW(run(reader), Cancelled);
  EXPECT_EQ(run(queue.get()), 1);  // Had it been 2, 1 would be lost.
}

// test_queues.py:QueuePutTests.test_get_cancel_drop_many_pending_readers
TEST_F(AsyncioQueues, TestGetCancelDropManyPendingReaders) {
  Queue<int> queue(loop);
  std::vector<Task<int>> readers;
  for (int i = 0; i < 3; ++i) readers.push_back(create_task(loop, queue.get()));
  run_once();
  queue.put_nowait(1);
  queue.put_nowait(2);
  readers[0].cancel();
  EXPECT_THROW(run(readers[0]), Cancelled);
  const int last = run(readers[2]);
  const int second = run(readers[1]);
  EXPECT_EQ(std::min(last, second), 1);
  EXPECT_EQ(std::max(last, second), 2);
}

// test_queues.py:QueuePutTests.test_put_cancel_drop
TEST_F(AsyncioQueues, TestPutCancelDrop) {
  Queue<int> queue(loop, 1);
  queue.put_nowait(1);
  const Task<void> writer = create_task(loop, queue.put(2));
  run_once();
  EXPECT_EQ(queue.get_nowait(), 1);
  writer.cancel();
  EXPECT_THROW(run(writer), Cancelled);
  run(queue.put(2));
  EXPECT_EQ(drain(queue), (Numbers{2}));
}

// test_queues.py:QueuePutTests.test_nonblocking_put and test_nonblocking_put_exception
TEST_F(AsyncioQueues, TestNonblockingPut) {
  Queue<int> queue(loop, 1);
  queue.put_nowait(1);
  EXPECT_THROW(queue.put_nowait(2), QueueFull);
  EXPECT_EQ(drain(queue), (Numbers{1}));
}

// test_queues.py:QueuePutTests.test_put_cancelled, in which nothing is cancelled
TEST_F(AsyncioQueues, TestPutCancelled) {
  Queue<int> queue(loop);
  const Task<void> putter = create_task(loop, queue.put(1));
  EXPECT_EQ(run(queue.get()), 1);
  EXPECT_TRUE(putter.done());
}

// test_queues.py:QueuePutTests.test_put_cancelled_race
TEST_F(AsyncioQueues, TestPutCancelledRace) {
  Queue<int> queue(loop, 1);
  const Task<void> a = create_task(loop, queue.put(1));
  const Task<void> b = create_task(loop, queue.put(2));
  const Task<void> c = create_task(loop, queue.put(3));
  run_once();
  EXPECT_TRUE(a.done());
  EXPECT_FALSE(b.done());
  c.cancel();
  run_once();
  EXPECT_TRUE(c.done());
  EXPECT_EQ(queue.get_nowait(), 1);
  run_once();
  EXPECT_EQ(queue.get_nowait(), 2);
  run(b);
  EXPECT_TRUE(queue.empty());
}

// test_queues.py:QueuePutTests.test_put_with_waiting_getters
TEST_F(AsyncioQueues, TestPutWithWaitingGetters) {
  Queue<int> queue(loop);
  const Task<int> getter = create_task(loop, queue.get());
  run_once();
  run(queue.put(1));
  EXPECT_EQ(run(getter), 1);
}

// test_queues.py:QueuePutTests.test_why_are_putters_waiting
TEST_F(AsyncioQueues, TestWhyArePuttersWaiting) {
  Queue<int> queue(loop, 2);
  struct Putting {
    static Coroutine<void> getter(Loop& l, Queue<int>& q) {
      co_await sleep(l, 0s);
      for (std::size_t count = q.size(); count > 0; --count) q.get_nowait();
    }
    static Coroutine<void> body(Loop& l, Queue<int>& q) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      group.create_task(getter(l, q));
      for (int i = 0; i < 4; ++i) group.create_task(q.put(i));
      co_await group.join();
    }
  };
  run(Putting::body(loop, queue));
  EXPECT_EQ(drain(queue), (Numbers{2, 3}));
}

// test_queues.py:QueuePutTests.test_cancelled_puts_not_being_held_in_self_putters
TEST_F(AsyncioQueues, TestCancelledPutsNotBeingHeldInSelfPutters) {
  Queue<int> queue(loop, 1);
  queue.put_nowait(1);
  const Task<void> putter = create_task(loop, queue.put(2));
  run_once();
  putter.cancel();
  EXPECT_THROW(run(putter), Cancelled);
  EXPECT_EQ(queue.get_nowait(), 1);
  EXPECT_EQ(loop.entries(), 0u);  // Nobody was woken for the place.
}

// test_queues.py:QueuePutTests.test_cancelled_put_silence_value_error_exception
TEST_F(AsyncioQueues, TestCancelledPutSilenceValueErrorException) {
  Queue<int> queue(loop, 1);
  queue.put_nowait(1);
  const Task<void> putter = create_task(loop, queue.put(2));
  run_once();
  queue.get_nowait();
  putter.cancel();
  EXPECT_THROW(run(putter), Cancelled);
}

// test_queues.py:QueueJoinTests.test_task_done_underflow
TEST_F(AsyncioQueues, TestTaskDoneUnderflow) {
  EXPECT_THROW(Queue<int>(loop).task_done(), std::logic_error);
}

// test_queues.py:QueueJoinTests.test_task_done
TEST_F(AsyncioQueues, TestTaskDone) {
  Queue<int> queue(loop);
  int sum = 0;
  const auto worker = [](Loop& l, Queue<int>& q, int& s) -> Coroutine<void> {
    while (true) {
      const int item = co_await q.get();
      co_await sleep(l, 1ms);
      s += item;
      q.task_done();
    }
  };
  for (int i = 0; i < 100; ++i) queue.put_nowait(i);
  for (int i = 0; i < 2; ++i) create_task(loop, worker(loop, queue, sum));
  run(queue.join());
  EXPECT_EQ(sum, 4950);
  EXPECT_EQ(now(), 50ms);
}

// test_queues.py:QueueJoinTests.test_join_empty_queue
TEST_F(AsyncioQueues, TestJoinEmptyQueue) {
  Queue<int> queue(loop);
  run(queue.join());
  run(queue.join());
  EXPECT_EQ(iteration(), 4u);
}

}  // namespace
}  // namespace loopsteal::asyncio
