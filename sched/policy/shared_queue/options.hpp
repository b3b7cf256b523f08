// What can be set about the shared queue.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "sched/core/charges.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/job.hpp"
#include "sched/core/time.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

struct SharedQueueOptions {
  /// The schedulers of the policy, for the catalog (traits.cpp).
  static std::vector<SchedulerOf<SharedQueueOptions>> schedulers();

  std::uint32_t event_interval = 61;
  Duration timer_granularity = std::chrono::milliseconds(1);
  std::uint32_t blocking_threads = 512;
};

[[nodiscard]] std::span<const Knob<SharedQueueOptions>> shared_queue_knobs() noexcept;

/// What virtual time may bill their runs for.
[[nodiscard]] PolicyCharges charges_of(const SharedQueueOptions& options,
                                       WorkerId workers) noexcept;

}  // namespace loopsteal
