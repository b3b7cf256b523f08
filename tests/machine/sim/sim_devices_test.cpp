// The blocking pool and the place outside as devices of an event list.
#include "sched/machine/sim/sim_devices.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/machine/test_job.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

class SimDevicesTest : public testing::Test {
 protected:
  static constexpr EventList::Id kFirst = 3;

  /// Pops one event and lets its device act.
  void next() {
    ASSERT_FALSE(events_.empty());
    const EventList::Event event = events_.pop();
    ASSERT_GE(event.id, kFirst);
    time_.pass_to(event.at);
    devices_.take_turn(event.id);
  }

  std::vector<Job*> unblocked_;
  EventList events_{{.places = kFirst + SimDevices::kDevices, .devices = SimDevices::kDevices}};
  VirtualTime time_{CostModel{}};
  SimDevices devices_{events_, time_, kFirst, SimBlockingPool(1),
                      [this](Job& job) { unblocked_.push_back(&job); }};
};

TEST_F(SimDevicesTest, WithNothingToComeThereIsNoEvent) {
  devices_.arm();
  EXPECT_TRUE(events_.empty());
}

struct Call : BlockingCall {
  explicit Call(Duration takes) {
    duration = takes;
    job = &ready;
    invoke = [](BlockingCall& call) noexcept { ++static_cast<Call&>(call).invoked; };
  }
  int invoked = 0;
  Job ready;
};

TEST_F(SimDevicesTest, ACallIsMadeAtItsEndAndThenItsJobIsReady) {
  Call first(2ms), second(3ms);
  devices_.block(first, kNoWorker);
  devices_.block(second, kNoWorker);
  EXPECT_EQ(first.invoked, 0);
  next();
  EXPECT_EQ(time_.now(), at(2ms));
  EXPECT_EQ(first.invoked, 1);
  EXPECT_EQ(unblocked_, std::vector<Job*>{&first.ready});
  next();  // There is one thread: the second call began when the first had ended.
  EXPECT_EQ(time_.now(), at(5ms));
  EXPECT_EQ(second.invoked, 1);
  EXPECT_EQ(unblocked_, (std::vector<Job*>{&first.ready, &second.ready}));
  EXPECT_TRUE(events_.empty());
}

struct Client {
  template <class F>
  Client(TimePoint deadline, F function) : job(std::move(function)) {
    wait.job = &job.job;
    wait.deadline = deadline;
  }
  TestJob job;
  OutsideWait wait;
};

TEST_F(SimDevicesTest, ClientsGoOnAtTheirDeadlinesInOrder) {
  std::vector<std::string> log;
  const auto note = [&](const char* who) {
    return [&log, who, this] {
      log.push_back(who + std::to_string(time_.now().time_since_epoch() / 1ms));
    };
  };
  Client late(at(4ms), note("late ")), early(at(1ms), note("early ")), tied(at(1ms), note("tied "));
  for (Client* client : {&late, &early, &tied}) EXPECT_TRUE(devices_.wait_outside(client->wait));
  while (!events_.empty()) next();
  EXPECT_EQ(log, (std::vector<std::string>{"early 1", "tied 1", "late 4"}));
}

TEST_F(SimDevicesTest, ADeadlineThatHasPassedIsDueAtOnce) {
  time_.pass_to(at(0ms));
  bool ran = false;
  Client client(at(-5ms), [&] { ran = true; });
  EXPECT_TRUE(devices_.wait_outside(client.wait));
  next();
  EXPECT_TRUE(ran);
  EXPECT_EQ(time_.now(), at(0ms));
}

TEST(SimDevices, ClientsThatSleptAreLateAndWhoIsOutsideIsNot) {
  CostModel costs;
  costs.client_late = 3us;
  EventList events{{.places = SimDevices::kDevices, .devices = SimDevices::kDevices}};
  VirtualTime time(costs);
  SimDevices beside(events, time, 0, SimBlockingPool(1), [](Job&) {});
  bool waits = true;
  Client client(at(1ms), [&] {
    OutsideWait due;
    due.deadline = at(1ms + 2us);
    waits = beside.wait_outside(due);
  });
  EXPECT_TRUE(beside.wait_outside(client.wait));
  const EventList::Event event = events.pop();
  EXPECT_EQ(event.at, at(1ms + 3us));
  time.pass_to(event.at);
  beside.take_turn(event.id);
  EXPECT_FALSE(waits);
}

TEST(SimDevices, ClientsTakeTheCpusOfOneWorkerAfterTheOther) {
  CostModel costs;
  costs.client = 5us;
  constexpr EventList::Id kWorkers = 2;
  constexpr EventList::Id kOutside = kWorkers + SimDevices::kDevices - 1;
  EventList events{{.places = kWorkers + SimDevices::kDevices, .devices = SimDevices::kDevices}};
  VirtualTime time(costs);
  SimDevices beside(events, time, kWorkers, SimBlockingPool(1), [](Job&) {});
  std::vector<VirtualCpu> cpus(kWorkers);
  for (EventList::Id w = 0; w < kWorkers; ++w) events.schedule(w, at(10us));
  for (int turn = 0; turn < 3; ++turn) beside.take_cpu(kOutside, cpus);
  beside.take_cpu(kOutside - 1, cpus);  // The blocking pool has threads of its own.
  EXPECT_EQ(events.at(0), at(20us));
  EXPECT_EQ(events.at(1), at(15us));
  EXPECT_EQ(cpus[0].stats.busy, 10us);
  EXPECT_EQ(cpus[1].stats.busy, 5us);
}

// It need not suspend to wait for a time that has come; for a later one it does.
TEST_F(SimDevicesTest, WhoIsOutsideGoesOnByItselfWhenItsTimeHasCome) {
  bool second_ran = false, waits_for_now = true, waits_for_later = false;
  Client second(at(2ms), [&] { second_ran = true; });
  Client first(at(1ms), [&] {
    OutsideWait due;
    due.deadline = at(1ms);
    waits_for_now = devices_.wait_outside(due);
    waits_for_later = devices_.wait_outside(second.wait);
  });
  EXPECT_TRUE(devices_.wait_outside(first.wait));
  next();
  EXPECT_FALSE(waits_for_now);
  EXPECT_TRUE(waits_for_later);
  EXPECT_FALSE(second_ran);
  next();
  EXPECT_TRUE(second_ran);
  EXPECT_EQ(time_.now(), at(2ms));
}

}  // namespace
}  // namespace loopsteal
