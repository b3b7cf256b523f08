// Laws about affinity keys: the tasks of one key stay together where there are shards, and a key
// harms nobody elsewhere.
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Affinity : public Laws {};
LOOPSTEAL_LAWS(Affinity, default_specs_everywhere);

Task<void> note_thread(std::thread::id& first, std::thread::id& last) {
  first = std::this_thread::get_id();
  co_await yield();
  co_await sleep_for(1ms);
  co_await io(1ms);
  co_await blocking(1ms);
  last = std::this_thread::get_id();
}

Task<void> spawn_with_keys(Scheduler& scheduler, std::vector<std::thread::id>& first,
                           std::vector<std::thread::id>& last) {
  std::vector<JoinHandle<>> handles;
  TaskGroup group(scheduler);
  for (AffinityKey key = 0; key < first.size(); ++key) {
    if (key % 2 == 0) {
      group.spawn(note_thread(first[key], last[key]), key);
    } else {
      handles.push_back(spawn(scheduler, note_thread(first[key], last[key]), key));
    }
  }
  co_await group.join();
  for (const auto& handle : handles) co_await handle.join();
}

TEST(ShardedAffinity, TheTasksOfAKeyRunOnTheLoopOfThatKeyForGood) {
  for (const std::string placement : {"round_robin", "hash", "least_loaded", "random"}) {
    const auto scheduler = make("sharded_loops:placement=" + placement, 4);
    std::vector<std::thread::id> first(16), last(16);
    run(*scheduler, spawn_with_keys(*scheduler, first, last));
    EXPECT_EQ(first, last) << placement;
    for (std::size_t a = 0; a < first.size(); ++a)
      for (std::size_t b = 0; b < first.size(); ++b)
        EXPECT_EQ(first[a] == first[b], a % 4 == b % 4) << placement << ' ' << a << ' ' << b;
  }
}

Task<void> spawn_with_one_key(Scheduler& scheduler, AffinityKey key) {
  std::thread::id first, last;
  TaskGroup group(scheduler);
  for (int i = 0; i < 10; ++i) group.spawn(note_thread(first, last), key);
  co_await group.join();
}

// There all run on one thread: which virtual worker ran them, its counter tells.
TEST(ShardedAffinity, InVirtualTimeTheTasksOfAKeyRunOnTheLoopOfThatKey) {
  for (const std::string placement : {"round_robin", "hash", "least_loaded", "random"}) {
    const auto scheduler = make("sim/sharded_loops:placement=" + placement, 4);
    const Measurement measurement = scheduler->run(spawn_with_one_key(*scheduler, 6));
    std::uint64_t elsewhere = 0;
    for (WorkerId w = 0; w < 4; ++w) elsewhere += w == 2 ? 0 : measurement.workers[w].poll_count;
    EXPECT_GE(measurement.workers[2].poll_count, 50u) << placement;
    EXPECT_LE(elsewhere, 2u) << placement;  // The root task, before and after its join.
  }
}

TEST_P(Affinity, KeysAreAcceptedByEveryScheduler) {
  with_each_worker_count([](Scheduler& scheduler) {
    std::vector<std::thread::id> first(16), last(16);
    run(scheduler, spawn_with_keys(scheduler, first, last));
    for (const std::thread::id& id : last) EXPECT_NE(id, std::thread::id());
  });
}

}  // namespace
}  // namespace loopsteal::laws
