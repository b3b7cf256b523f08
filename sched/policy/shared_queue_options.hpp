// What can be set about the shared queue.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>

#include "sched/core/knobs.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

struct SharedQueueOptions {
  std::uint32_t event_interval = 61;
  Duration timer_granularity = std::chrono::milliseconds(1);
  std::uint32_t blocking_threads = 512;
};

[[nodiscard]] std::span<const Knob<SharedQueueOptions>> shared_queue_knobs() noexcept;

}  // namespace loopsteal
