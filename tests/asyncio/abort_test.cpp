// Task::abort(): what Tokio's JoinHandle::abort() does, for Tokio's words in scripted programs.
// Unlike cancel() it leaves alone what the task waits for.
#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

class AsyncioAbort : public VirtualLoop {};

// Tokio, tests/task_abort.rs: test_abort_without_panic_3157
TEST_F(AsyncioAbort, ATaskThatSleepsEndsAtOnce) {
  const Task<void> task = create_task(loop, sleep(loop, 10s));
  run_briefly();
  EXPECT_TRUE(task.abort());
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_EQ(now(), 0s);
  EXPECT_TRUE(task.cancelled());
  EXPECT_EQ(loop.entries(), 0u);
}

TEST_F(AsyncioAbort, WhatItWaitsForIsLeftAlone) {
  const Future<int> future = create_future<int>(loop);
  const Task<int> inner = create_task(loop, [](Future<int> f) -> Coroutine<int> {
    const int value = co_await f;
    co_return value;
  }(future));
  const Task<void> outer =
      create_task(loop, [](Task<int> t) -> Coroutine<void> { co_await t; }(inner));
  run_briefly();
  outer.abort();
  EXPECT_THROW(run(outer), Cancelled);
  EXPECT_FALSE(inner.done());
  EXPECT_FALSE(future.done());
  future.set_result(7);
  EXPECT_EQ(run(inner), 7);
}

TEST_F(AsyncioAbort, BeforeTheFirstStepTheBodyNeverRuns) {
  bool ran = false;
  const Task<void> task = create_task(loop, [](bool& r) -> Coroutine<void> {
    r = true;
    co_return;
  }(ran));
  EXPECT_TRUE(task.abort());
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_FALSE(ran);
}

TEST_F(AsyncioAbort, ATaskThatAbortsItselfEndsWhereItWouldWaitNext) {
  for (const bool on_a_future : {false, true}) {
    Task<void> task;
    Log log;
    const auto body = [](Loop& l, Task<void>& self, bool on_future, Log& out) -> Coroutine<void> {
      self.abort();
      out.push_back("goes on");
      const Future<void> never = create_future(l);
      if (on_future) co_await never;
      co_await sleep(l, 0s);
      out.push_back("too far");
    };
    task = create_task(loop, body(loop, task, on_a_future, log));
    run_once();  // One step is enough.
    EXPECT_TRUE(task.cancelled()) << on_a_future;
    EXPECT_EQ(log, (Log{"goes on"}));
  }
}

TEST_F(AsyncioAbort, ATaskThatAbortsItselfAndEndsHasItsResult) {
  Task<int> task;
  task = create_task(loop, [](Task<int>& self) -> Coroutine<int> {
    self.abort();
    co_return 7;
  }(task));
  EXPECT_EQ(run(task), 7);
}

TEST_F(AsyncioAbort, OneThatWasWokenAlreadyEndsAllTheSame) {
  const Future<void> future = create_future(loop);
  Log log;
  const Task<void> task = create_task(loop, [](Future<void> f, Log& out) -> Coroutine<void> {
    co_await f;
    out.push_back("woken");
  }(future, log));
  run_briefly();
  future.set_result();
  task.abort();
  EXPECT_THROW(run(task), Cancelled);
  EXPECT_EQ(log, Log());
}

TEST_F(AsyncioAbort, ATaskThatHasEndedIsNotAborted) {
  const Task<int> task = create_task(loop, after(loop, 0s, 1));
  EXPECT_EQ(run(task), 1);
  EXPECT_FALSE(task.abort());
  EXPECT_EQ(task.result(), 1);
}

}  // namespace
}  // namespace loopsteal::asyncio
