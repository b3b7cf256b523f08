// `loopsteal list`: what there is to choose from.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/costs_file.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/row.hpp"
#include "bench/measure/text_table.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr std::array<std::string_view, 5> kTopics = {"schedulers", "workloads", "knobs", "presets",
                                                     "costs"};

struct ListCommand final : ParsedCommand {
  explicit ListCommand(CLI::App& app) {
    add_argument(app, "topic", topic, "TEXT", "schedulers, workloads, knobs, presets or costs");
    add_argument(app, "of", of, "TEXT", "the scheduler or workload whose knobs you want");
    add_flag(app, "--json", json, "As JSON.");
  }
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::string topic;  ///< "": schedulers and workloads.
  std::string of;     ///< Not "": the knobs and presets of that scheduler or workload alone.
  bool json = false;
};

// A scheduler or a workload, and its knobs.
struct Owner {
  std::string_view kind;
  std::string_view name;
  std::vector<KnobRow> knobs;  // With the defaults of the full size, which `run` uses.
  std::vector<KnobRow> small;  // The same knobs with the defaults of --size small.
  std::vector<PresetRow> presets;

  [[nodiscard]] bool depends_on_size() const {
    return !std::ranges::equal(knobs, small, {}, &KnobRow::default_value, &KnobRow::default_value);
  }
};

std::vector<Owner> owners_of(const WorkloadCatalog& workloads) {
  std::vector<Owner> owners;
  for (const SchedulerInfo& info : schedulers()) {
    owners.push_back({"scheduler", info.name, info.knobs, info.knobs, info.presets});
  }
  for (const WorkloadInfo& info : workloads.workloads) {
    owners.push_back({"workload", info.name, info.knobs(Size::full), info.knobs(Size::small), {}});
  }
  return owners;
}

void keep_only(std::vector<Owner>& owners, std::string_view name) {
  if (name.empty()) return;
  std::vector<std::string_view> names;
  for (const Owner& owner : owners) names.push_back(owner.name);
  std::erase_if(owners, [&](const Owner& owner) { return owner.name != name; });
  if (!owners.empty()) return;
  throw UsageError(fmt::format("There is no scheduler and no workload \"{}\".{}", name,
                               did_you_mean(name, names)));
}

Json schedulers_json() {
  Json list = Json::array();
  for (const SchedulerInfo& info : schedulers()) {
    list.push_back({{"name", info.name},
                    {"summary", info.summary},
                    {"one_worker", info.one_worker},
                    {"foreign", info.foreign},
                    {"model", info.role == Role::model}});
  }
  return list;
}

Json workloads_json(const WorkloadCatalog& workloads) {
  Json list = Json::array();
  for (const WorkloadInfo& info : workloads.workloads) {
    list.push_back({{"name", info.name},
                    {"shape", to_string(info.shape)},
                    {"question", info.question},
                    {"needs_descriptors", info.needs_descriptors}});
  }
  return list;
}

Json knobs_json(const std::vector<Owner>& owners) {
  Json list = Json::array();
  for (const Owner& owner : owners) {
    for (std::size_t i = 0; i < owner.knobs.size(); ++i) {
      const KnobRow& knob = owner.knobs[i];
      list.push_back({{"kind", owner.kind},
                      {"of", owner.name},
                      {"name", knob.name},
                      {"values", knob.values},
                      {"default", knob.default_value},
                      {"default_small", owner.small[i].default_value},
                      {"origin", knob.origin},
                      {"help", knob.help}});
    }
  }
  return list;
}

Json presets_json(const std::vector<Owner>& owners) {
  Json list = Json::array();
  for (const Owner& owner : owners) {
    for (const PresetRow& preset : owner.presets) {
      list.push_back({{"name", preset.name},
                      {"spec", fmt::format("{}:preset={}", owner.name, preset.name)},
                      {"settings", preset.settings},
                      {"summary", preset.summary},
                      {"lacks", preset.lacks}});
    }
  }
  return list;
}

// What presets lack of their originals, a line each.
std::string gaps_text(const Owner& owner, std::string_view indent) {
  std::string text;
  for (const PresetRow& preset : owner.presets) {
    if (preset.lacks.empty()) continue;
    text +=
        fmt::format("{}{}:preset={} lacks: {}\n", indent, owner.name, preset.name, preset.lacks);
  }
  return text;
}

