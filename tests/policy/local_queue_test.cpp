// A worker's own queue in its two orders.
#include "sched/policy/local_queue.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "tests/policy/stub_machine.hpp"

namespace loopsteal {
namespace {

using testing::StubMachine;
using Queue = LocalQueue<StubMachine>;

class LocalQueueTest : public ::testing::Test {
 protected:
  Queue make(LocalOrder order) {
    WorkStealingOptions options;
    options.local_order = order;
    options.queue_capacity = 8;
    return Queue(machine, options, FastRandom(1));
  }
  void push(Queue& queue, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      EXPECT_EQ(queue.push(jobs[i], [](Job&, Job&, std::size_t) { FAIL() << "it is full"; }),
                Pushed::kept);
  }
  std::vector<std::ptrdiff_t> drain(Queue& queue) {
    std::vector<std::ptrdiff_t> indices;
    while (const Job* const job = queue.pop()) indices.push_back(job - jobs.data());
    return indices;
  }
  using Indices = std::vector<std::ptrdiff_t>;

  StubMachine machine{1};
  std::array<Job, 20> jobs;
};

TEST_F(LocalQueueTest, FifoRunsTheOldestFirst) {
  Queue queue = make(LocalOrder::fifo);
  push(queue, 0, 4);
  EXPECT_EQ(queue.size(), 4u);
  EXPECT_EQ(queue.room(), 4u);
  EXPECT_EQ(drain(queue), (Indices{0, 1, 2, 3}));
  EXPECT_FALSE(queue.has_jobs());
}

TEST_F(LocalQueueTest, LifoRunsTheNewestFirstAndGrows) {
  Queue queue = make(LocalOrder::lifo);
  push(queue, 0, 12);
  EXPECT_EQ(queue.size(), 12u);
  EXPECT_EQ(drain(queue), (Indices{11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
}

TEST_F(LocalQueueTest, AChainIsAppendedInItsOrder) {
  for (std::size_t i = 0; i < 2; ++i) jobs[i].next = &jobs[i + 1];
  Queue fifo = make(LocalOrder::fifo), lifo = make(LocalOrder::lifo);
  fifo.push_chain(&jobs[0], 3);
  EXPECT_EQ(drain(fifo), (Indices{0, 1, 2}));
  for (std::size_t i = 0; i < 2; ++i) jobs[i].next = &jobs[i + 1];
  lifo.push_chain(&jobs[0], 3);
  EXPECT_EQ(drain(lifo), (Indices{2, 1, 0}));
}

TEST_F(LocalQueueTest, ThievesTakeTheOldestOfEither) {
  for (const auto& [amount, count] :
       {std::pair(StealAmount::one, 1u), {StealAmount::half, 3u}, {StealAmount::all, 5u}}) {
    for (const LocalOrder order : {LocalOrder::fifo, LocalOrder::lifo}) {
      Queue victim = make(order), thief = make(order);
      push(victim, 0, 5);
      const Queue::Stolen stolen = victim.steal_into(thief, amount);
      EXPECT_EQ(stolen.count, count);
      EXPECT_EQ(stolen.run_now, &jobs[count - 1]);
      EXPECT_EQ(thief.size(), count - 1);
      EXPECT_EQ(victim.size(), 5 - count);
      EXPECT_EQ(drain(thief).size(), count - 1);
    }
  }
}

TEST_F(LocalQueueTest, FromAnEmptyOneNothingIsTaken) {
  for (const LocalOrder order : {LocalOrder::fifo, LocalOrder::lifo}) {
    Queue victim = make(order), thief = make(order);
    for (const StealAmount amount : {StealAmount::one, StealAmount::half, StealAmount::all}) {
      EXPECT_EQ(victim.steal_into(thief, amount).run_now, nullptr);
      EXPECT_EQ(victim.steal_into(thief, amount).count, 0u);
    }
  }
}

}  // namespace
}  // namespace loopsteal
