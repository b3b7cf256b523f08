#include "tests/conformance/laws.hpp"

#include <cctype>
#include <exception>

namespace loopsteal::laws {
namespace {

/// Knobs of ours that change an order or a place, each alone.
constexpr std::string_view kVariants[] = {
    "sharded_loops:placement=hash",
    "sharded_loops:placement=least_loaded",
    "sharded_loops:placement=random",
    "work_stealing:local_order=lifo",
    "work_stealing:lifo_slot=off",
    "work_stealing:lifo_slot=stealable",
    "work_stealing:steal=one",
    "work_stealing:steal=all",
    "work_stealing:local_order=lifo,steal=all",
    "work_stealing:yield=back",
    "work_stealing:yield=global",
    "work_stealing:queue_capacity=2",
    "work_stealing:queue_capacity=2,overflow=first_half,steal=all",
    "work_stealing:searchers=all,victim=random",
    "work_stealing:event_interval=1",
    "work_stealing:event_interval=1,yield=back",
    "work_stealing:global_queue_interval=1,injector_batch=off",
    "work_stealing:budget=1,lifo_cap=unlimited",
    "random_stealing:local_order=lifo",
    "random_stealing:placement=jsq,local_order=random,victim=random",
};

constexpr std::string_view kSim = "sim/";

/// What the catalog calls it, without its machine.
std::string scheduler_of(const std::string& spec) {
  return spec.starts_with(kSim) ? spec.substr(kSim.size()) : spec;
}

const SchedulerInfo& info_of(const std::string& spec) {
  const std::string name = parse_spec(scheduler_of(spec)).name;
  for (const SchedulerInfo& info : schedulers())
    if (info.name == name) return info;
  throw std::logic_error("no such scheduler");
}

/// The values of a knob whose help lists them as "a|b|c".
std::vector<std::string> values_of(const KnobRow& knob) {
  std::vector<std::string> values{""};
  for (const char c : std::string(knob.values)) {
    if (c == '|') {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  return values;
}

}  // namespace

std::vector<std::string> default_specs() {
  std::vector<std::string> specs;
  for (const SchedulerInfo& info : schedulers()) {
    bool has_doors = false;
    for (const KnobRow& knob : info.knobs) {
      if (!info.foreign || std::string_view(knob.name) != "door") continue;
      has_doors = true;
      for (const std::string& value : values_of(knob))
        specs.push_back(std::string(info.name) + ":door=" + value);
    }
    if (!has_doors) specs.emplace_back(info.name);
  }
  return specs;
}

std::vector<std::string> all_specs() {
  std::vector<std::string> specs = default_specs();
  for (const SchedulerInfo& info : schedulers())
    for (const PresetRow& preset : info.presets)
      if (!preset.settings.empty())
        specs.push_back(std::string(info.name) + ":preset=" + preset.name);
  specs.insert(specs.end(), std::begin(kVariants), std::end(kVariants));
  return specs;
}

std::vector<std::string> yielding_specs() {
  std::vector<std::string> specs = all_specs();
  std::erase(specs, "work_stealing:event_interval=1");
  return specs;
}

std::vector<std::string> both_machines(std::vector<std::string> specs) {
  const std::size_t count = specs.size();
  for (std::size_t i = 0; i < count; ++i)
    if (!info_of(specs[i]).foreign) specs.push_back(std::string(kSim) + specs[i]);
  return specs;
}

std::string name_of(const std::string& spec) {
  std::string name;
  for (const char c : spec) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  return name;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  return name_of(info.param);
}

CostModel some_costs() {
  CostModel costs;
  std::int64_t ns = 7;
  for (const CostEntry& entry : cost_entries()) entry.of(costs) = Duration(ns += 2);
  return costs;
}

std::unique_ptr<Scheduler> make(const std::string& spec, WorkerId workers, Costs costs,
                                std::uint64_t shuffle_ties) {
  SchedulerSetup setup{.workers = workers, .seed = 42};
  if (spec.starts_with(kSim)) setup.machine = "sim";
  setup.sim.shuffle_ties = shuffle_ties;
  if (costs == Costs::some) setup.sim.costs = some_costs();
  return make_scheduler(parse_spec(scheduler_of(spec)), setup);
}

void Laws::with(WorkerId workers, const Law& law, Needs needs) const {
  const std::string what = GetParam() + " with " + std::to_string(workers) + " workers";
  if (needs == Needs::nothing || !in_virtual_time()) {
    SCOPED_TRACE(what);
    law(*make(GetParam(), workers));
  }
  if (in_virtual_time()) {
    SCOPED_TRACE(what + " and costs");
    law(*make(GetParam(), workers, Costs::some));
  }
}

void Laws::with_each_worker_count(const Law& law, Needs needs) const {
  const bool one = info_of(GetParam()).one_worker;
  for (const WorkerId workers : {1u, 2u, 4u}) {
    with(workers, law, needs);
    if (one || HasFatalFailure()) break;
  }
}

void Laws::with_one_worker(const Law& law, Needs needs) const { with(1, law, needs); }

bool Laws::is_foreign() const { return info_of(GetParam()).foreign; }

bool Laws::is(std::string_view name) const { return info_of(GetParam()).name == name; }

bool Laws::in_virtual_time() const { return GetParam().starts_with(kSim); }

void run(Scheduler& scheduler, Task<void> root) {
  try {
    scheduler.run(std::move(root));
  } catch (const std::exception& error) {
    ADD_FAILURE() << "the run threw: " << error.what();
  } catch (const Cancelled&) {
    ADD_FAILURE() << "the run threw Cancelled";
  }
}

bool succeeds_once(int attempts, const std::function<bool()>& experiment) {
  for (int i = 0; i < attempts; ++i)
    if (experiment()) return true;
  return false;
}

}  // namespace loopsteal::laws
