#include "sched/catalog.hpp"

#include <algorithm>
#include <thread>

#include "sched/catalog/entry.hpp"

namespace loopsteal {
namespace detail {
namespace {

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

}  // namespace

std::size_t blocking_threads(std::uint32_t configured, const SchedulerSetup& setup,
                             WorkerId workers) {
  const WorkerId cpus = cpus_of(setup, workers);
  return configured != 0 ? configured : std::min<std::size_t>(32, std::size_t{cpus} + 4);
}

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

void reject_moved(const Spec& spec, const MovedSettings& moved) {
  for (const auto& [key, value] : spec.settings)
    for (const MovedSetting& setting : moved.settings) {
      if (setting.name != key || (!setting.value.empty() && setting.value != value)) continue;
      const std::string text = key + "=" + value, heir(moved.scheduler);
      throw SpecError("\"" + spec.name + "\" has no setting \"" + text + "\" any more: " + heir +
                      " has it. Write " + heir + ":" + text + "; `loopsteal list knobs " + heir +
                      "` shows its other settings.");
    }
}

std::vector<PresetRow> preset_rows(std::span<const Preset> presets,
                                   std::span<const PresetGap> gaps) {
  std::vector<PresetRow> result;
  for (const Preset& preset : presets) {
    const auto gap = std::ranges::find(gaps, preset.name, &PresetGap::preset);
    result.push_back({std::string(preset.name), std::string(preset.settings),
                      std::string(preset.summary),
                      gap == gaps.end() ? std::string() : std::string(gap->lacks)});
  }
  return result;
}

}  // namespace detail

namespace {

using detail::CatalogEntry;

const std::vector<CatalogEntry>& entries() {
  static const std::vector<CatalogEntry> all = detail::catalog_entries();
  return all;
}

const CatalogEntry& find(const Spec& spec) {
  std::vector<std::string_view> names;
  for (const CatalogEntry& entry : entries()) {
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
    for (const CatalogEntry& entry : entries()) list.push_back(entry.info);
    return list;
  }();
  return infos;
}

const SchedulerInfo* find_scheduler(std::string_view name) {
  const auto all = schedulers();
  const auto found = std::ranges::find(all, name, &SchedulerInfo::name);
  return found == all.end() ? nullptr : &*found;
}

bool has_one_worker(std::string_view scheduler) {
  const SchedulerInfo* const info = find_scheduler(scheduler);
  return info != nullptr && info->one_worker;
}

bool steals_by_policy(std::string_view scheduler) {
  return find_scheduler(scheduler) != nullptr &&
         queue_model_of({std::string(scheduler), {}}).stealing.has_value();
}

std::string_view scheduler_with(Role role) {
  const auto all = schedulers();
  const auto found = std::ranges::find(all, role, &SchedulerInfo::role);
  return found == all.end() ? std::string_view{} : found->name;
}

std::string spec_with(std::string_view scheduler, std::string_view settings) {
  std::string spec(scheduler);
  if (!settings.empty()) spec.append(":").append(settings);
  return spec;
}

std::span<const std::string_view> machines() {
  static constexpr std::string_view kMachines[] = {"threads", "sim"};
  return kMachines;
}

std::unique_ptr<Scheduler> make_scheduler(const Spec& spec, const SchedulerSetup& setup) {
  check_machine(setup.machine);
  const CatalogEntry& entry = find(spec);
  if (setup.workers < 1 || setup.workers > 65'535)
    throw SpecError("A scheduler has 1 to 65535 workers; " + std::to_string(setup.workers) +
                    " were asked for.");
  return entry.make(spec, setup);
}

std::string preset_lacks(std::string_view scheduler, std::string_view preset) {
  const SchedulerInfo* const info = find_scheduler(scheduler);
  if (info == nullptr) return {};
  for (const PresetRow& row : info->presets)
    if (row.name == preset) return row.lacks;
  return {};
}

Spec canonical_scheduler(const Spec& spec) { return find(spec).canonical(spec); }

PolicyCharges charges_of(const Spec& spec, WorkerId workers) {
  return find(spec).charges(spec, workers);
}

QueueModel queue_model_of(const Spec& spec) { return find(spec).queue_model(spec); }

}  // namespace loopsteal
