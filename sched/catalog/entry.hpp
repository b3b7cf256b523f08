// A row of the catalog: a scheduler whose options' type has been taken away.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sched/catalog.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/config/spec.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/traits.hpp"

namespace loopsteal::detail {

struct CatalogEntry {
  SchedulerInfo info;
  std::function<std::unique_ptr<Scheduler>(const Spec&, const SchedulerSetup&)> make;
  std::function<Spec(const Spec&)> canonical;
  std::function<PolicyCharges(const Spec&, WorkerId)> charges;
  std::function<QueueModel(const Spec&)> queue_model;
};

/// Settings of a preset, then those of the spec, so that the latter win.
[[nodiscard]] Spec spell_out(const Spec& spec, std::span<const PresetRow> presets);

/// Throws SpecError, with what to write instead, if `spec` has a setting that moved away.
void reject_moved(const Spec& spec, const MovedSettings& moved);

[[nodiscard]] std::vector<PresetRow> preset_rows(std::span<const Preset> presets,
                                                 std::span<const PresetGap> gaps);

/// Threads of each blocking pool. `configured` 0: as many as asyncio's default executor has.
/// Throws SpecError if the virtual machine has fewer CPUs than workers.
[[nodiscard]] std::size_t blocking_threads(std::uint32_t configured, const SchedulerSetup& setup,
                                           WorkerId workers);

/// What a scheduler of the catalog is built from, but for its options and its observer.
struct Making {
  const Spec& spec;
  WorkerId workers;
  std::size_t blocking_threads;
  const SchedulerSetup& setup;
};

/// The entry of a scheduler; `make(options, making)` returns it set up.
template <class Options, class Make>
CatalogEntry entry_of(const SchedulerOf<Options>& scheduler, bool foreign, Make make) {
  const std::vector<PresetRow> presets = preset_rows(scheduler.presets, scheduler.gaps);
  const bool one_worker = scheduler.traits.one_worker;
  const auto options_of = [knobs = scheduler.knobs, moved = scheduler.moved,
                           presets](const Spec& spec) {
    Options options;
    reject_moved(spec, moved);
    apply(options, knobs, spell_out(spec, presets));
    return options;
  };
  SchedulerInfo info{scheduler.traits, foreign, describe(scheduler.knobs), presets};
  if (!presets.empty())
    info.knobs.insert(info.knobs.begin(),
                      {"preset", "a name", "none", "", "A set of knobs; see `list presets`."});
  return {
      std::move(info),
      [=](const Spec& spec, const SchedulerSetup& setup) {
        if (setup.machine == "sim" && !scheduler.traits.threads_only.empty())
          throw SpecError(std::string(scheduler.traits.threads_only));
        const Options options = options_of(spec);
        const WorkerId workers = one_worker ? 1 : setup.workers;
        return make(options,
                    Making{spec, workers,
                           blocking_threads(options.blocking_threads, setup, workers), setup});
      },
      [=](const Spec& spec) {
        const Options options = options_of(spec);
        Spec result{spec.name, settings_that_differ(options, scheduler.knobs)};
        const auto named =
            std::ranges::find(scheduler.knobs, scheduler.traits.always_named, &Knob<Options>::name);
        if (named != scheduler.knobs.end() &&
            std::ranges::find(result.settings, named->name,
                              &std::pair<std::string, std::string>::first) == result.settings.end())
          result.settings.insert(result.settings.begin(),
                                 {std::string(named->name), named->get(options)});
        return result;
      },
      [=](const Spec& spec, WorkerId workers) {
        const Options options = options_of(spec);
        if (scheduler.charges == nullptr) return PolicyCharges{};
        return scheduler.charges(options, one_worker ? 1 : workers);
      },
      [=](const Spec& spec) {
        const Options options = options_of(spec);
        return scheduler.queue_model == nullptr ? QueueModel{} : scheduler.queue_model(options);
      }};
}

/// All rows, in the order of the lines in sched/CMakeLists.txt, which makes this function.
[[nodiscard]] std::vector<CatalogEntry> catalog_entries();

}  // namespace loopsteal::detail