std::string schedulers_text(bool colour) {
  TextTable table({{"scheduler"}, {"what it is"}});
  for (const SchedulerInfo& info : schedulers()) {
    table.add({{std::string(info.name)}, {std::string(info.summary)}});
  }
  return table.render(TableStyle::text, colour);
}

std::string workloads_text(const WorkloadCatalog& workloads, bool colour) {
  TextTable table({{"workload"}, {"shape"}, {"what it asks"}});
  for (const WorkloadInfo& info : workloads.workloads) {
    table.add({{std::string(info.name)},
               {std::string(to_string(info.shape))},
               {std::string(info.question)}});
  }
  return table.render(TableStyle::text, colour);
}

// Where the defaults depend on the size, one more column has those of --size small.
TextTable knobs_of(const Owner& owner) {
  const bool sizes = owner.depends_on_size();
  std::vector<TextTable::Column> columns = {{"knob"}, {"values"}, {"default"}};
  if (sizes) columns.push_back({"--size small"});
  columns.push_back({"default from"});
  columns.push_back({"what it does"});
  TextTable table(columns);
  for (std::size_t i = 0; i < owner.knobs.size(); ++i) {
    const KnobRow& knob = owner.knobs[i];
    std::vector<Cell> cells = {{knob.name}, {knob.values}, {knob.default_value}};
    if (sizes) cells.push_back({owner.small[i].default_value});
    cells.push_back({knob.origin});
    cells.push_back({knob.help});
    table.add(std::move(cells));
  }
  return table;
}

std::string knobs_text(const std::vector<Owner>& owners, bool colour) {
  std::string text;
  for (const Owner& owner : owners) {
    if (!text.empty()) text += "\n";
    text += coloured(fmt::format("{} {}", owner.kind, owner.name), Colour::heading, colour);
    text += "\n";
    if (owner.knobs.empty()) {
      text += "  nothing to set\n";
      continue;
    }
    text += knobs_of(owner).render(TableStyle::text, colour, 2);
    text += gaps_text(owner, "  ");
  }
  return text;
}

std::string presets_text(const std::vector<Owner>& owners, bool colour) {
  TextTable table({{"preset"}, {"what it is"}, {"settings"}});
  for (const Owner& owner : owners) {
    for (const PresetRow& preset : owner.presets) {
      table.add({{fmt::format("{}:preset={}", owner.name, preset.name)},
                 {preset.summary},
                 {preset.settings}});
    }
  }
  std::string text = table.render(TableStyle::text, colour);
  for (const Owner& owner : owners) text += gaps_text(owner, "");
  return text;
}

// What a compiled-in model says of an entry: of all schedulers, or else of its family's; empty if
// it does not know.
std::string kept_value(const Costs& costs, const CostEntry& entry) {
  CostModel model = costs.model;
  for (const auto& [owner, own] : costs.of_scheduler)
    if (!entry.known_in(model)) model = own;
  return entry.known_in(model) ? print_duration(entry.of(model)) : std::string{};
}

/// How far a kept model prices a scheduler of ours.
struct Priced {
  std::string_view costs;
  std::string_view scheduler;
  Charges lacks;         ///< Of all that any of its runs is billed for.
  bool refused = false;  ///< Every run needs some of that.
};

std::vector<Priced> all_priced() {
  constexpr WorkerId kSome = 2;  // More workers are billed for nothing else.
  std::vector<Priced> all;
  for (const std::string_view name : names_of_kept_costs()) {
    const Costs costs = parse_costs(name);
    for (const SchedulerInfo& info : schedulers()) {
      if (info.foreign) continue;
      const Charges unknown = costs.for_scheduler(info.name).model.unknown;
      const PolicyCharges charges = charges_of(Spec{std::string(info.name), {}}, kSome);
      all.push_back(
          {name, info.name, charges.some_run & unknown, !(charges.every_run & unknown).empty()});
    }
  }
  return all;
}

Json costs_json() {
  Json list = Json::array();
  for (const CostEntry& entry : cost_entries()) {
    Json json = {{"name", entry.name}, {"help", entry.help}};
    for (const std::string_view name : names_of_kept_costs()) {
      const std::string value = kept_value(parse_costs(name), entry);
      json[name] = value.empty() ? Json(nullptr) : Json(value);
    }
    list.push_back(std::move(json));
  }
  for (const NoiseEntry& entry : noise_entries()) {
    Json json = {{"name", entry.name}, {"help", entry.help}};
    for (const std::string_view name : names_of_kept_costs()) json[name] = "0ns";
    list.push_back(std::move(json));
  }
  return list;
}

