// What can be set about event loops.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "sched/core/charges.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/job.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/parts/placement.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

struct EventLoopsOptions {
  /// The schedulers of the policy, for the catalog (traits.cpp).
  static std::vector<SchedulerOf<EventLoopsOptions>> schedulers();

  /// Which loop a new task is put on. One with an affinity key goes to the loop of its key.
  Placement placement = Placement::round_robin;
  std::uint32_t placement_choices = 2;
  double hot_share = 0.7;
  Duration timer_granularity = std::chrono::milliseconds(1);
  bool debug = false;
  Duration slow_callback_duration = std::chrono::milliseconds(100);
  std::uint32_t blocking_threads = 0;  ///< 0: min(32, CPUs + 4).
};

/// The knobs of `event_loop`, and those of `sharded_loops`, which has placement besides.
[[nodiscard]] std::span<const Knob<EventLoopsOptions>> event_loop_knobs() noexcept;
[[nodiscard]] std::span<const Knob<EventLoopsOptions>> sharded_loops_knobs() noexcept;

/// What virtual time may bill their runs for.
[[nodiscard]] PolicyCharges charges_of(const EventLoopsOptions& options, WorkerId workers) noexcept;

/// `event_loop:preset=NAME`.
[[nodiscard]] std::span<const Preset> event_loop_presets() noexcept;
/// Of those that carry the name of an original.
[[nodiscard]] std::span<const PresetGap> event_loop_preset_gaps() noexcept;

}  // namespace loopsteal
