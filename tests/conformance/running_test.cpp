// Laws about running: each job once, what was written before is seen, and nothing is left behind.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

// ---- Each job runs exactly once -----------------------------------------------------------------

using RunCounts = std::vector<std::atomic<std::uint8_t>>;

[[nodiscard]] bool all_once(const RunCounts& counts) {
  return std::all_of(counts.begin(), counts.end(), [](const auto& count) { return count == 1; });
}

Task<void> count_run(std::atomic<std::uint8_t>& count) {
  ++count;
  co_return;
}

Task<void> count_run_after_yield(std::atomic<std::uint8_t>& count) {
  co_await yield();
  ++count;
}

Task<void> spawn_flat(Scheduler& scheduler, RunCounts& counts) {
  TaskGroup group(scheduler);
  for (std::size_t i = 0; i < counts.size(); ++i)
    group.spawn(i % 8 == 0 ? count_run_after_yield(counts[i]) : count_run(counts[i]));
  co_await group.join();
}

/// A tree of spawns: each node counts itself and spawns the two halves of the rest.
Task<void> spawn_tree(Scheduler& scheduler, RunCounts& counts, std::size_t first,
                      std::size_t last) {
  ++counts[first];
  if (++first == last) co_return;
  const std::size_t middle = first + (last - first) / 2;
  TaskGroup group(scheduler);
  if (first != middle) group.spawn(spawn_tree(scheduler, counts, first, middle));
  group.spawn(spawn_tree(scheduler, counts, middle, last));
  co_await group.join();
}

/// A chain: each task spawns the next and ends; only the group at the root joins.
Task<void> spawn_chain(TaskGroup& group, RunCounts& counts, std::size_t i, Event& end) {
  ++counts[i];
  if (i + 1 == counts.size()) {
    end.set();
  } else {
    group.spawn(spawn_chain(group, counts, i + 1, end));
  }
  co_return;
}

Task<void> chain_root(Scheduler& scheduler, RunCounts& counts) {
  TaskGroup group(scheduler);
  Event end;
  group.spawn(spawn_chain(group, counts, 0, end));
  co_await end.wait();
  co_await group.join();
}

/// Tasks that fork and join: the count of leaves comes back as a value.
Task<std::int64_t> fork_leaves(Scheduler& scheduler, int depth) {
  if (depth == 0) co_return 1;
  Fork<std::int64_t> left(scheduler, fork_leaves(scheduler, depth - 1));
  const std::int64_t right = co_await fork_leaves(scheduler, depth - 1);
  const std::int64_t sum = co_await left.join();
  co_return sum + right;
}

Task<void> fork_root(Scheduler& scheduler, int depth, std::int64_t& leaves) {
  leaves = co_await fork_leaves(scheduler, depth);
}

class Running : public Laws {};
LOOPSTEAL_LAWS(Running, all_specs_everywhere);

TEST_P(Running, EachOfManySpawnsRunsOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    // Virtual workers act in step, so thieves that take all take all from each other for ever.
    const int jobs = scheduler.virtual_time() ? 10'000 : 100'000;
    RunCounts counts(static_cast<std::size_t>(jobs / kShorter));
    run(scheduler, spawn_flat(scheduler, counts));
    EXPECT_TRUE(all_once(counts));
  });
}

TEST_P(Running, EachNodeOfATreeRunsOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    RunCounts counts(30'000 / kShorter);
    run(scheduler, spawn_tree(scheduler, counts, 0, counts.size()));
    EXPECT_TRUE(all_once(counts));
  });
}

