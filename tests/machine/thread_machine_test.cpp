// The machine of real threads, under a policy of a few lines.
#include "sched/machine/threads/thread_machine.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/machine/test_job.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using TestMachine = ThreadMachine<NullObserver>;

/// One queue under one lock; whoever finds it empty parks, and every push wakes everybody.
class PlainPolicy final : public PolicyDefaults {
 public:
  static constexpr Reactors kReactors = Reactors::shared;
  explicit PlainPolicy(TestMachine& machine) : machine_(machine) {}

  void submit(Job& job, ReadyCause cause) noexcept {
    machine_.made_ready(machine_.current(), job, cause);
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back(job);
    }
    for (WorkerId w = 0; w < machine_.workers(); ++w) machine_.unpark(w);
  }
  bool submit_at(Timer&) noexcept { return false; }
  bool cancel(Timer&) noexcept { return false; }
  void begin_run() noexcept { ++runs; }
  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  [[nodiscard]] bool conserves_work() const noexcept { return false; }
  [[nodiscard]] std::size_t queue_depth(WorkerId) const noexcept { return 0; }

  Step step(WorkerId w) noexcept {
    EXPECT_EQ(machine_.current(), w);
    const std::lock_guard lock(mutex_);
    if (Job* const job = ready_.pop_front()) return Step::run(*job);
    return w == 0 ? Step::park_in_driver(kForever) : Step::park(kForever);
  }

  int runs = 0;

 private:
  TestMachine& machine_;
  std::mutex mutex_;
  JobQueue ready_;
};
static_assert(Machine<TestMachine>);
static_assert(Policy<PlainPolicy>);

class ThreadMachineTest : public testing::Test {
 protected:
  static constexpr WorkerId kWorkers = 3;
  NullObserver observer_;
  TestMachine machine_{{kWorkers, Reactors::shared, 4}, [](Job&) {}, observer_};
  PlainPolicy policy_{machine_};
};

TEST_F(ThreadMachineTest, OutsideARunNobodyIsAWorker) {
  EXPECT_EQ(machine_.workers(), kWorkers);
  EXPECT_EQ(machine_.current(), kNoWorker);
  EXPECT_FALSE(machine_.finishing());
}

TEST_F(ThreadMachineTest, RunsJobsOnItsWorkersUntilItIsFinished) {
  WorkerId worker = kNoWorker;
  std::thread::id thread;
  TestJob last([&] { machine_.finish(); });
  TestJob first([&] {
    worker = machine_.current();
    thread = std::this_thread::get_id();
    policy_.submit(last.job, ReadyCause::woken);
  });
  const Measurement measurement =
      machine_.run(policy_, [&] { policy_.submit(first.job, ReadyCause::spawned); });
  EXPECT_LT(worker, kWorkers);
  EXPECT_NE(thread, std::this_thread::get_id());
  ASSERT_EQ(measurement.workers.size(), kWorkers);
  std::uint64_t jobs = 0;
  for (const WorkerStats& stats : measurement.workers) jobs += stats.poll_count;
  EXPECT_EQ(jobs, 2u);
  EXPECT_EQ(measurement.steals.size(), std::size_t{kWorkers} * kWorkers);
}

TEST_F(ThreadMachineTest, ARunThatWasFinishedBeforeEndsAtOnceAndTheNextDoesNot) {
  machine_.finish();
  EXPECT_TRUE(machine_.finishing());
  const Measurement measurement = machine_.run(policy_, [] {});
  EXPECT_GE(measurement.makespan, Duration::zero());
  EXPECT_FALSE(machine_.finishing());
  bool ran = false;
  TestJob job([&] {
    ran = true;
    machine_.finish();
  });
  machine_.run(policy_, [&] { policy_.submit(job.job, ReadyCause::spawned); });
  EXPECT_TRUE(ran);
  EXPECT_EQ(policy_.runs, 2);
}

TEST_F(ThreadMachineTest, AThreadOutsideCanSubmitAndFinish) {
  std::atomic<bool> ran = false;
  TestJob job([&] { ran = true; });
  std::jthread outside([&] {
    std::this_thread::sleep_for(1ms);
    EXPECT_EQ(machine_.current(), kNoWorker);
    policy_.submit(job.job, ReadyCause::spawned);
    while (!ran) std::this_thread::yield();
    machine_.finish();
  });
  machine_.run(policy_, [] {});
  EXPECT_TRUE(ran);
}

TEST_F(ThreadMachineTest, CountsWhatIsChargedByWhomItIsCharged) {
  for (int i = 0; i < 2; ++i) {
    TestJob job([&] {
      const WorkerId here = machine_.current();
      machine_.charge(here, Op::timer_insert, 5);
      machine_.stolen(here, (here + 1) % kWorkers, 7);
      machine_.charge_outside(Op::push_remote, 2);
      machine_.finish();
    });
    const Measurement measurement =
        machine_.run(policy_, [&] { policy_.submit(job.job, ReadyCause::spawned); });
    EXPECT_EQ(measurement.total(Op::timer_insert), 5u);  // Each run counts from zero.
    EXPECT_EQ(measurement.remote_schedule_count, 2u);
    std::uint64_t stolen = 0;
    for (WorkerId w = 0; w < kWorkers; ++w)
      stolen += measurement.steals[std::size_t{w} * kWorkers + (w + 1) % kWorkers];
    EXPECT_EQ(stolen, 7u);
  }
}

TEST_F(ThreadMachineTest, TimeOfAWorkerIsBusySearchingOrParked) {
  Duration parked{};
  // On a busy computer the other workers may not get to their sleep while the job runs.
  for (int i = 0; i < 100 && parked == Duration::zero(); ++i) {
    TestJob job([&] {
      static_cast<void>(machine_.compute(job.job, Work::of(3ms)));
      machine_.finish();
    });
    const Measurement measurement =
        machine_.run(policy_, [&] { policy_.submit(job.job, ReadyCause::spawned); });
    Duration busy{};
    for (const WorkerStats& stats : measurement.workers) {
      EXPECT_GE(stats.busy, Duration::zero());
      EXPECT_GE(stats.searching, Duration::zero());
      EXPECT_GE(stats.parked, Duration::zero());
      busy += stats.busy;
      parked += stats.parked;
    }
    EXPECT_GT(busy, 2ms);  // The work, at least.
  }
  EXPECT_GT(parked, Duration::zero());
}

TEST_F(ThreadMachineTest, AWorkerOfOneMachineIsNoneOfAnother) {
  TestMachine other(
      {1, Reactors::shared, 1}, [](Job&) {}, observer_);
  WorkerId seen = 0;
  TestJob job([&] {
    seen = other.current();
    machine_.finish();
  });
  machine_.run(policy_, [&] { policy_.submit(job.job, ReadyCause::spawned); });
  EXPECT_EQ(seen, kNoWorker);
}

}  // namespace
}  // namespace loopsteal
