// A worker's own queue that others may put jobs into.
#include "sched/policy/random_stealing/open_queue.hpp"

#include <array>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/policy/stub_machine.hpp"

namespace loopsteal {
namespace {

using testing::at;
using testing::StubMachine;
using Indices = std::vector<std::ptrdiff_t>;

class OpenQueueTest : public ::testing::Test {
 protected:
  OpenQueue<StubMachine> make(LocalOrder order) { return {machine, order, FastRandom(7)}; }

  void push(OpenQueue<StubMachine>& queue, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) queue.push(jobs[i]);
  }
  Indices drain(OpenQueue<StubMachine>& queue) {
    Indices indices;
    while (const Job* const job = queue.pop()) indices.push_back(job - jobs.data());
    return indices;
  }
  Indices give(OpenQueue<StubMachine>& queue, StealAmount amount, bool owner_runs = true) {
    JobQueue taken;
    queue.give(amount, owner_runs, taken);
    Indices indices;
    while (const Job* const job = taken.pop_front()) indices.push_back(job - jobs.data());
    return indices;
  }
  void put_in_front(OpenQueue<StubMachine>& queue, std::size_t begin, std::size_t end) {
    JobQueue stolen;
    for (std::size_t i = begin; i < end; ++i) stolen.push_back(jobs[i]);
    queue.put_in_front(stolen);
  }

  StubMachine machine{1};
  std::array<Job, 40> jobs;
};

TEST_F(OpenQueueTest, RunsTheOldestOrTheNewestFirst) {
  auto fifo = make(LocalOrder::fifo), lifo = make(LocalOrder::lifo);
  push(fifo, 0, 6);
  EXPECT_EQ(fifo.size(), 6u);
  EXPECT_EQ(drain(fifo), (Indices{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(fifo.size(), 0u);
  push(lifo, 0, 6);
  EXPECT_EQ(drain(lifo), (Indices{5, 4, 3, 2, 1, 0}));
}

TEST_F(OpenQueueTest, InRandomOrderEachJobRunsOnceAndAnyMayBeNext) {
  auto queue = make(LocalOrder::random);
  std::set<std::ptrdiff_t> first;
  for (int round = 0; round < 200; ++round) {
    push(queue, 0, 5);
    const Indices order = drain(queue);
    EXPECT_EQ(std::set(order.begin(), order.end()).size(), 5u);
    first.insert(order.front());
  }
  EXPECT_EQ(first.size(), 5u);
}

TEST_F(OpenQueueTest, AThiefGetsItsShareFromTheFrontInOrder) {
  for (const auto& [amount, share] : {std::pair(StealAmount::half, Indices{0, 1, 2}),
                                      {StealAmount::half_floor, Indices{0, 1}},
                                      {StealAmount::one, Indices{0}},
                                      {StealAmount::all, Indices{0, 1, 2, 3, 4}}}) {
    auto queue = make(LocalOrder::fifo);
    push(queue, 0, 5);
    EXPECT_EQ(give(queue, amount), share);
    EXPECT_EQ(queue.size(), 5 - share.size());
  }
}

TEST_F(OpenQueueTest, OfOneJobHalfRoundedDownIsNone) {
  auto queue = make(LocalOrder::fifo);
  EXPECT_EQ(give(queue, StealAmount::all), Indices{});
  push(queue, 0, 1);
  EXPECT_EQ(give(queue, StealAmount::half_floor), Indices{});
  EXPECT_EQ(give(queue, StealAmount::half), Indices{0});
}

TEST_F(OpenQueueTest, WhatIsPutInFrontComesFirstInItsOrder) {
  auto queue = make(LocalOrder::fifo);
  push(queue, 0, 3);
  put_in_front(queue, 10, 17);
  EXPECT_EQ(drain(queue), (Indices{10, 11, 12, 13, 14, 15, 16, 0, 1, 2}));
}

TEST_F(OpenQueueTest, GrowsAtWhicheverEndAndLosesNothing) {
  auto queue = make(LocalOrder::fifo);
  push(queue, 0, 3);
  EXPECT_EQ(queue.pop(), &jobs[0]);
  push(queue, 3, 30);  // Round the end of the ring, and beyond its size.
  put_in_front(queue, 30, 40);
  Indices expected;
  for (std::ptrdiff_t i = 30; i < 40; ++i) expected.push_back(i);
  for (std::ptrdiff_t i = 1; i < 30; ++i) expected.push_back(i);
  EXPECT_EQ(drain(queue), expected);
}

TEST_F(OpenQueueTest, JobsThatTravelCountFromTheirArrivalOn) {
  auto queue = make(LocalOrder::fifo);
  JobQueue stolen;
  for (int i = 10; i < 13; ++i) stolen.push_back(jobs[static_cast<std::size_t>(i)]);
  queue.send(stolen, at(Duration(100)));
  push(queue, 0, 1);
  EXPECT_EQ(queue.travelling(), 3u);
  EXPECT_EQ(queue.arrival(), at(Duration(100)));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(drain(queue), Indices{0});

  machine.time = at(Duration(99));
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_EQ(give(queue, StealAmount::all), Indices{});
  machine.time = at(Duration(100));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(give(queue, StealAmount::half), (Indices{10, 11}));
  EXPECT_EQ(queue.travelling(), 0u);
  EXPECT_EQ(drain(queue), Indices{12});
}

TEST_F(OpenQueueTest, AnIdleOwnerKeepsOneOfTheJobsThatItSentFor) {
  auto queue = make(LocalOrder::fifo);
  JobQueue stolen;
  for (std::size_t i = 0; i < 3; ++i) stolen.push_back(jobs[i]);
  queue.send(stolen, at(Duration(100)));
  push(queue, 3, 4);  // One of its own does as well, as long as the others travel.
  EXPECT_EQ(queue.stealable(false), 0u);
  EXPECT_EQ(queue.stealable(true), 1u);
  EXPECT_EQ(give(queue, StealAmount::all, false), Indices{});

  machine.time = at(Duration(100));
  EXPECT_EQ(queue.stealable(false), 3u);
  EXPECT_EQ(queue.stealable(true), 4u);
  EXPECT_EQ(give(queue, StealAmount::all, false), (Indices{3, 0, 1}));
  EXPECT_EQ(queue.stealable(false), 0u);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(drain(queue), Indices{2});

  push(queue, 4, 5);  // It has begun one: what comes now is for anybody.
  EXPECT_EQ(queue.stealable(false), 1u);
  EXPECT_EQ(give(queue, StealAmount::one, false), Indices{4});
}

}  // namespace
}  // namespace loopsteal
