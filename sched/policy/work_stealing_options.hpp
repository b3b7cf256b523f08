// What can be set about work stealing. The defaults are Tokio 1.53's; other sets turn the policy
// into its relatives (see presets()).
#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "sched/core/knobs.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/run_queue.hpp"

namespace loopsteal {

/// Which of its own jobs a worker runs first. fifo: a bounded ring (Tokio, Go). lifo: a growing
/// deque (Rayon, oneTBB).
enum class LocalOrder : std::uint8_t { fifo, lifo };

/// A place in front of the queue for the job made ready last.
enum class LifoSlot : std::uint8_t { off, on, stealable };

/// Whom a thief asks. random_start: everybody once, from a random one on. random: as many draws.
enum class Victim : std::uint8_t { random_start, random };

/// Where a job that yields goes. deferred: aside, until timers and I/O have been looked at (Tokio).
/// back: to the back of the worker's own queue. global: to the back of the injector (Go).
enum class YieldTo : std::uint8_t { deferred, back, global };

/// In which order deferred jobs come back.
enum class DeferredOrder : std::uint8_t { front, back };

struct WorkStealingOptions {
  static constexpr std::uint32_t kAdaptive = 0;
  static constexpr std::uint32_t kUnlimited = 0;
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kHalf = 0;
  static constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();

  LocalOrder local_order = LocalOrder::fifo;
  LifoSlot lifo_slot = LifoSlot::on;
  std::uint32_t lifo_cap = 3;
  StealAmount steal = StealAmount::half;
  Victim victim = Victim::random_start;
  std::uint32_t steal_rounds = 1;
  std::uint32_t searchers = kHalf;
  std::uint32_t queue_capacity = 256;
  Overflow overflow = Overflow::second_half;
  std::uint32_t global_queue_interval = kAdaptive;
  bool injector_batch = true;
  std::uint32_t event_interval = 61;
  std::uint32_t budget = 128;
  YieldTo yield = YieldTo::deferred;
  DeferredOrder deferred_order = DeferredOrder::back;
  Duration timer_granularity = std::chrono::milliseconds(1);
  std::uint32_t blocking_threads = 512;
};

[[nodiscard]] std::span<const Knob<WorkStealingOptions>> work_stealing_knobs() noexcept;

/// Returns `options` as they are. Throws SpecError if they contradict each other.
const WorkStealingOptions& checked(const WorkStealingOptions& options);

/// A named set of knobs: `work_stealing:preset=NAME`, with further settings on top.
struct Preset {
  std::string_view name;
  std::string_view settings;  ///< "key=value,key=value".
  std::string_view summary;   ///< What it follows and in what it differs, in one line.
};
[[nodiscard]] std::span<const Preset> work_stealing_presets() noexcept;

}  // namespace loopsteal
