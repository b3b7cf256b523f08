// Small programs whose runs are recorded.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>

#include "sched/catalog.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/observe/recorder.hpp"

namespace loopsteal::small_runs {

/// Divide and conquer: the leaves of a binary tree.
inline Task<std::int64_t> leaves(Scheduler& scheduler, int depth) {
  if (depth == 0) co_return 1;
  Fork<std::int64_t> left(scheduler, leaves(scheduler, depth - 1));
  const std::int64_t right = co_await leaves(scheduler, depth - 1);
  const std::int64_t sum = co_await left.join();
  co_return sum + right;
}

inline Task<void> fork_join(Scheduler& scheduler, int depth, std::int64_t& count) {
  count = co_await leaves(scheduler, depth);
}

inline Task<void> sleepy(std::atomic<int>& ran) {
  ++ran;
  co_await compute(Work::of(std::chrono::microseconds(20)));
  co_await yield();
  co_await sleep_for(std::chrono::milliseconds(1));
  co_await blocking(std::chrono::microseconds(100));
  co_await io(std::chrono::microseconds(200));
}

/// One task makes all the others. With `held`, it then holds its worker until another worker has
/// run one of them: what it made must move.
inline Task<void> hot_producer(Scheduler& scheduler, int jobs, bool held) {
  std::atomic<int> ran{0};
  TaskGroup group(scheduler);
  for (int i = 0; i < jobs; ++i) group.spawn(sleepy(ran));
  while (held && ran == 0) co_await compute(Work::of(std::chrono::microseconds(10)));
  co_await group.join();
}

inline std::unique_ptr<Scheduler> recorded(std::string_view spec, WorkerId workers,
                                           Recorder& recorder) {
  return make_scheduler(parse_spec(spec), {.workers = workers, .recorder = &recorder});
}

}  // namespace loopsteal::small_runs
