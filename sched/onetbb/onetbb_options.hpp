// Options of oneTBB's arena.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "sched/core/config/knobs.hpp"
#include "sched/core/time.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

/// Entry point through which a job enters the arena. The two behave like different schedulers.
enum class Door : std::uint8_t {
  enqueue,     ///< task_arena::enqueue: the arena's shared lanes, oldest first, roughly.
  task_group,  ///< task_group::run: the worker's own deque, newest first, stolen oldest first.
};

struct OneTbbOptions {
  /// The scheduler, for the catalog (traits.cpp).
  static std::vector<SchedulerOf<OneTbbOptions>> schedulers();

  /// The fair one. Through the other one, a task that keeps starting its successor starves all jobs
  /// from outside, since a worker looks into the shared lanes only once its own deque is empty.
  Door door = Door::enqueue;
  Duration timer_granularity = std::chrono::milliseconds(1);
  std::uint32_t blocking_threads = 512;
};

/// The door comes first. A result names it even if it is the default.
[[nodiscard]] std::span<const Knob<OneTbbOptions>> onetbb_knobs() noexcept;

}  // namespace loopsteal
