// What can be set about random stealing: the knobs of the published models of stealing and
// placement.
#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sched/core/charges.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/parts/local_order.hpp"
#include "sched/policy/parts/placement.hpp"
#include "sched/policy/parts/steal_amount.hpp"
#include "sched/policy/parts/victims.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

/// What becomes of jobs stolen together. last_first: the newest is run at once, the others are
/// kept. kept: all go in front of the thief's own jobs, in their order.
enum class StolenOrder : std::uint8_t { last_first, kept };

/// How long stolen jobs travel, with a mean of transfer_latency.
enum class Transfer : std::uint8_t { constant, exp };

struct RandomStealingOptions {
  /// The schedulers of the policy, for the catalog (traits.cpp).
  static std::vector<SchedulerOf<RandomStealingOptions>> schedulers();

  static constexpr std::uint32_t kHalf = IdleSetOptions::kHalf;
  static constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kEverybody = std::numeric_limits<std::uint32_t>::max();

  Placement placement = Placement::random;
  std::uint32_t placement_choices = 2;
  double hot_share = 0.7;
  LocalOrder local_order = LocalOrder::fifo;

  Victim victim = Victim::random_start;
  std::uint32_t search_on_empty = kEverybody;
  std::uint32_t searchers = kHalf;
  double retry_rate = 0;  ///< A second.
  std::uint32_t victim_threshold = 2;
  std::uint32_t victims_sampled = 1;
  StealAmount steal = StealAmount::half;
  StolenOrder stolen_order = StolenOrder::last_first;
  Duration transfer_latency{};
  Transfer transfer = Transfer::constant;
  std::uint32_t probes_per_step = kAll;
  Duration self_check{};
  bool park = true;

  std::uint32_t event_interval = 61;
  Duration timer_granularity = std::chrono::milliseconds(1);
  std::uint32_t blocking_threads = 512;

  [[nodiscard]] PlacementOptions placement_options() const noexcept {
    return {placement, placement_choices, hot_share};
  }
  /// A sleeper is woken for jobs in the queues of other workers. Workers that make a limited number
  /// of attempts make them when they run out of work, and when a retry is due, and at no other
  /// time.
  [[nodiscard]] bool wakes_thieves() const noexcept { return search_on_empty == kEverybody; }
  /// No worker sleeps while a job is ready, if steps cost nothing: each search finds every job, and
  /// a thief may take every job.
  [[nodiscard]] bool conserves_work() const noexcept;
};

[[nodiscard]] std::span<const Knob<RandomStealingOptions>> random_stealing_knobs() noexcept;

/// Returns `options` as they are. Throws SpecError if they contradict each other.
const RandomStealingOptions& checked(const RandomStealingOptions& options);

/// What virtual time may bill their runs for.
[[nodiscard]] PolicyCharges charges_of(const RandomStealingOptions& options,
                                       WorkerId workers) noexcept;

/// `random_stealing:preset=NAME`.
[[nodiscard]] std::span<const Preset> random_stealing_presets() noexcept;

}  // namespace loopsteal
