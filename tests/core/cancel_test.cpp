// Cancellation, step by step: each state of a task in which a request can come.
#include "sched/core/sync/cancel.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/coro/spawn.hpp"
#include "sched/core/sync/event.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing_support::ManualScheduler;
using Log = std::vector<std::string>;

// ---- The control word alone ---------------------------------------------------------------------

struct FakeWait final : CancellableWait {
  explicit FakeWait(bool gives) : takes(gives) {}
  bool try_cancel() noexcept override {
    ++asked;
    return takes;
  }
  bool takes;
  int asked = 0;
};

TEST(TaskControl, ARequestWithoutAWaitStaysPending) {
  TaskControl control;
  EXPECT_FALSE(control.cancel_pending());
  EXPECT_TRUE(control.cancel());
  EXPECT_TRUE(control.cancel_pending());
  FakeWait wait(true);
  EXPECT_FALSE(control.begin_wait(wait));
  EXPECT_TRUE(control.end_wait());
  EXPECT_FALSE(control.cancel_pending());
  EXPECT_EQ(wait.asked, 0);
}

TEST(TaskControl, AWaitThatIsTakenBackHasAnsweredTheRequest) {
  TaskControl control;
  FakeWait wait(true);
  EXPECT_TRUE(control.begin_wait(wait));
  EXPECT_TRUE(control.cancel());
  EXPECT_EQ(wait.asked, 1);
  EXPECT_FALSE(control.cancel_pending());
  EXPECT_FALSE(control.end_wait());
}

TEST(TaskControl, AWaitThatIsOverLeavesTheRequestToItsEnd) {
  TaskControl control;
  FakeWait wait(false);
  EXPECT_TRUE(control.begin_wait(wait));
  EXPECT_TRUE(control.cancel());
  EXPECT_EQ(wait.asked, 1);
  EXPECT_TRUE(control.end_wait());
  EXPECT_FALSE(control.end_wait());
}

TEST(TaskControl, AfterTheEndThereIsNothingToCancel) {
  TaskControl control;
  control.finish();
  EXPECT_FALSE(control.cancel());
  EXPECT_EQ(control.cancelling(), 0u);
}

TEST(TaskControl, CountsRequestsAndTakesThemBack) {
  TaskControl control;
  EXPECT_EQ(control.uncancel(), 0u);
  control.cancel();
  control.cancel();
  EXPECT_EQ(control.cancelling(), 2u);
  EXPECT_EQ(control.uncancel(), 1u);
  EXPECT_EQ(control.uncancel(), 0u);
  EXPECT_EQ(control.uncancel(), 0u);
}

TEST(TaskControl, ARequestThatWasTakenCanBePutBack) {
  TaskControl control;
  EXPECT_FALSE(control.take_request());
  control.cancel();
  EXPECT_TRUE(control.take_request());
  EXPECT_FALSE(control.cancel_pending());
  control.put_back_request();
  EXPECT_TRUE(control.end_wait());
}

// ---- Tasks, cranked by hand ---------------------------------------------------------------------

Task<void> note(Task<void> body, Log& log) {
  log.emplace_back("begins");
  try {
    co_await std::move(body);
    log.emplace_back("ends");
  } catch (const Cancelled&) {
    log.emplace_back("cancelled");
    throw;
  }
}

Task<void> join_and_note(JoinHandle<>& handle, Log& log) {
  try {
    co_await handle.join();
    log.emplace_back("joined");
  } catch (const Cancelled&) {
    log.emplace_back("joined a cancelled one");
  }
}

Task<void> sleeping() { co_await sleep_for(1h); }
Task<void> requesting() { co_await io(1h); }
Task<void> reading() { co_await readable(5); }
Task<void> yielding() { co_await yield(); }
Task<void> in_pool() { co_await blocking(1ms); }
Task<void> waiting(Event& event) { co_await event.wait(); }

TEST(Cancel, BeforeTheFirstStepTheBodyNeverRuns) {
  ManualScheduler scheduler;
  Log log;
  auto handle = spawn(scheduler, note(yielding(), log));
  EXPECT_TRUE(handle.cancel());
  ManualScheduler::Started joiner(scheduler, join_and_note(handle, log));
  scheduler.settle();
  EXPECT_EQ(log, Log{"joined a cancelled one"});
}

TEST(Cancel, AWaitIsTakenBackAtOnce) {
  Event event;
  using Body = Task<void> (*)();
  for (const Body body : {Body(sleeping), Body(requesting), Body(reading)}) {
    ManualScheduler scheduler;
    Log log;
    auto handle = spawn(scheduler, note(body(), log));
    scheduler.settle();
    EXPECT_TRUE(handle.cancel());
    EXPECT_EQ(scheduler.ready(), 1u);
    EXPECT_EQ(scheduler.armed_timers() + scheduler.armed_requests(), 0u);
    EXPECT_EQ(scheduler.settle(), 1);
    EXPECT_TRUE(handle.done());
    EXPECT_FALSE(handle.cancel());
    EXPECT_EQ(log, (Log{"begins", "cancelled"}));
  }
}

TEST(Cancel, AReadyTaskSeesItWhenItResumes) {
  ManualScheduler scheduler;
  Log log;
  auto handle = spawn(scheduler, note(yielding(), log));
  scheduler.step();
  EXPECT_TRUE(handle.cancel());
  EXPECT_EQ(scheduler.settle(), 1);
  EXPECT_EQ(log, (Log{"begins", "cancelled"}));
}

