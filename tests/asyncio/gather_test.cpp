// gather(), as CPython 3.11's test_tasks.py has it: over futures and over coroutines.
#include <vector>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

Coroutine<int> wait(Future<int> future) {
  const int value = co_await future;
  co_return value;
}

/// Each test twice: gather() is given futures, or coroutines that wait for them.
class AsyncioGather : public VirtualLoop, public ::testing::WithParamInterface<bool> {
 protected:
  AsyncioGather() {
    for (int i = 0; i < 5; ++i) futures.push_back(create_future<int>(loop));
  }

  Future<Numbers> gather_first(std::size_t count) {
    const std::vector<Future<int>> children(futures.begin(),
                                            futures.begin() + static_cast<std::ptrdiff_t>(count));
    Future<Numbers> all;
    if (GetParam()) {
      std::vector<Coroutine<int>> coroutines;
      for (const Future<int>& child : children) coroutines.push_back(wait(child));
      all = gather(loop, std::move(coroutines));
      run_once();
    } else {
      all = gather(loop, children);
    }
    add_done_callback(all, [this] { ++called; });
    return all;
  }

  std::vector<Future<int>> futures;
  int called = 0;
};
INSTANTIATE_TEST_SUITE_P(, AsyncioGather, ::testing::Bool(), [](const auto& each) {
  return each.param ? "OfCoroutines" : "OfFutures";
});

// test_tasks.py:GatherTestsBase.test_success
TEST_P(AsyncioGather, TestSuccess) {
  const Future<Numbers> all = gather_first(3);
  futures[1].set_result(1);
  futures[0].set_result(2);
  run_ready();
  EXPECT_EQ(called, 0);
  EXPECT_FALSE(all.done());
  futures[2].set_result(3);
  run_ready();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(all.result(), (Numbers{2, 1, 3}));
}

// test_tasks.py:GatherTestsBase.test_one_exception
TEST_P(AsyncioGather, TestOneException) {
  const Future<Numbers> all = gather_first(5);
  futures[0].set_result(1);
  futures[1].set_exception(std::make_exception_ptr(ZeroDivision()));
  run_ready();
  EXPECT_TRUE(all.done());
  EXPECT_EQ(called, 1);
  EXPECT_TRUE(is_a<ZeroDivision>(all.exception()));
  futures[2].set_result(3);
  futures[3].cancel();
  futures[4].set_exception(std::make_exception_ptr(OtherError()));
  run_ready();
  EXPECT_EQ(called, 1);
  EXPECT_TRUE(is_a<ZeroDivision>(all.exception()));
}

// test_tasks.py:FutureGatherTests.test_one_cancellation
TEST_P(AsyncioGather, TestOneCancellation) {
  const Future<Numbers> all = gather_first(5);
  futures[0].set_result(1);
  futures[1].cancel();
  run_ready();
  EXPECT_TRUE(all.done());
  EXPECT_EQ(called, 1);
  EXPECT_FALSE(all.cancelled());
  EXPECT_TRUE(is_a<Cancelled>(all.exception()));
  futures[2].set_result(3);
  futures[3].cancel();
  futures[4].set_exception(std::make_exception_ptr(OtherError()));
  run_ready();
  EXPECT_EQ(called, 1);
}

class AsyncioGatherOnce : public VirtualLoop {};

// test_tasks.py:FutureGatherTests.test_constructor_empty_sequence_use_running_loop
TEST_F(AsyncioGatherOnce, TestConstructorEmptySequence) {
  const Future<Numbers> all = gather(loop, std::vector<Future<int>>());
  EXPECT_TRUE(all.done());
  EXPECT_EQ(all.result(), Numbers());
}

// test_tasks.py:FutureGatherTests.test_constructor_heterogenous_futures
TEST_F(AsyncioGatherOnce, TestConstructorHeterogenousFutures) {
  const auto other_scheduler = virtual_scheduler();
  Loop other(*other_scheduler);
  const std::vector<Future<void>> mixed{create_future(loop), create_future(other)};
  EXPECT_THROW(gather(loop, mixed), std::invalid_argument);
}