Json priced_json() {
  Json list = Json::array();
  for (const Priced& each : all_priced()) {
    Json lacks = Json::array();
    for (const CostEntry& entry : cost_entries())
      if (each.lacks.contains(entry.id)) lacks.push_back(entry.name);
    list.push_back({{"costs", each.costs},
                    {"scheduler", each.scheduler},
                    {"refused", each.refused},
                    {"lacks", std::move(lacks)}});
  }
  return list;
}

std::string priced_text(bool colour) {
  TextTable table({{"costs"}, {"scheduler"}, {"prices"}, {"lacks"}});
  for (const Priced& each : all_priced()) {
    const std::string_view runs = each.refused         ? "no run"
                                  : each.lacks.empty() ? "every run"
                                                       : "runs without these";
    table.add({{std::string(each.costs)},
               {std::string(each.scheduler)},
               {std::string(runs)},
               {names_of(each.lacks)}});
  }
  return table.render(TableStyle::text, colour);
}

std::string costs_text(bool colour) {
  const std::vector<std::string_view> names = names_of_kept_costs();
  std::vector<TextTable::Column> columns = {{"cost"}};
  for (const std::string_view name : names) columns.push_back({std::string(name), Align::right});
  columns.push_back({"of what"});
  TextTable table(columns);
  const auto add = [&](std::string_view entry, auto value, std::string_view help) {
    std::vector<Cell> row = {{std::string(entry)}};
    for (const std::string_view name : names) row.push_back({value(name)});
    row.push_back({std::string(help)});
    table.add(row);
  };
  for (const CostEntry& entry : cost_entries())
    add(
        entry.name,
        [&](std::string_view name) {
          const std::string value = kept_value(parse_costs(name), entry);
          return value.empty() ? std::string("unknown") : value;
        },
        entry.help);
  for (const NoiseEntry& entry : noise_entries())
    add(
        entry.name, [](std::string_view) { return std::string("0ns"); }, entry.help);
  return table.render(TableStyle::text, colour);
}

int ListCommand::run(const Invocation& invocation) const {
  const WorkloadCatalog& workloads = invocation.workloads;
  const bool colour = wants_colour(ColourMode::automatic, STDOUT_FILENO);
  const bool known = topic.empty() || std::ranges::find(kTopics, topic) != kTopics.end();
  if (!known) {
    throw UsageError(fmt::format("There is nothing to list under \"{}\".{}", topic,
                                 did_you_mean(topic, kTopics)));
  }
  std::vector<Owner> owners = owners_of(workloads);
  keep_only(owners, of);
  const auto wanted = [this](std::string_view name) { return topic == name || topic.empty(); };
  Json document;
  std::string text;
  if (wanted("schedulers")) {
    document["schedulers"] = schedulers_json();
    text += schedulers_text(colour);
  }
  if (wanted("workloads")) {
    document["workloads"] = workloads_json(workloads);
    if (!text.empty()) text += "\n";
    text += workloads_text(workloads, colour);
  }
  if (topic == "knobs" || (json && topic.empty())) {
    document["knobs"] = knobs_json(owners);
    if (!json) text += knobs_text(owners, colour);
  }
  if (topic == "presets" || (json && topic.empty())) {
    document["presets"] = presets_json(owners);
    if (!json) text += presets_text(owners, colour);
  }
  if (topic == "costs" || (json && topic.empty())) {
    document["costs"] = costs_json();
    document["priced"] = priced_json();
    if (!json) text += costs_text(colour) + "\n" + priced_text(colour);
  }
  standard_output()->write(json ? document.dump(2) + "\n" : text);
  return kExitOk;
}

}  // namespace

extern const Command list_command = {
    .name = "list",
    .summary = "List what there is: schedulers, workloads, knobs, presets, costs.",
    .examples =
        "Examples:\n"
        "  loopsteal list\n"
        "  loopsteal list workloads\n"
        "  loopsteal list knobs requests\n"
        "  loopsteal list presets --json\n"
        "  loopsteal list costs\n",
    .declare = &declare<ListCommand>,
    .arguments = [] { return std::vector<std::string>(kTopics.begin(), kTopics.end()); }};

}  // namespace loopsteal