TEST(Cancel, ATimerThatFiredFirstDoesNotHideTheRequest) {
  ManualScheduler scheduler;
  Log log;
  auto handle = spawn(scheduler, note(sleeping(), log));
  scheduler.settle();
  scheduler.advance(1h);
  EXPECT_TRUE(handle.cancel());
  EXPECT_EQ(scheduler.settle(), 1);
  EXPECT_EQ(log, (Log{"begins", "cancelled"}));
}

TEST(Cancel, ABlockingCallEndsFirst) {
  ManualScheduler scheduler;
  Log log;
  auto handle = spawn(scheduler, note(in_pool(), log));
  scheduler.settle();
  EXPECT_TRUE(handle.cancel());
  EXPECT_EQ(scheduler.settle(), 0);
  scheduler.make_blocking_calls();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"begins", "cancelled"}));
}

Task<void> cancel_myself(JoinHandle<>*& me, Log& log) {
  me->cancel();
  log.emplace_back("goes on");
  co_await [](Log& lines) -> Task<void> {
    lines.emplace_back("child runs");
    co_return;
  }(log);
  co_await sleep_for(1h);
  log.emplace_back("not reached");
}

TEST(Cancel, ARunningTaskSeesItAtItsNextSuspensionAndNotBefore) {
  ManualScheduler scheduler;
  Log log;
  JoinHandle<>* me = nullptr;
  auto handle = spawn(scheduler, note(cancel_myself(me, log), log));
  me = &handle;
  scheduler.settle();
  EXPECT_EQ(log, (Log{"begins", "goes on", "child runs", "cancelled"}));
  EXPECT_EQ(scheduler.armed_timers(), 0u);
}

// ---- Joining ------------------------------------------------------------------------------------

TEST(Cancel, AJoinerHandsTheRequestDown) {
  ManualScheduler scheduler;
  Log inner_log, outer_log;
  Event event;
  auto inner = spawn(scheduler, note(waiting(event), inner_log));
  auto outer =
      spawn(scheduler, [](JoinHandle<>& child) -> Task<void> { co_await child.join(); }(inner));
  scheduler.settle();
  EXPECT_TRUE(outer.cancel());
  EXPECT_EQ(inner.cancelling(), 1u);
  scheduler.settle();
  EXPECT_TRUE(inner.done());
  EXPECT_TRUE(outer.done());
  EXPECT_EQ(inner_log, (Log{"begins", "cancelled"}));
}

Task<void> swallow(Event& event, Log& log) {
  try {
    co_await event.wait();
  } catch (const Cancelled&) {
    log.emplace_back("swallowed");
  }
}

// asyncio: what is awaited decides; a task whose child went on goes on.
TEST(Cancel, AJoinerGoesOnIfItsChildSwallowedTheRequest) {
  ManualScheduler scheduler;
  Log log;
  Event event;
  auto inner = spawn(scheduler, swallow(event, log));
  auto outer =
      spawn(scheduler,
            note([](JoinHandle<>& child) -> Task<void> { co_await child.join(); }(inner), log));
  scheduler.settle();
  outer.cancel();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"begins", "swallowed", "ends"}));
}

Task<void> cancel_myself_and_join(JoinHandle<>*& me, Scheduler& scheduler, Event& event, Log& log) {
  auto child = spawn(scheduler, note(waiting(event), log));
  me->cancel();
  co_await child.join();  // Its child has ended when it goes on, or the handle could not be freed.
}

TEST(Cancel, ARequestBeforeTheJoinGoesDownToo) {
  ManualScheduler scheduler;
  Log log;
  Event event;
  JoinHandle<>* me = nullptr;
  auto outer = spawn(scheduler, cancel_myself_and_join(me, scheduler, event, log));
  me = &outer;
  scheduler.settle();
  EXPECT_TRUE(outer.done());
  EXPECT_TRUE(log.empty());  // The child was cancelled before its first step.
  ManualScheduler::Started joiner(scheduler, join_and_note(outer, log));
  scheduler.settle();
  EXPECT_EQ(log, Log{"joined a cancelled one"});
}

Task<void> cancel_myself_and_join_ended(JoinHandle<>*& me, Scheduler& scheduler, Log& log) {
  auto child = spawn(scheduler, note(yielding(), log));
  while (!child.done()) co_await yield();
  me->cancel();
  try {
    co_await child.join();
  } catch (const Cancelled&) {
    log.emplace_back("cancelled at the join");
  }
}

TEST(Cancel, AJoinOfAnEndedTaskThrowsAsNothingElseCanTakeTheRequest) {
  ManualScheduler scheduler;
  Log log;
  JoinHandle<>* me = nullptr;
  auto outer = spawn(scheduler, cancel_myself_and_join_ended(me, scheduler, log));
  me = &outer;
  scheduler.settle();
  EXPECT_TRUE(outer.done());
  EXPECT_EQ(log, (Log{"begins", "ends", "cancelled at the join"}));
}

// ---- Repeated -----------------------------------------------------------------------------------

Task<void> swallow_each(Event& event, int times, Log& log) {
  for (int i = 0; i < times; ++i) co_await swallow(event, log);
  log.emplace_back("ends");
}

TEST(Cancel, RequestsBeforeTheTaskResumesAreOne) {
  ManualScheduler scheduler;
  Log log;
  Event event;
  auto handle = spawn(scheduler, swallow_each(event, 2, log));
  scheduler.settle();
  EXPECT_TRUE(handle.cancel());
  EXPECT_TRUE(handle.cancel());
  EXPECT_EQ(handle.cancelling(), 2u);
  scheduler.settle();
  EXPECT_EQ(log, Log{"swallowed"});  // And it waits again.
  EXPECT_TRUE(handle.cancel());
  scheduler.settle();
  EXPECT_EQ(log, (Log{"swallowed", "swallowed", "ends"}));
}

}  // namespace
}  // namespace loopsteal
