// What a loop clears away at its end: tasks, callbacks and timers that are left. None of their code
// runs again, and nothing of them stays; in a build with AddressSanitizer its leak check agrees.
#include <memory>
#include <optional>
#include <vector>

#include "tests/asyncio/virtual_loop.hpp"

namespace loopsteal::asyncio {
namespace {

using Token = std::shared_ptr<int>;

class AsyncioAbandon : public ::testing::Test {
 protected:
  /// Runs the loop until nothing is ready.
  static void run_ready(Loop& loop) {
    for (int i = 0; i < 10; ++i) {
      call_soon(loop, [&loop] { loop.stop(); });
      loop.run_forever();
    }
  }

  std::unique_ptr<Scheduler> scheduler = virtual_scheduler();
  std::optional<Loop> loop{std::in_place, *scheduler};
  const Token token = std::make_shared<int>(0);
};

Coroutine<void> holding(Token, Future<void> future) { co_await future; }
Coroutine<void> sleeping(Token, Loop& loop) { co_await sleep(loop, 1h); }

TEST_F(AsyncioAbandon, TasksThatNeverBegan) {
  create_task(*loop, sleeping(token, *loop));
  EXPECT_EQ(token.use_count(), 2);
  loop.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, TasksThatWait) {
  const Future<void> future = create_future(*loop);
  create_task(*loop, holding(token, future));
  create_task(*loop, sleeping(token, *loop));
  run_ready(*loop);
  EXPECT_EQ(token.use_count(), 3);
  loop.reset();
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_FALSE(future.done());
}

TEST_F(AsyncioAbandon, ReadyCallbacksAndTimers) {
  call_soon(*loop, [held = token] { FAIL() << *held; });
  call_later(*loop, 1h, [held = token] { FAIL() << *held; });
  EXPECT_EQ(token.use_count(), 3);
  loop.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, ACancelledTimerLetsGoAtOnce) {
  Handle timer = call_later(*loop, 1h, [held = token] { FAIL() << *held; });
  EXPECT_EQ(token.use_count(), 2);
  timer.cancel();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, ACancelledReadyCallbackLetsGoAtItsTurnAtTheLatest) {
  Handle handle = call_soon(*loop, [held = token] { FAIL() << *held; });
  handle.cancel();
  run_ready(*loop);
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, TasksThatWaitForEachOther) {
  struct Circle {
    static Coroutine<void> wait(Token, Task<void>& other) {
      const Task<void> task = other;
      co_await task;
    }
  };
  Task<void> first, second;
  first = create_task(*loop, Circle::wait(token, second));
  second = create_task(*loop, Circle::wait(token, first));
  run_ready(*loop);
  EXPECT_FALSE(first.done());
  loop.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, GroupsAndLimitsOfTime) {
  struct Waiting {
    static Coroutine<void> group(Token held, Loop& l) {
      auto& me = co_await this_task();
      TaskGroup group(l, me);
      group.create_task(sleeping(held, l));
      co_await group.join();
    }
  };
  create_task(*loop, Waiting::group(token, *loop));
  create_task(*loop, wait_for(*loop, sleeping(token, *loop), 2h));
  create_task(*loop, timeout(*loop, 2h, sleeping(token, *loop)));
  run_ready(*loop);
  EXPECT_EQ(token.use_count(), 5);
  loop.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, GatheringOfTasksAndOfFuturesThatNobodyEnds) {
  std::vector<Coroutine<void>> sleepers;
  for (int i = 0; i < 3; ++i) sleepers.push_back(sleeping(token, *loop));
  const auto say_never = [held = token] { FAIL() << *held; };
  add_done_callback(gather(*loop, std::move(sleepers)), say_never);
  const std::vector<Future<void>> futures{create_future(*loop), create_future(*loop)};
  for (const Future<void>& each : futures) add_done_callback(each, say_never);
  create_task(*loop, [](Token, Future<void> all) -> Coroutine<void> {
    co_await all;
  }(token, gather(*loop, futures)));
  run_ready(*loop);
  loop.reset();
  EXPECT_EQ(token.use_count(), 4);  // This function's own, and the futures' two.
}

TEST_F(AsyncioAbandon, ShieldsAndWaitsForFuturesThatNobodyEnds) {
  const auto say_never = [held = token] { FAIL() << *held; };
  {
    const Future<void> future = create_future(*loop);
    add_done_callback(future, say_never);
    add_done_callback(shield(*loop, future), say_never);
    add_done_callback(shield(*loop, sleeping(token, *loop)), say_never);
    struct Waiting {
      static Coroutine<void> body(Token, Loop& l, Future<void> never) {
        const std::vector<Future<void>> one{never};
        co_await wait(l, one);
      }
    };
    create_task(*loop, Waiting::body(token, *loop, future));
  }
  run_ready(*loop);
  loop.reset();
  EXPECT_EQ(token.use_count(), 2);  // And this function's own callback.
}

TEST_F(AsyncioAbandon, WaitersOfWhatOutlivesTheLoop) {
  Event event(*loop);
  Queue<int> queue(*loop);
  Lock lock(*loop);
  struct Waiting {
    static Coroutine<void> event(Token, Event& e) { co_await e.wait(); }
    static Coroutine<void> queue(Token, Queue<int>& q) { co_await q.get(); }
    static Coroutine<void> lock(Token, Lock& l) {
      co_await l.acquire();
      co_await l.acquire();
    }
  };
  create_task(*loop, Waiting::event(token, event));
  create_task(*loop, Waiting::queue(token, queue));
  create_task(*loop, Waiting::lock(token, lock));
  run_ready(*loop);
  loop.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(AsyncioAbandon, WhatHasEndedLeavesNothingBehind) {
  for (int i = 0; i < 100; ++i) {
    const Task<int> task = create_task(*loop, [](Token, Loop& l) -> Coroutine<int> {
      co_await sleep(l, 1ms);
      co_return 1;
    }(token, *loop));
    EXPECT_EQ(run_until_complete(*loop, task), 1);
  }
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(loop->entries(), 0u);
}

}  // namespace
}  // namespace loopsteal::asyncio
