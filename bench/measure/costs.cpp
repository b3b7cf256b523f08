#include "bench/measure/costs.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "bench/measure/costs_file.hpp"
#include "sched/catalog.hpp"
#include "sched/core/config/knobs.hpp"
#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

// The longest that one operation may take: an hour.
constexpr Range kCostRange{0, 3'600'000'000'000};

constexpr NoiseEntry kNoiseEntries[] = {
    {"pause_every", "Computing of a CPU from one pause to the next, on average; 0ns: no pauses.",
     &NoiseOptions::mean_gap},
    {"pause", "How long the operating system then takes it away, on average.",
     &NoiseOptions::mean_pause}};

const CostEntry& entry_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CostEntry& entry : cost_entries()) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  for (const NoiseEntry& entry : kNoiseEntries) names.push_back(entry.name);
  throw SpecError(fmt::format("Unknown cost \"{}\".{}", name, did_you_mean(name, names)));
}

// "pause=1ms" into the noise; false for what is another entry.
bool set_noise(NoiseOptions& noise, std::string_view name, std::string_view value) {
  for (const NoiseEntry& entry : kNoiseEntries) {
    if (entry.name != name) continue;
    noise.*entry.member = parse_duration(value, kCostRange);
    return true;
  }
  return false;
}

void check_noise(const NoiseOptions& noise) {
  if (noise.on() == (noise.mean_pause > Duration::zero())) return;
  throw SpecError("Pauses have a length and a distance: give both pause_every and pause.");
}

// "wake_up=5us" into all models.
void set_entry(Costs& costs, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string_view::npos) {
    throw SpecError(
        fmt::format("\"{}\" is no cost: write ENTRY=DURATION, as in wake_up=5us.", setting));
  }
  const std::string_view name = setting.substr(0, equals);
  try {
    if (set_noise(costs.noise, name, setting.substr(equals + 1))) return;
  } catch (const SpecError& error) {
    throw SpecError(fmt::format("The cost {}: {}", name, error.what()));
  }
  const CostEntry& entry = entry_named(name);
  try {
    const Duration value = parse_duration(setting.substr(equals + 1), kCostRange);
    entry.set(costs.model, value);
    for (auto& [scheduler, model] : costs.of_scheduler) entry.set(model, value);
  } catch (const SpecError& error) {
    throw SpecError(fmt::format("The cost {}: {}", entry.name, error.what()));
  }
}

bool same_in(CostModel& one, CostModel& other, const CostEntry& entry) {
  return entry.known_in(one) == entry.known_in(other) && entry.of(one) == entry.of(other);
}

bool same_everywhere(Costs& costs, Costs& base, const CostEntry& entry) {
  bool same = same_in(costs.model, base.model, entry);
  for (std::size_t i = 0; i < costs.of_scheduler.size(); ++i)
    same = same && same_in(costs.of_scheduler[i].second, base.of_scheduler[i].second, entry);
  return same;
}

std::string canonical_name(Costs base, Costs costs) {
  std::string name = base.name;
  for (const CostEntry& entry : cost_entries()) {
    if (same_everywhere(costs, base, entry)) continue;
    name += fmt::format(",{}={}", entry.name, print_duration(entry.of(costs.model)));
  }
  for (const NoiseEntry& entry : kNoiseEntries) {
    if (!costs.noise.on()) break;
    name += fmt::format(",{}={}", entry.name, print_duration(costs.noise.*entry.member));
  }
  return name;
}

Costs base_named(std::string_view text) {
  if (text == "zero") return {};
  const std::size_t at = text.rfind('@');
  const std::string name(text.substr(0, at));
  std::vector<std::string_view> names = names_of_kept_costs();
  if (std::ranges::find(names, name) == names.end() && !name.ends_with(".toml")) {
    names.insert(names.begin(), "zero");
    const std::string close = nearest(name, names);
    throw SpecError(
        fmt::format("\"{}\" is no cost model: write {} or FILE.toml, each with "
                    ",ENTRY=DURATION,... behind it if need be.{}",
                    name, fmt::join(names, ", "),
                    close.empty() ? "" : fmt::format(" Did you mean \"{}\"?", close)));
  }
  Costs costs = costs_of(read_costs_file(name), name);
  if (at != std::string_view::npos && costs.name != text) {
    throw SpecError(
        fmt::format("The costs of {} are no longer those of \"{}\": now they are \"{}\".", name,
                    text, costs.name));
  }
  return costs;
}

