// The channel, step by step: order, capacity, closing, and cancelled senders and receivers.
#include "sched/core/sync/channel.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/coro/spawn.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Started = ManualScheduler::Started;
using Log = std::vector<std::string>;

Task<void> send(Channel<int>& channel, int value, Log& log) {
  const std::string name = "send " + std::to_string(value);
  try {
    const bool sent = co_await channel.send(value);
    log.push_back(name + (sent ? "" : " refused"));
  } catch (const Cancelled&) {
    log.push_back(name + " cancelled");
  }
}

Task<void> receive(Channel<int>& channel, Log& log, std::string name = "receive") {
  try {
    const std::optional<int> value = co_await channel.receive();
    log.push_back(name + " " + (value ? std::to_string(*value) : "nothing"));
  } catch (const Cancelled&) {
    log.push_back(name + " cancelled");
  }
}

TEST(Channel, ASenderGoesOnWhileThereIsRoomAndThenWaits) {
  ManualScheduler scheduler;
  Channel<int> channel(2);
  Log log;
  Started a(scheduler, send(channel, 1, log)), b(scheduler, send(channel, 2, log)),
      c(scheduler, send(channel, 3, log));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"send 1", "send 2"}));
  Started d(scheduler, receive(channel, log));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"send 1", "send 2", "receive 1", "send 3"}));
}

TEST(Channel, AReceiverWaitsForAValueAndTheFirstOneGetsIt) {
  ManualScheduler scheduler;
  Channel<int> channel(2);
  Log log;
  Started a(scheduler, receive(channel, log, "a")), b(scheduler, receive(channel, log, "b"));
  scheduler.settle();
  Started c(scheduler, send(channel, 1, log)), d(scheduler, send(channel, 2, log));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"send 1", "send 2", "a 1", "b 2"}));
}

TEST(Channel, ValuesOfWaitingSendersComeInTheirOrder) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  std::vector<std::unique_ptr<Started>> tasks;
  for (int i = 1; i <= 4; ++i)
    tasks.push_back(std::make_unique<Started>(scheduler, send(channel, i, log)));
  scheduler.settle();
  log.clear();
  for (int i = 1; i <= 4; ++i) {
    tasks.push_back(std::make_unique<Started>(scheduler, receive(channel, log)));
    scheduler.settle();
  }
  EXPECT_EQ(
      log, (Log{"receive 1", "send 2", "receive 2", "send 3", "receive 3", "send 4", "receive 4"}));
}

TEST(Channel, CloseRefusesSendersAndLetsReceiversDrain) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  Started a(scheduler, send(channel, 1, log)), b(scheduler, send(channel, 2, log));
  scheduler.settle();
  channel.close();
  scheduler.settle();
  Started c(scheduler, send(channel, 3, log)), d(scheduler, receive(channel, log)),
      e(scheduler, receive(channel, log));
  scheduler.settle();
  EXPECT_EQ(log,
            (Log{"send 1", "send 2 refused", "send 3 refused", "receive 1", "receive nothing"}));
}

TEST(Channel, CloseWakesWaitingReceivers) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  Started a(scheduler, receive(channel, log, "a")), b(scheduler, receive(channel, log, "b"));
  scheduler.settle();
  channel.close();
  channel.close();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a nothing", "b nothing"}));
}

Task<void> pass_owned(Channel<std::unique_ptr<int>>& channel, int& value) {
  static_cast<void>(co_await channel.send(std::make_unique<int>(8)));
  const std::optional<std::unique_ptr<int>> owned = co_await channel.receive();
  value = **owned;
}

TEST(Channel, ValuesNeedNotBeCopyable) {
  ManualScheduler scheduler;
  Channel<std::unique_ptr<int>> channel(1);
  int value = 0;
  scheduler.run(pass_owned(channel, value));
  EXPECT_EQ(value, 8);
}

// ---- Cancelled ----------------------------------------------------------------------------------

TEST(Channel, ACancelledReceiverLeavesTheQueue) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  auto first = spawn(scheduler, receive(channel, log, "a"));
  Started second(scheduler, receive(channel, log, "b"));
  scheduler.settle();
  EXPECT_TRUE(first.cancel());
  Started sender(scheduler, send(channel, 1, log));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a cancelled", "send 1", "b 1"}));
}

TEST(Channel, AValueHandedToACancelledReceiverGoesToTheNextOne) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  auto first = spawn(scheduler, receive(channel, log, "a"));
  Started second(scheduler, receive(channel, log, "b"));
  scheduler.settle();
  Started sender(scheduler, send(channel, 1, log));
  scheduler.step();
  EXPECT_TRUE(first.cancel());  // It has the value, and has not resumed.
  scheduler.settle();
  EXPECT_EQ(log, (Log{"send 1", "a cancelled", "b 1"}));
}

TEST(Channel, AValueHandedToACancelledReceiverGoesToTheFrontIfNobodyWaits) {
  ManualScheduler scheduler;
  Channel<int> channel(2);
  Log log;
  auto first = spawn(scheduler, receive(channel, log, "a"));
  scheduler.settle();
  Started one(scheduler, send(channel, 1, log)), two(scheduler, send(channel, 2, log));
  scheduler.step();
  EXPECT_TRUE(first.cancel());
  scheduler.settle();
  Started b(scheduler, receive(channel, log, "b")), c(scheduler, receive(channel, log, "c"));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"send 1", "send 2", "a cancelled", "b 1", "c 2"}));
}

TEST(Channel, ACancelledSenderTakesItsValueWithIt) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  Started full(scheduler, send(channel, 1, log));
  auto waiting = spawn(scheduler, send(channel, 2, log));
  scheduler.settle();
  EXPECT_TRUE(waiting.cancel());
  scheduler.settle();
  Started a(scheduler, receive(channel, log));
  scheduler.settle();
  channel.close();
  Started b(scheduler, receive(channel, log));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"send 1", "send 2 cancelled", "receive 1", "receive nothing"}));
}

Task<void> send_then_wait(Channel<int>& channel, Log& log) {
  co_await send(channel, 2, log);
  try {
    co_await yield();
    log.emplace_back("not reached");
  } catch (const Cancelled&) {
    log.emplace_back("cancelled afterwards");
  }
}

// Its value is in the channel: the send is not undone, and the request is not lost either.
TEST(Channel, ASenderCancelledAfterItsValueWasTakenSeesItAtItsNextWait) {
  ManualScheduler scheduler;
  Channel<int> channel(1);
  Log log;
  Started full(scheduler, send(channel, 1, log));
  auto waiting = spawn(scheduler, send_then_wait(channel, log));
  scheduler.settle();
  Started receiver(scheduler, receive(channel, log));
  scheduler.step();
  EXPECT_TRUE(waiting.cancel());
  scheduler.settle();
  EXPECT_TRUE(waiting.done());
  EXPECT_EQ(log, (Log{"send 1", "receive 1", "send 2", "cancelled afterwards"}));
}

TEST(ChannelDeathTest, HoldsOneValueAtLeast) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(Channel<int>(0), "a channel holds one value at least");
}

}  // namespace
}  // namespace loopsteal
