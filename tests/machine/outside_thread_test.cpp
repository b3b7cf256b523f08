// The thread on which clients live: in the order of deadlines, never early, one at a time.
#include "sched/machine/threads/outside_thread.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sched/machine/threads/clock.hpp"
#include "tests/machine/test_job.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

struct Client {
  template <class F>
  Client(TimePoint deadline, F function) : job(std::move(function)) {
    wait.job = &job.job;
    wait.deadline = deadline;
  }
  TestJob job;
  OutsideWait wait;
};

TEST(OutsideThread, OneThatWasNeverUsedEnds) { const OutsideThread outside; }

TEST(OutsideThread, ResumesInTheOrderOfDeadlinesAndNeverEarly) {
  constexpr int kClients = 20;
  std::vector<int> order;  // One at a time runs there.
  std::atomic<int> early = 0;
  std::latch all(kClients);
  std::vector<std::unique_ptr<Client>> clients;
  OutsideThread outside;
  // They are armed last first, so that each is earlier than what the thread sleeps towards.
  const TimePoint start = monotonic_now() + 20ms;
  for (int i = 0; i < kClients; ++i) {
    const TimePoint deadline = start + i / 2 * 1ms;
    clients.push_back(std::make_unique<Client>(deadline, [&, i, deadline] {
      if (monotonic_now() < deadline) ++early;
      order.push_back(i);
      all.count_down();
    }));
  }
  for (int i = kClients; i-- != 0;) {
    EXPECT_TRUE(outside.resume_at(clients[static_cast<std::size_t>(i)]->wait));
  }
  all.wait();
  EXPECT_EQ(early, 0);
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kClients));
  // Pairs have the same deadline: who came first goes first, and that was the higher number.
  for (int i = 0; i < kClients; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i ^ 1) << i;
}

TEST(OutsideThread, ResumesAllOnOneThreadThatIsNotTheCallers) {
  constexpr int kClients = 50;
  std::vector<std::thread::id> threads;
  std::latch all(kClients);
  std::vector<std::unique_ptr<Client>> clients;
  OutsideThread outside;
  for (int i = 0; i < kClients; ++i)
    clients.push_back(std::make_unique<Client>(monotonic_now(), [&] {
      threads.push_back(std::this_thread::get_id());
      all.count_down();
    }));
  {
    std::vector<std::jthread> callers;
    for (std::size_t caller = 0; caller < 2; ++caller)
      callers.emplace_back([&, caller] {
        for (std::size_t i = caller; i < kClients; i += 2)
          EXPECT_TRUE(outside.resume_at(clients[i]->wait));
      });
  }
  all.wait();
  for (const std::thread::id& thread : threads) EXPECT_EQ(thread, threads.front());
  EXPECT_NE(threads.front(), std::this_thread::get_id());
}

TEST(OutsideThread, WhoIsThereAlreadyGoesOnWhenTheTimeHasComeAndWaitsWhenNot) {
  std::latch both(2);
  auto outside = std::make_unique<OutsideThread>();
  bool waits_for_the_past = true, waits_for_the_future = false;
  Client second(kForever, [&] { both.count_down(); });
  Client first(monotonic_now(), [&] {
    OutsideWait past;
    past.deadline = monotonic_now();
    waits_for_the_past = outside->resume_at(past);
    second.wait.deadline = monotonic_now() + 5ms;
    waits_for_the_future = outside->resume_at(second.wait);
    both.count_down();
  });
  EXPECT_TRUE(outside->resume_at(first.wait));
  both.wait();
  outside.reset();  // The clients' frames are still in use until it has ended.
  EXPECT_FALSE(waits_for_the_past);
  EXPECT_TRUE(waits_for_the_future);
}

TEST(OutsideThread, EndsWithCoroutinesThatStillWaitAndDoesNotResumeThem) {
  std::atomic<int> resumed = 0;
  std::latch first_ran(1);
  Client soon(monotonic_now(), [&] {
    ++resumed;
    first_ran.count_down();
  });
  Client late(monotonic_now() + 1h, [&] { ++resumed; });
  Client never(kForever, [&] { ++resumed; });
  {
    OutsideThread outside;
    for (Client* client : {&never, &late, &soon}) EXPECT_TRUE(outside.resume_at(client->wait));
    first_ran.wait();
  }
  EXPECT_EQ(resumed, 1);
}

TEST(OutsideThread, ItsEndWaitsForTheOneThatRunsThere) {
  std::atomic<bool> ended = false;
  std::latch begun(1);
  Client client(monotonic_now(), [&] {
    begun.count_down();
    std::this_thread::sleep_for(5ms);
    ended = true;
  });
  {
    OutsideThread outside;
    EXPECT_TRUE(outside.resume_at(client.wait));
    begun.wait();
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace loopsteal