// "zero" and the kept models go by name alone, without the hash of their values.
std::string name_to_write(const Costs& costs) {
  const std::size_t comma = std::min(costs.name.find(','), costs.name.size());
  const std::size_t at = std::min(costs.name.find('@'), comma);
  return costs.name.substr(0, at) + costs.name.substr(comma);
}

std::string zeros_of(Charges charges) {
  std::string text;
  for (const CostEntry& entry : cost_entries())
    if (charges.contains(entry.id)) text += fmt::format(",{}=0ns", entry.name);
  return text;
}

// " --target tokio-1.24" if the costs are of that original, and it is of the scheduler's family:
// the kept ones are ours or an original's.
std::string target_of(std::string_view written, std::string_view family) {
  const std::string base(written.substr(0, written.find(',')));
  const std::vector<std::string_view> kept = names_of_kept_costs();
  if (base == "reference" || std::ranges::find(kept, base) == kept.end()) return {};
  const bool related = std::ranges::any_of(
      read_costs_file(base).tables, [&](const CostTable& table) { return table.owner == family; });
  return related ? fmt::format(" --target {}", base) : std::string{};
}

std::ptrdiff_t count_of(Charges charges) {
  return std::ranges::count_if(
      cost_entries(), [charges](const CostEntry& entry) { return charges.contains(entry.id); });
}

std::string without_family(const Spec& scheduler, const Costs& costs) {
  return fmt::format(
      "{} declares no cost family, and the costs {} are those of families: what its operations "
      "cost is not known. Declare one in its traits (cost_family), or take --costs zero.",
      scheduler.name, name_to_write(costs));
}

}  // namespace

Costs Costs::for_scheduler(std::string_view scheduler) const {
  const SchedulerInfo* const info = find_scheduler(scheduler);
  const std::string_view family = info == nullptr ? std::string_view{} : info->cost_family;
  for (const std::string_view wanted : {scheduler, family}) {
    for (const auto& [owner, own] : of_scheduler)
      if (owner == wanted) return {.name = name, .model = own, .of_scheduler = {}, .noise = noise};
  }
  const bool is_anybodys = of_scheduler.empty() || info == nullptr || !family.empty();
  return {.name = name,
          .model = is_anybodys ? model : unknown_costs(),
          .of_scheduler = {},
          .noise = noise};
}

void check_costs_known(const Spec& scheduler, WorkerId workers, const Costs& costs) {
  if (costs.model.unknown.empty()) return;
  const Charges unknown = charges_of(scheduler, workers).every_run & costs.model.unknown;
  if (!unknown.empty()) throw explained(unknown, scheduler, costs);
}

UnknownCosts explained(Charges unknown, const Spec& scheduler, const Costs& costs) {
  const SchedulerInfo* const info = find_scheduler(scheduler.name);
  if (costs.model.unknown == unknown_costs().unknown && info != nullptr &&
      info->cost_family.empty())
    return {unknown, without_family(scheduler, costs)};
  const std::string written = name_to_write(costs);
  return {
      unknown,
      fmt::format("{} is billed for {}, and the costs {} do not have {}: an unknown cost is not "
                  "0. Measure it (loopsteal calibrate{} -o FILE.toml), take other --costs "
                  "(`loopsteal list costs` shows which schedulers each can price), or say zero "
                  "on purpose: --costs {}{}.",
                  to_string(scheduler), names_of(unknown), written,
                  count_of(unknown) == 1 ? "it" : "them",
                  target_of(written, info == nullptr ? "" : info->cost_family), written,
                  zeros_of(unknown))};
}

std::span<const NoiseEntry> noise_entries() { return kNoiseEntries; }

Costs parse_costs(std::string_view text) {
  const std::string_view base_text = text.substr(0, text.find(','));
  const Costs base = base_named(base_text);
  Costs costs = base;
  for (std::string_view rest = text.substr(base_text.size()); !rest.empty();) {
    rest.remove_prefix(1);  // The comma.
    const std::string_view setting = rest.substr(0, rest.find(','));
    set_entry(costs, setting);
    rest.remove_prefix(setting.size());
  }
  check_noise(costs.noise);
  costs.name = canonical_name(base, costs);
  return costs;
}

}  // namespace loopsteal
