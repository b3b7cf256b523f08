// A worker's own queue in its two orders.
#include "sched/policy/work_stealing/local_queue.hpp"

#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "sched/machine/sim/plain_atomics.hpp"
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
    return Queue(options);
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
      const Queue::Stolen stolen = victim.thief_end().steal_into(thief, amount);
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
      EXPECT_EQ(victim.thief_end().steal_into(thief, amount).run_now, nullptr);
      EXPECT_EQ(victim.thief_end().steal_into(thief, amount).count, 0u);
    }
  }
}

/// As a machine of virtual time: one thread runs all.
struct OneThreadMachine : StubMachine {
  using StubMachine::StubMachine;
  using Atomics = PlainAtomics;
};

template <class M>
using Held = std::unique_ptr<LocalQueue<M>>;

/// Not inlined: where GCC 12 sees which of the two queues there is, it warns of the other one.
template <class M>
[[gnu::noinline]] Held<M> lifo_queue() {
  WorkStealingOptions options;
  options.local_order = LocalOrder::lifo;
  options.queue_capacity = 4;
  return std::make_unique<LocalQueue<M>>(options);
}

/// Pushes 0 to 9 into a lifo queue, steals all, and says what the thief runs then, in its order.
template <class M>
std::vector<std::ptrdiff_t> after_stealing_all() {
  const Held<M> victim = lifo_queue<M>(), thief = lifo_queue<M>();
  std::array<Job, 10> jobs;
  for (Job& job : jobs) static_cast<void>(victim->push(job, [](Job&, Job&, std::size_t) {}));
  const auto stolen = victim->thief_end().steal_into(*thief, StealAmount::all);
  EXPECT_EQ(stolen.count, jobs.size());
  EXPECT_FALSE(victim->has_jobs());
  EXPECT_EQ(victim->thief_end().steal_into(*thief, StealAmount::all).count, 0u);
  std::vector<std::ptrdiff_t> run{stolen.run_now - jobs.data()};
  while (const Job* const job = thief->pop()) run.push_back(job - jobs.data());
  return run;
}

TEST(LocalQueueOfOneThread, AllIsStolenInTheSameOrderAtOnceAsOneByOne) {
  const std::vector<std::ptrdiff_t> expected{9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
  EXPECT_EQ(after_stealing_all<StubMachine>(), expected);
  EXPECT_EQ(after_stealing_all<OneThreadMachine>(), expected);
}

// All of a long queue goes to and fro, a job less each time. If that took as long as the queue is,
// it would take hours, and the test be ended.
TEST(LocalQueueOfOneThread, StealingAllDoesNotTakeLongerForMore) {
  constexpr std::size_t kJobs = 1'000'000;
  const auto one = lifo_queue<OneThreadMachine>(), other = lifo_queue<OneThreadMachine>();
  std::vector<Job> jobs(kJobs);
  for (Job& job : jobs) static_cast<void>(one->push(job, [](Job&, Job&, std::size_t) {}));
  for (std::size_t left = kJobs; left != 0; --left) {
    const auto stolen = left % 2 == 0 ? one->thief_end().steal_into(*other, StealAmount::all)
                                      : other->thief_end().steal_into(*one, StealAmount::all);
    ASSERT_EQ(stolen.count, left);
    ASSERT_EQ(stolen.run_now, &jobs[left - 1]);
  }
}

}  // namespace
}  // namespace loopsteal
