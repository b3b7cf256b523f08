// wait(), as CPython 3.11's test_tasks.py has it.
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioWait : public VirtualLoop {
 protected:
  using Futures = std::vector<Future<void>>;
  Future<void> sleeping(Duration duration) { return create_task(loop, sleep(loop, duration)); }
  Future<void> failing(Duration after) {
    return create_task(loop, fail_after<ZeroDivision>(loop, after));
  }
};

// test_tasks.py:test_wait
TEST_F(AsyncioWait, TestWait) {
  const Future<void> a = sleeping(100ms), b = sleeping(150ms);
  for (int i = 0; i < 2; ++i) {  // The second time it takes none.
    const Waited<void> waited = run(wait(loop, Futures{b, a}));
    EXPECT_EQ(waited.done, (Futures{b, a}));
    EXPECT_EQ(waited.pending, Futures());
    EXPECT_EQ(now(), 150ms);
  }
}

// test_tasks.py:test_wait_errors
TEST_F(AsyncioWait, TestWaitErrors) {
  EXPECT_THROW(run(wait(loop, Futures())), std::invalid_argument);
}

// test_tasks.py:test_wait_first_completed
TEST_F(AsyncioWait, TestWaitFirstCompleted) {
  const Future<void> a = sleeping(10s), b = sleeping(100ms);
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::first_completed));
  EXPECT_EQ(waited.done, (Futures{b}));
  EXPECT_EQ(waited.pending, (Futures{a}));
  EXPECT_FALSE(a.done());
  EXPECT_EQ(now(), 100ms);
}

// test_tasks.py:test_wait_really_done: what is done by the time the wait ends counts as done, also
// if its callback has not been called.
TEST_F(AsyncioWait, TestWaitReallyDone) {
  const auto yielding = [](Loop& l, int times) -> Coroutine<void> {
    while (times-- > 0) co_await sleep(l, 0s);
  };
  const Future<void> a = create_task(loop, yielding(loop, 1));
  const Future<void> b = create_task(loop, yielding(loop, 2));
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::first_completed));
  EXPECT_EQ(waited.done, (Futures{b, a}));
  EXPECT_EQ(waited.pending, Futures());
}

// test_tasks.py:test_wait_first_exception
TEST_F(AsyncioWait, TestWaitFirstException) {
  const Future<void> a = sleeping(10s), b = failing(0s);
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::first_exception));
  EXPECT_EQ(waited.done, (Futures{b}));
  EXPECT_EQ(waited.pending, (Futures{a}));
  EXPECT_EQ(now(), 0s);
}

// test_tasks.py:test_wait_first_exception_in_wait
TEST_F(AsyncioWait, TestWaitFirstExceptionInWait) {
  const Future<void> a = sleeping(10s), b = failing(10ms);
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::first_exception));
  EXPECT_EQ(waited.done, (Futures{b}));
  EXPECT_EQ(waited.pending, (Futures{a}));
  EXPECT_EQ(now(), 10ms);
}

// A cancelled one is no exception in that sense (tasks.py: _on_completion).
TEST_F(AsyncioWait, ACancelledOneIsNotTheFirstException) {
  const Future<void> a = sleeping(10ms), b = sleeping(10s);
  b.cancel();
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::first_exception));
  EXPECT_EQ(waited.done, (Futures{b, a}));
  EXPECT_EQ(now(), 10ms);
}

// test_tasks.py:test_wait_with_exception
TEST_F(AsyncioWait, TestWaitWithException) {
  const Future<void> a = sleeping(100ms), b = failing(150ms);
  for (int i = 0; i < 2; ++i) {
    const Waited<void> waited = run(wait(loop, Futures{b, a}));
    EXPECT_EQ(waited.done.size(), 2u);
    EXPECT_EQ(waited.pending, Futures());
    EXPECT_TRUE(is_a<ZeroDivision>(b.exception()));
    EXPECT_EQ(now(), 150ms);
  }
}

// test_tasks.py:test_wait_with_timeout
TEST_F(AsyncioWait, TestWaitWithTimeout) {
  const Future<void> a = sleeping(100ms), b = sleeping(150ms);
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::all_completed, 110ms));
  EXPECT_EQ(waited.done, (Futures{a}));
  EXPECT_EQ(waited.pending, (Futures{b}));
  EXPECT_EQ(now(), 110ms);
}

// test_tasks.py:test_wait_concurrent_complete
TEST_F(AsyncioWait, TestWaitConcurrentComplete) {
  const Future<void> a = sleeping(100ms), b = sleeping(150ms);
  const Waited<void> waited = run(wait(loop, Futures{b, a}, ReturnWhen::all_completed, 100ms));
  EXPECT_EQ(waited.done, (Futures{a}));
  EXPECT_EQ(waited.pending, (Futures{b}));
  EXPECT_EQ(now(), 100ms);
}

// test_tasks.py:test_yield_wait_does_not_shield_cancel: a wait that is cancelled ends, and what it
// waited for goes on.
TEST_F(AsyncioWait, TestYieldWaitDoesNotShieldCancel) {
  int proof = 0;
  const Future<void> waiter = create_future(loop);
  struct Waiting {
    static Coroutine<void> inner(Future<void> w, int& p) {
      co_await w;
      ++p;
    }
    static Coroutine<void> outer(Loop& l, Future<void> w, int& p) {
      const Futures children(1, create_task(l, inner(w, p)));
      co_await wait(l, children);
      p += 100;
    }
  };
  const Task<void> task = create_task(loop, Waiting::outer(loop, waiter, proof));
  run_briefly();
  task.cancel();
  EXPECT_THROW(run(task), Cancelled);
  waiter.set_result();
  run_briefly();
  EXPECT_EQ(proof, 1);
}

TEST_F(AsyncioWait, ATimerThatWasNotNeededIsGone) {
  run(wait(loop, Futures{sleeping(1ms)}, ReturnWhen::all_completed, 1h));
  EXPECT_EQ(loop.entries(), 0u);
  EXPECT_EQ(now(), 1ms);
}

}  // namespace
}  // namespace loopsteal::asyncio
