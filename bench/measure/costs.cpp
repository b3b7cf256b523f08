#include "bench/measure/costs.hpp"

#include <fmt/format.h>

#include <vector>

#include "sched/core/knobs.hpp"
#include "sched/core/spec.hpp"

namespace loopsteal {
namespace {

// The longest that one operation may take: an hour.
constexpr Range kCostRange{0, 3'600'000'000'000};

const CostEntry& entry_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CostEntry& entry : cost_entries()) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw SpecError(fmt::format("Unknown cost \"{}\".{}", name, did_you_mean(name, names)));
}

// "wake_up=5us" into the model.
void set_entry(CostModel& model, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string_view::npos) {
    throw SpecError(fmt::format("\"{}\" is no cost: write ENTRY=DURATION, as in wake_up=5us.",
                                setting));
  }
  const CostEntry& entry = entry_named(setting.substr(0, equals));
  try {
    entry.of(model) = parse_duration(setting.substr(equals + 1), kCostRange);
  } catch (const SpecError& error) {
    throw SpecError(fmt::format("The cost {}: {}", entry.name, error.what()));
  }
}

std::string canonical_name(std::string_view base, CostModel base_model, CostModel model) {
  std::string name(base);
  for (const CostEntry& entry : cost_entries()) {
    if (entry.of(base_model) == entry.of(model)) continue;
    name += fmt::format(",{}={}", entry.name, print_duration(entry.of(model)));
  }
  return name;
}

}  // namespace

Costs parse_costs(std::string_view text) {
  const std::string_view base = text.substr(0, text.find(','));
  if (base != "zero") {
    throw SpecError(fmt::format("\"{}\" is no cost model: write zero, or zero,ENTRY=DURATION,...",
                                base));
  }
  CostModel model;
  for (std::string_view rest = text.substr(base.size()); !rest.empty();) {
    rest.remove_prefix(1);  // The comma.
    const std::string_view setting = rest.substr(0, rest.find(','));
    set_entry(model, setting);
    rest.remove_prefix(setting.size());
  }
  return {canonical_name(base, CostModel{}, model), model};
}

}  // namespace loopsteal
