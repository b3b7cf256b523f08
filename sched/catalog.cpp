#include "sched/catalog.hpp"

#include <functional>
#include <utility>

#include "sched/catalog_sim.hpp"
#include "sched/catalog_threads.hpp"
#include "sched/onetbb/onetbb_scheduler.hpp"

namespace loopsteal {
namespace {

/// What the catalog knows of one scheduler, its options' type taken away.
struct Entry {
  SchedulerInfo info;
  std::function<std::unique_ptr<Scheduler>(const Spec&, const SchedulerSetup&)> make;
  std::function<Spec(const Spec&)> canonical;
  std::function<PolicyCharges(const Spec&, WorkerId)> charges;
};

NullObserver null_observer;  // Has no state.

/// The CPUs of the machine: a virtual one has those that it is given, wherever it is simulated.
WorkerId cpus_of(const SchedulerSetup& setup, WorkerId workers) {
  if (setup.machine != "sim") return std::max(1u, std::thread::hardware_concurrency());
  const WorkerId cpus = setup.sim.cpus;
  if (cpus == 0) return workers;
  if (cpus < workers)
    throw SpecError("A virtual machine has a CPU for each worker: " + std::to_string(workers) +
                    " workers need more than " + std::to_string(cpus) + " CPUs.");
  return cpus;
}

/// Of each pool. asyncio's default executor; other schedulers say how many threads they mean.
std::size_t blocking_threads(std::uint32_t configured, WorkerId cpus) {
  return configured != 0 ? configured : std::min<std::size_t>(32, std::size_t{cpus} + 4);
}

template <class Options>
Options read(std::span<const Knob<Options>> knobs, const Spec& spec) {
  Options options;
  apply(options, knobs, spec);
  return options;
}

/// Settings of a preset, then those of the spec, so that the latter win.
Spec spell_out(const Spec& spec, std::span<const PresetRow> presets) {
  Spec result{spec.name, {}};
  for (const auto& [key, value] : spec.settings) {
    if (key != "preset") continue;
    std::vector<std::string_view> names;
    for (const PresetRow& preset : presets) {
      names.push_back(preset.name);
      if (preset.name == value && !preset.settings.empty())
        result.settings = parse_spec(spec.name + ":" + preset.settings).settings;
    }
    if (std::find(names.begin(), names.end(), value) == names.end())
      throw SpecError("Unknown preset \"" + value + "\" of " + spec.name + "." +
                      did_you_mean(value, names));
  }
  for (const auto& setting : spec.settings) {
    if (setting.first == "preset") continue;
    std::erase_if(result.settings, [&](const auto& old) { return old.first == setting.first; });
    result.settings.push_back(setting);
  }
  return result;
}

template <template <class> class PolicyOn, class Options>
Entry entry(SchedulerInfo info, std::span<const Knob<Options>> knobs) {
  if constexpr (requires { Options::kCostFamily; }) info.cost_family = Options::kCostFamily;
  const bool one_worker = info.one_worker;
  const std::vector<PresetRow> presets = info.presets;
  info.knobs = describe(knobs);
  if (!presets.empty())
    info.knobs.insert(info.knobs.begin(),
                      {"preset", "a name", "none", "", "A set of knobs; see `list presets`."});
  return {std::move(info),
          [=](const Spec& spec, const SchedulerSetup& setup) {
            const auto options = read<Options>(knobs, spell_out(spec, presets));
            const WorkerId workers = one_worker ? 1 : setup.workers;
            const bool simulated = setup.machine == "sim";
            const std::size_t threads =
                blocking_threads(options.blocking_threads, cpus_of(setup, workers));
            const auto make = [&](auto& observer) {
              return simulated
                         ? detail::in_virtual_time<PolicyOn>(spec, workers, setup.seed, options,
                                                             threads, setup.sim, observer)
                         : detail::on_threads<PolicyOn>(spec, workers, setup.seed, options,
                                                        threads, observer);
            };
            return setup.recorder == nullptr ? make(null_observer) : make(*setup.recorder);
          },
          [=](const Spec& spec) {
            const auto options = read<Options>(knobs, spell_out(spec, presets));
            return Spec{spec.name, settings_that_differ(options, knobs)};
          },
          [=](const Spec& spec, WorkerId workers) {
            return charges_of(read<Options>(knobs, spell_out(spec, presets)),
                              one_worker ? 1 : workers);
          }};
}

/// Results always name the door, the default one as well.
Spec canonical_onetbb(const Spec& spec) {
  const auto options = read<OneTbbOptions>(onetbb_knobs(), spec);
  Spec result{spec.name, settings_that_differ(options, onetbb_knobs())};
  const Knob<OneTbbOptions>& door = onetbb_knobs().front();
  if (result.settings.empty() || result.settings.front().first != door.name)
    result.settings.insert(result.settings.begin(), {std::string(door.name), door.get(options)});
  return result;
}

constexpr const char* kNoVirtualOneTbb =
    "onetbb runs on threads only: it is not ours to move in virtual time. Its nearest relatives "
    "there are work_stealing:preset=rayon and work_stealing:local_order=lifo,steal=one.";

Entry onetbb_entry() {
  return {{"onetbb",
           "N threads in oneTBB's task arena, through either of its doors.",
           false,
           true,
           {},
           describe(onetbb_knobs()),
           {}},
          [](const Spec& spec, const SchedulerSetup& setup) -> std::unique_ptr<Scheduler> {
            if (setup.machine == "sim") throw SpecError(kNoVirtualOneTbb);
            const auto options = read<OneTbbOptions>(onetbb_knobs(), spec);
            return std::make_unique<OneTbbScheduler>(spec.name, setup.workers, options);
          },
          canonical_onetbb,
          [](const Spec&, WorkerId) { return PolicyCharges{}; }};
}

std::vector<PresetRow> rows(std::span<const Preset> presets, std::span<const PresetGap> gaps) {
  std::vector<PresetRow> result;
  for (const Preset& preset : presets) {
    const auto gap = std::find_if(gaps.begin(), gaps.end(),
                                  [&](const PresetGap& one) { return one.preset == preset.name; });
    result.push_back({std::string(preset.name), std::string(preset.settings),
                      std::string(preset.summary),
                      gap == gaps.end() ? std::string() : std::string(gap->lacks)});
  }
  return result;
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = [] {
    std::vector<Entry> list;
    list.push_back(entry<EventLoops>({"event_loop",
                                      "One thread, one loop: asyncio's iteration.",
                                      true,
                                      false,
                                      {},
                                      {},
                                      rows(event_loop_presets(), event_loop_preset_gaps())},
                                     event_loop_knobs()));
    list.push_back(entry<EventLoops>({"sharded_loops",
                                      "N event loops that share nothing and steal nothing.",
                                      false,
                                      false,
                                      {},
                                      {},
                                      {}},
                                     sharded_loops_knobs()));
    list.push_back(entry<SharedQueue>(
        {"shared_queue", "N threads on one FIFO queue under one lock.", false, false, {}, {}, {}},
        shared_queue_knobs()));
    list.push_back(
        entry<WorkStealing>({"work_stealing",
                             "N threads with a queue each, stealing when theirs is empty: Tokio's.",
                             false,
                             false,
                             {},
                             {},
                             rows(work_stealing_presets(), work_stealing_preset_gaps())},
                            work_stealing_knobs()));
    list.push_back(onetbb_entry());
    return list;
  }();
  return all;
}

const Entry& find(const Spec& spec) {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries()) {
    if (entry.info.name == spec.name) return entry;
    names.push_back(entry.info.name);
  }
  throw SpecError("Unknown scheduler \"" + spec.name + "\"." + did_you_mean(spec.name, names));
}

void check_machine(std::string_view machine) {
  const auto known = machines();
  if (std::find(known.begin(), known.end(), machine) == known.end())
    throw SpecError("Unknown machine \"" + std::string(machine) + "\"." +
                    did_you_mean(machine, known));
}

}  // namespace

