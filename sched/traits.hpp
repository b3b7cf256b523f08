// What a scheduler says of itself, next to its policy: costs, queueing model, variants, its part in
// comparisons. Cost models, theory, calibration, advice and figures ask here, so that none of them
// knows a scheduler by name.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sched/core/charges.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// The part of a scheduler in comparisons.
enum class Role : std::uint8_t {
  other,
  baseline,  ///< Other schedulers are compared with it unless the user says otherwise.
  control,   ///< Shares jobs without stealing: tells gains by stealing from gains by parallelism.
  model,     ///< A model of theory that no runtime has: left out unless the user names it.
};

/// How workers share the jobs that arrive, as queueing theory sees it. Plain data, computed from
/// the options as understood.
struct QueueModel {
  enum class Sharing : std::uint8_t {
    partition,   ///< Each worker serves the jobs that were placed with it.
    conserving,  ///< No worker idles while a job waits, if steps cost nothing.
    stealing,    ///< Jobs arrive at all workers alike; idle workers take them by `stealing`.
    unsolved,    ///< One pool, of which theory has no model.
  };
  enum class Order : std::uint8_t { fifo, random };
  enum class Placement : std::uint8_t {
    random,
    round_robin,
    shortest_of,  ///< The shortest of `choices` queues drawn at random.
    unsolved,     ///< A placement of which theory has no model.
  };
  /// How idle workers take jobs from others.
  struct Stealing {
    bool when_emptied = true;      ///< One attempt when a worker runs out of work.
    double retry_rate = 0;         ///< Further attempts a second of an idle worker.
    std::uint64_t threshold = 2;   ///< Jobs that a victim must have, the running one included.
    std::uint64_t victims = 1;     ///< Victims an attempt draws.
    Duration transfer{};           ///< Mean time that stolen jobs travel.
    bool transfer_varies = false;  ///< The time is exponential, not constant.
  };

  Sharing sharing = Sharing::unsolved;
  Order order = Order::fifo;
  Placement placement = Placement::round_robin;  ///< Of a partition.
  std::uint64_t choices = 2;                     ///< Of Placement::shortest_of.
  std::optional<Stealing> stealing = {};         ///< Absent: workers take nothing from others.
};

/// What holds for a scheduler whatever its options are.
struct SchedulerTraits {
  std::string_view name;
  std::string_view summary;
  bool one_worker = false;  ///< It has one worker, always.
  Role role = Role::other;
  /// Tasks that a job spawns run before older ones by default, so their data is still in caches.
  bool depth_first = false;
  /// Family of cost tables that hold for the scheduler. Schedulers whose operations are the same
  /// code share one. Empty: only a cost file without tables of families can price it.
  std::string_view cost_family = {};
  /// Family that sleeps and wakes in the same places, where those costs are measured. Empty: its
  /// own.
  std::string_view sleeps_as = {};
  /// Settings worth trying for advice, "" for the defaults: see spec_with().
  std::span<const std::string_view> variants = {};
  /// Settings under which an idle worker has to steal, for the calibration of steals.
  std::span<const std::string_view> stealing_probes = {};
  /// Knob that canonical specs name even at its default. Empty: none.
  std::string_view always_named = {};
  /// Reason for which it cannot run in virtual time, a sentence. Empty: it can.
  std::string_view threads_only = {};
};

/// What is known to differ between a preset and the runtime whose name it carries.
struct PresetGap {
  std::string_view preset;
  std::string_view lacks;  ///< Sentences, for people.
};

/// A setting that a scheduler had in an earlier version.
struct MovedSetting {
  std::string_view name;
  std::string_view value = {};  ///< Empty: the setting moved with all its values.
};

/// Settings that another scheduler has instead: an error names it.
struct MovedSettings {
  std::span<const MovedSetting> settings = {};
  std::string_view scheduler = {};
};

/// A scheduler that a policy makes: its traits, and what depends on its options. A policy's options
/// have `static std::vector<SchedulerOf<Options>> schedulers()`, in the order in which tables and
/// figures list them, and `blocking_threads` (0: as asyncio's default executor).
template <class Options>
struct SchedulerOf {
  SchedulerTraits traits;
  std::span<const Knob<Options>> knobs;
  std::span<const Preset> presets = {};
  std::span<const PresetGap> gaps = {};
  MovedSettings moved = {};
  /// What virtual time may bill its runs for. Null: it does not run in virtual time.
  PolicyCharges (*charges)(const Options& options, WorkerId workers) noexcept = nullptr;
  /// Null: theory has no model of it.
  QueueModel (*queue_model)(const Options& options) = nullptr;
};

}  // namespace loopsteal
