// Names and knobs to schedulers. Policies, machines and observers are combined in catalog/ alone,
// by one line a policy in CMakeLists.txt.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sched/core/charges.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/config/spec.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/machine/sim/cost_model.hpp"
#include "sched/machine/sim/os_noise.hpp"
#include "sched/traits.hpp"

namespace loopsteal {

class Recorder;

/// What virtual time needs to know; threads ignore it.
struct SimSetup {
  CostModel costs;                 ///< All zero: the pure algorithm.
  NoiseOptions noise = {};         ///< Off by default.
  std::uint64_t shuffle_ties = 0;  ///< Not 0: simultaneous events come in an order drawn from it.
  WorkerId cpus = 0;  ///< Of the machine, no fewer than workers; 0: one for each worker.
};

/// What a scheduler needs besides its own knobs.
struct SchedulerSetup {
  std::string_view machine = "threads";
  WorkerId workers = 1;  ///< An event_loop has one whatever this says.
  std::uint64_t seed = 1;
  Recorder* recorder = nullptr;  ///< Null: nothing is observed, at no cost. Else it outlives the
                                 ///< scheduler. Not for foreign schedulers.
  SimSetup sim = {};
};

struct PresetRow {
  std::string name;
  std::string settings;
  std::string summary;
  std::string lacks;  ///< What is known to differ from its original; "" if it has none.
};

/// One scheduler of the catalog.
struct SchedulerInfo : SchedulerTraits {
  bool foreign = false;  ///< Not ours: no observers, no counters of its inside.
  std::vector<KnobRow> knobs;
  std::vector<PresetRow> presets;
};

/// All of them, in the order in which results list them.
[[nodiscard]] std::span<const SchedulerInfo> schedulers();

/// The scheduler of that name; null if there is none.
[[nodiscard]] const SchedulerInfo* find_scheduler(std::string_view name);

/// True for a scheduler that has one worker whatever is asked for; false for unknown names, too.
[[nodiscard]] bool has_one_worker(std::string_view scheduler);

/// True for a scheduler whose idle workers take jobs from others by its policy; false for unknown
/// names, too.
[[nodiscard]] bool steals_by_policy(std::string_view scheduler);

/// The first scheduler with that part in comparisons; "" if there is none.
[[nodiscard]] std::string_view scheduler_with(Role role);

/// "NAME" or "NAME:SETTINGS": a spec from one of the variants of SchedulerTraits.
[[nodiscard]] std::string spec_with(std::string_view scheduler, std::string_view settings);

/// The machines that a scheduler can run on.
[[nodiscard]] std::span<const std::string_view> machines();

/// The scheduler that `spec` names, set up but not running. A knob `preset=NAME` comes first, the
/// other settings go on top. Throws SpecError with a sentence for unknown names, knobs and values,
/// and std::system_error if the machine cannot give what it takes (threads, descriptors).
[[nodiscard]] std::unique_ptr<Scheduler> make_scheduler(const Spec& spec,
                                                        const SchedulerSetup& setup);

/// What the preset of that scheduler is known to lack; "" for none, and for unknown names.
[[nodiscard]] std::string preset_lacks(std::string_view scheduler, std::string_view preset);

/// What virtual time may bill the runs of that scheduler for. Nothing for a foreign scheduler: it
/// does not run in virtual time. Throws as make_scheduler().
[[nodiscard]] PolicyCharges charges_of(const Spec& spec, WorkerId workers);

/// How the workers of that scheduler share jobs. Throws as make_scheduler().
[[nodiscard]] QueueModel queue_model_of(const Spec& spec);

/// `spec` in canonical form: the settings that differ from the defaults, in the order of the table,
/// presets spelt out. Two specs of the same scheduler have the same canonical form. Throws as
/// make_scheduler().
[[nodiscard]] Spec canonical_scheduler(const Spec& spec);

}  // namespace loopsteal