// test_tasks.py:FutureGatherTests.test_constructor_homogenous_futures
TEST_F(AsyncioGatherOnce, TestConstructorHomogenousFutures) {
  std::vector<Future<int>> children;
  for (int i = 0; i < 3; ++i) children.push_back(create_future<int>(loop));
  const Future<Numbers> first = gather(loop, children), second = gather(loop, children);
  run_ready();
  EXPECT_FALSE(first.done());
  EXPECT_FALSE(second.done());
  for (const Future<int>& child : children) child.set_result(1);
  run_ready();
  EXPECT_EQ(first.result(), (Numbers{1, 1, 1}));
  EXPECT_EQ(second.result(), (Numbers{1, 1, 1}));
}

// test_tasks.py:CoroutineGatherTests.test_duplicate_coroutines, with futures: a coroutine of ours
// is owned by one.
TEST_F(AsyncioGatherOnce, TestDuplicates) {
  const Future<int> abc = create_future<int>(loop), def = create_future<int>(loop);
  const Future<Numbers> all = gather(loop, std::vector<Future<int>>{abc, abc, def, abc});
  abc.set_result(1);
  def.set_result(2);
  run_ready();
  EXPECT_EQ(all.result(), (Numbers{1, 1, 2, 1}));
}

// test_tasks.py:CoroutineGatherTests.test_cancellation_broadcast
TEST_F(AsyncioGatherOnce, TestCancellationBroadcast) {
  const Future<int> waiter = create_future<int>(loop);
  int proof = 0;
  const auto inner = [](Future<int> w, int& p) -> Coroutine<int> {
    co_await w;
    co_return ++p;
  };
  const Task<int> first = create_task(loop, inner(waiter, proof));
  const Task<int> second = create_task(loop, inner(waiter, proof));
  Future<Numbers> gatherer;
  struct Outer {
    static Coroutine<void> body(Loop& l, std::vector<Future<int>> children, Future<Numbers>& all,
                                int& p) {
      all = gather(l, std::move(children));
      co_await all;
      p += 100;
    }
  };
  const Task<void> outer = create_task(loop, Outer::body(loop, {first, second}, gatherer, proof));
  run_briefly();
  EXPECT_TRUE(outer.cancel());
  EXPECT_THROW(run(outer), Cancelled);
  EXPECT_FALSE(gatherer.cancel());
  EXPECT_TRUE(waiter.cancelled());
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(second.cancelled());
  run_briefly();
  EXPECT_EQ(proof, 0);
}

// test_tasks.py:CoroutineGatherTests.test_exception_marking
TEST_F(AsyncioGatherOnce, TestExceptionMarking) {
  const auto inner = [](Future<void> f) -> Coroutine<void> {
    co_await f;
    throw OtherError();
  };
  const Future<void> a = create_future(loop), b = create_future(loop);
  std::vector<Coroutine<void>> children;
  children.push_back(inner(a));
  children.push_back(inner(b));
  const Future<void> all = gather(loop, std::move(children));
  run_briefly();
  a.set_result();
  run_briefly();
  b.set_result();
  run_briefly();
  EXPECT_TRUE(is_a<OtherError>(all.exception()));
}

// test_tasks.py:test_cancel_gather_1: once all children are done there is nothing to cancel.
TEST_F(AsyncioGatherOnce, TestCancelGather1) {
  const Future<int> future = create_future<int>(loop);
  const Future<Numbers> all = gather(loop, std::vector<Future<int>>{future});
  bool cancelled = true;
  future.set_result(42);
  cancelled = all.cancel();
  EXPECT_FALSE(cancelled);
  EXPECT_EQ(run(all), (Numbers{42}));
}

// test_tasks.py:test_cancel_gather_2: a task that gathers again and again is cancelled in one of
// these waits.
TEST_F(AsyncioGatherOnce, TestCancelGather2) {
  struct Gathering {
    static Coroutine<void> for_ever(Loop& l) {
      while (true) {
        std::vector<Coroutine<void>> one;
        one.push_back(sleep(l, 50ms));
        co_await gather(l, std::move(one));
      }
    }
    static Coroutine<void> main(Loop& l) {
      const Task<void> task = create_task(l, for_ever(l));
      co_await sleep(l, 220ms);
      task.cancel();
      co_await task;
    }
  };
  EXPECT_THROW(run(Gathering::main(loop)), Cancelled);
  EXPECT_EQ(now(), 220ms);
}

}  // namespace
}  // namespace loopsteal::asyncio