std::span<const SchedulerInfo> schedulers() {
  static const std::vector<SchedulerInfo> infos = [] {
    std::vector<SchedulerInfo> list;
    for (const Entry& entry : entries()) list.push_back(entry.info);
    return list;
  }();
  return infos;
}

std::span<const std::string_view> machines() {
  static constexpr std::string_view kMachines[] = {"threads", "sim"};
  return kMachines;
}

std::unique_ptr<Scheduler> make_scheduler(const Spec& spec, const SchedulerSetup& setup) {
  check_machine(setup.machine);
  const Entry& entry = find(spec);
  if (setup.workers < 1 || setup.workers > 65'535)
    throw SpecError("A scheduler has 1 to 65535 workers; " + std::to_string(setup.workers) +
                    " were asked for.");
  return entry.make(spec, setup);
}

std::string preset_lacks(std::string_view scheduler, std::string_view preset) {
  for (const SchedulerInfo& info : schedulers()) {
    if (info.name != scheduler) continue;
    for (const PresetRow& row : info.presets)
      if (row.name == preset) return row.lacks;
  }
  return {};
}

Spec canonical_scheduler(const Spec& spec) { return find(spec).canonical(spec); }

PolicyCharges charges_of(const Spec& spec, WorkerId workers) {
  return find(spec).charges(spec, workers);
}

}  // namespace loopsteal
