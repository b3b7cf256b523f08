// What can be set about work stealing. The defaults are Tokio 1.53's; other sets turn the policy
// into its relatives (see presets()).
#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sched/core/charges.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/parts/deferred_jobs.hpp"
#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/parts/local_order.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/steal_amount.hpp"
#include "sched/policy/parts/timer_sleep.hpp"
#include "sched/policy/parts/victims.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

/// A place in front of the queue for the job made ready last.
enum class LifoSlot : std::uint8_t { off, on, stealable };

/// Where a job that yields goes. deferred: aside, until timers and I/O have been looked at (Tokio).
/// back: to the back of the worker's own queue. global: to the back of the injector (Go).
enum class YieldTo : std::uint8_t { deferred, back, global };

/// When the last searcher that finds work wakes another to search in its place. always: Tokio.
/// pending: if it sees that there is more.
enum class Spread : std::uint8_t { always, pending };

struct WorkStealingOptions {
  /// The schedulers of the policy, for the catalog (traits.cpp).
  static std::vector<SchedulerOf<WorkStealingOptions>> schedulers();

  static constexpr std::uint32_t kAdaptive = 0;
  static constexpr std::uint32_t kUnlimited = 0;
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kHalf = IdleSetOptions::kHalf;
  static constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();

  LocalOrder local_order = LocalOrder::fifo;  ///< fifo: a bounded ring. lifo: a growing deque.
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
  Duration park_spin{};
  Duration preempt{};  ///< 0: no job is taken off its worker.

  /// No worker sleeps while a job is ready, if steps cost nothing: each search finds every job, and
  /// a thief may take every job.
  [[nodiscard]] bool conserves_work() const noexcept;
};

[[nodiscard]] std::span<const Knob<WorkStealingOptions>> work_stealing_knobs() noexcept;

/// Returns `options` as they are. Throws SpecError if they contradict each other.
const WorkStealingOptions& checked(const WorkStealingOptions& options);

/// What virtual time may bill their runs for.
[[nodiscard]] PolicyCharges charges_of(const WorkStealingOptions& options,
                                       WorkerId workers) noexcept;

/// `work_stealing:preset=NAME`.
[[nodiscard]] std::span<const Preset> work_stealing_presets() noexcept;
/// Of those that carry the name of an original.
[[nodiscard]] std::span<const PresetGap> work_stealing_preset_gaps() noexcept;

}  // namespace loopsteal