TEST_P(Running, EachLinkOfAChainOfSpawnsRunsOnce) {
  with_each_worker_count([](Scheduler& scheduler) {
    RunCounts counts(10'000 / kShorter);
    run(scheduler, chain_root(scheduler, counts));
    EXPECT_TRUE(all_once(counts));
  });
}

TEST_P(Running, ForksBringEachLeafBack) {
  with_each_worker_count([](Scheduler& scheduler) {
    const int depth = kShorter == 1 ? 14 : 10;
    std::int64_t leaves = 0;
    run(scheduler, fork_root(scheduler, depth, leaves));
    EXPECT_EQ(leaves, std::int64_t{1} << depth);
  });
}

// ---- Writes before a submit are seen by the job -------------------------------------------------

/// Plain data handed from task to task: a race would be a wrong sum, and a report of TSan.
struct Baton {
  std::uint64_t value = 0;
  Event arrived;
};

Task<void> pass_on(std::vector<Baton>& batons, std::size_t i) {
  co_await batons[i].arrived.wait();
  batons[i + 1].value = batons[i].value + 1;
  batons[i + 1].arrived.set();
}

Task<void> relay(Scheduler& scheduler, std::vector<Baton>& batons) {
  TaskGroup group(scheduler);
  for (std::size_t i = 0; i + 1 < batons.size(); ++i) group.spawn(pass_on(batons, i));
  batons[0].value = 1;
  batons[0].arrived.set();
  co_await group.join();
}

Task<void> square(std::uint64_t& slot) {
  slot *= slot;
  co_return;
}

Task<void> write_spawn_read(Scheduler& scheduler, std::vector<std::uint64_t>& slots) {
  TaskGroup group(scheduler);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    slots[i] = i;
    group.spawn(square(slots[i]));
  }
  co_await group.join();
}

TEST_P(Running, AJobSeesWhatWasWrittenBeforeItsSpawnAndTheJoinerWhatItWrote) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<std::uint64_t> slots(5'000 / kShorter);
    run(scheduler, write_spawn_read(scheduler, slots));
    for (std::uint64_t i = 0; i < slots.size(); ++i) ASSERT_EQ(slots[i], i * i);
  });
}

TEST_P(Running, AWokenTaskSeesWhatWasWrittenBeforeTheWake) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<Baton> batons(3'000 / kShorter);
    run(scheduler, relay(scheduler, batons));
    EXPECT_EQ(batons.back().value, batons.size());
  });
}

// ---- A run leaves nothing behind ----------------------------------------------------------------

Task<void> mixed_work(Scheduler& scheduler, std::atomic<int>& ended) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 10; ++i)
    group.spawn([](std::atomic<int>& count) -> Task<void> {
      co_await yield();
      co_await io(1us);
      co_await blocking(1us);
      ++count;
    }(ended));
  co_await group.join();
}

class Repeating : public Laws {};
LOOPSTEAL_LAWS(Repeating, default_specs_everywhere);

TEST_P(Repeating, AHundredRunsOfOneSchedulerAreAllComplete) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::atomic<int> ended = 0;
    for (int i = 1; i <= 100 / kShorter; ++i) {
      run(scheduler, mixed_work(scheduler, ended));
      ASSERT_EQ(ended, 10 * i);
    }
  });
}

Task<void> nothing() { co_return; }

TEST_P(Repeating, AnEmptyRootIsARun) {
  with_each_worker_count([](Scheduler& scheduler) {
    for (int i = 0; i < 20; ++i) run(scheduler, nothing());
  });
}

TEST_P(Repeating, TheMeasurementCountsEveryJob) {
  with_each_worker_count([this](Scheduler& scheduler) {
    RunCounts counts(1'000);
    const Measurement measurement = scheduler.run(spawn_flat(scheduler, counts));
    if (!in_virtual_time()) {
      EXPECT_GT(measurement.makespan, Duration::zero());
    }
    if (is_foreign()) return;
    ASSERT_EQ(measurement.workers.size(), scheduler.workers());
    std::uint64_t jobs = 0;
    for (const WorkerStats& worker : measurement.workers) jobs += worker.poll_count;
    // The root twice at most (before and after its join), and one in eight once more after a yield.
    EXPECT_GE(jobs, 1'000u + 125u + 1u);
    EXPECT_LE(jobs, 1'000u + 125u + 2u);
  });
}

}  // namespace
}  // namespace loopsteal::laws
