// The words of Tokio that asyncio does not have: permits that are handed over, channels of permits.
#include <string>

#include <gtest/gtest.h>

#include "tests/asyncio/virtual_loop.hpp"
#include "workloads/script/words.hpp"

namespace loopsteal::script {
namespace {

using asyncio::Coroutine;
using asyncio::create_task;
using asyncio::Numbers;
using asyncio::Task;

class ScriptWords : public asyncio::VirtualLoop {
 protected:
  static Coroutine<void> take(FairSemaphore& semaphore, Numbers& order, int number) {
    co_await semaphore.acquire();
    order.push_back(number);
  }
  Numbers order;
};

TEST_F(ScriptWords, APermitGoesToWhoHasWaitedLongestEvenIfAnotherIsFaster) {
  FairSemaphore semaphore(loop, 1);
  run(semaphore.acquire());
  const Task<void> first = create_task(loop, take(semaphore, order, 1));
  run_once();
  semaphore.release();
  const Task<void> second = create_task(loop, take(semaphore, order, 2));
  run_ready();
  EXPECT_EQ(order, (Numbers{1}));
  EXPECT_FALSE(second.done());
  semaphore.release();
  run_ready();
  EXPECT_EQ(order, (Numbers{1, 2}));
}

TEST_F(ScriptWords, APermitThatWasHandedToOneWhoEndsGoesOn) {
  FairSemaphore semaphore(loop, 0);
  const Task<void> first = create_task(loop, take(semaphore, order, 1));
  const Task<void> second = create_task(loop, take(semaphore, order, 2));
  run_once();
  semaphore.release();
  first.abort();
  run_ready();
  EXPECT_TRUE(first.cancelled());
  EXPECT_EQ(order, (Numbers{2}));
}

TEST_F(ScriptWords, WhoGaveUpIsPassedOver) {
  FairSemaphore semaphore(loop, 0);
  const Task<void> first = create_task(loop, take(semaphore, order, 1));
  const Task<void> second = create_task(loop, take(semaphore, order, 2));
  run_once();
  first.abort();
  run_ready();
  semaphore.release();
  run_ready();
  EXPECT_EQ(order, (Numbers{2}));
}

Coroutine<void> put_three(Channel& queue, Numbers& order) {
  for (int i = 0; i < 3; ++i) {
    co_await queue.put(std::to_string(i));
    order.push_back(i);
  }
}

TEST_F(ScriptWords, AChannelHoldsAsManyAsItHasPlaces) {
  Channel queue(loop, 2);
  create_task(loop, put_three(queue, order));
  run_ready();
  EXPECT_EQ(order, (Numbers{0, 1}));
  EXPECT_EQ(run(queue.get()), "0");
  run_ready();
  EXPECT_EQ(order, (Numbers{0, 1, 2}));
  EXPECT_EQ(run(queue.get()), "1");
  EXPECT_EQ(run(queue.get()), "2");
}

Coroutine<void> wait(NotifyingFlag& flag, Numbers& order, int number) {
  co_await flag.wait();
  order.push_back(number);
}

TEST_F(ScriptWords, AFlagWakesThirtyTwoAtATimeTheLatestOfThemFirst) {
  NotifyingFlag flag(loop);
  for (int number = 1; number <= 34; ++number) create_task(loop, wait(flag, order, number));
  run_once();
  flag.set();
  run_ready();
  Numbers expected;
  for (int number = 32; number >= 1; --number) expected.push_back(number);
  expected.push_back(34);
  expected.push_back(33);
  EXPECT_EQ(order, expected);
}

TEST_F(ScriptWords, AFlagThatIsClearedAtOnceHasWokenWhoWaited) {
  NotifyingFlag flag(loop);
  create_task(loop, wait(flag, order, 1));
  run_once();
  flag.set();
  flag.clear();
  create_task(loop, wait(flag, order, 2));
  run_ready();
  EXPECT_EQ(order, (Numbers{1}));
}

TEST_F(ScriptWords, AChannelOfSizeZeroHoldsAnyNumber) {
  Channel queue(loop, 0);
  create_task(loop, put_three(queue, order));
  run_ready();
  EXPECT_EQ(order, (Numbers{0, 1, 2}));
  for (const char* const value : {"0", "1", "2"}) EXPECT_EQ(run(queue.get()), value);
}

}  // namespace
}  // namespace loopsteal::script
