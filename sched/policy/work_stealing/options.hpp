// What can be set about work stealing. The defaults are Tokio 1.53's; other sets turn the policy
// into its relatives (see presets()).
#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sched/core/charges.hpp"
#include "sched/core/knobs.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/parts/placement.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/timer_sleep.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

/// Which of its own jobs a worker runs first. fifo: a bounded ring (Tokio, Go). lifo: a growing
/// deque (Rayon, oneTBB). random: any of them, from a queue under a lock.
enum class LocalOrder : std::uint8_t { fifo, lifo, random };

/// A place in front of the queue for the job made ready last.
enum class LifoSlot : std::uint8_t { off, on, stealable };

/// Whom a thief asks. random_start: everybody once, from a random one on. random: as many draws.
enum class Victim : std::uint8_t { random_start, random };

/// What becomes of jobs stolen together. last_first: the newest is run at once, the others are kept
/// (Tokio). kept: they go in front of the thief's own, in their order.
enum class StolenOrder : std::uint8_t { last_first, kept };

/// How long stolen jobs travel, with a mean of transfer_latency.
enum class Transfer : std::uint8_t { constant, exp };

/// Where a job that yields goes. deferred: aside, until timers and I/O have been looked at (Tokio).
/// back: to the back of the worker's own queue. global: to the back of the injector (Go).
enum class YieldTo : std::uint8_t { deferred, back, global };

/// In which order deferred jobs come back.
enum class DeferredOrder : std::uint8_t { front, back };

/// When the last searcher that finds work wakes another to search in its place. always: Tokio.
/// pending: if it sees that there is more.
enum class Spread : std::uint8_t { always, pending };

struct WorkStealingOptions {
  /// The schedulers of the policy, for the catalog (traits.cpp).
  static std::vector<SchedulerOf<WorkStealingOptions>> schedulers();

  static constexpr std::uint32_t kAdaptive = 0;
  static constexpr std::uint32_t kUnlimited = 0;
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kHalf = 0;
  static constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kEverybody = std::numeric_limits<std::uint32_t>::max();

  LocalOrder local_order = LocalOrder::fifo;
  LifoSlot lifo_slot = LifoSlot::on;
  std::uint32_t lifo_cap = 3;
  StealAmount steal = StealAmount::half;
  Victim victim = Victim::random_start;
  std::uint32_t steal_rounds = 1;
  std::uint32_t searchers = kHalf;
  Spread spread = Spread::always;
  std::uint32_t queue_capacity = 256;
  Overflow overflow = Overflow::second_half;
  std::uint32_t global_queue_interval = kAdaptive;
  bool injector_batch = true;
  std::uint32_t event_interval = 61;
  std::uint32_t budget = 128;
  YieldTo yield = YieldTo::deferred;
  DeferredOrder deferred_order = DeferredOrder::back;
  Duration timer_granularity = std::chrono::milliseconds(1);
  TimerSleep timer_sleep = TimerSleep::until;
  std::uint32_t blocking_threads = 512;

  // The models of queueing theory; off by default.
  Placement placement = Placement::injector;
  std::uint32_t placement_choices = 2;
  double hot_share = 0.7;
  std::uint32_t search_on_empty = kEverybody;
  double retry_rate = 0;  ///< A second.
  std::uint32_t victim_threshold = 2;
  std::uint32_t victims_sampled = 1;
  StolenOrder stolen_order = StolenOrder::last_first;
  Duration transfer_latency{};
  Transfer transfer = Transfer::constant;
  std::uint32_t probes_per_step = kAll;
  Duration self_check{};
  bool park = true;
  Duration park_spin{};

  Duration preempt{};  ///< 0: no job is taken off its worker.

  [[nodiscard]] PlacementOptions placement_options() const noexcept {
    return {placement, placement_choices, hot_share};
  }
  /// Jobs from outside go straight to workers.
  [[nodiscard]] bool places() const noexcept { return placement != Placement::injector; }
  /// A worker's own queue is one that others push to, or that keeps an order of its own.
  [[nodiscard]] bool open_queues() const noexcept {
    return places() || local_order == LocalOrder::random || transfer_latency != Duration::zero();
  }
  /// Whoever sleeps is woken for jobs in the queues of others. Workers that make a limited number
  /// of attempts make them when they run out of work, and when a retry is due, and at no other
  /// time.
  [[nodiscard]] bool wakes_thieves() const noexcept { return search_on_empty == kEverybody; }
  /// Whether no worker sleeps while a job is ready, if steps cost nothing: every search finds what
  /// there is, and there is nothing that a thief may not take.
  [[nodiscard]] bool conserves_work() const noexcept;
};

[[nodiscard]] std::span<const Knob<WorkStealingOptions>> work_stealing_knobs() noexcept;

/// Returns `options` as they are. Throws SpecError if they contradict each other.
const WorkStealingOptions& checked(const WorkStealingOptions& options);

/// What virtual time may bill their runs for.
[[nodiscard]] PolicyCharges charges_of(const WorkStealingOptions& options,
                                       WorkerId workers) noexcept;

/// How `workers` sleep and search.
[[nodiscard]] IdleSetOptions idle_set_options(const WorkStealingOptions& options,
                                              WorkerId workers) noexcept;

/// `work_stealing:preset=NAME`.
[[nodiscard]] std::span<const Preset> work_stealing_presets() noexcept;
/// Of those that carry the name of an original.
[[nodiscard]] std::span<const PresetGap> work_stealing_preset_gaps() noexcept;

}  // namespace loopsteal
