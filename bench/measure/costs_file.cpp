#include "bench/measure/costs_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "bench/measure/kept_costs.hpp"
#include "sched/catalog.hpp"
#include "sched/core/config/knobs.hpp"
#include "workloads/catalog.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kWork = "work";
constexpr std::string_view kHead = "measured";
// What programs of the calibration took, to hold predictions against: no costs.
constexpr std::string_view kProbe = "probe";
constexpr std::string_view kProbes[] = {"hand_overs", "injections"};
// An hour: the longest that one operation may take.
constexpr double kLongestNs = 3.6e12;

std::vector<std::string_view> entry_names() {
  std::vector<std::string_view> names;
  for (const CostEntry& entry : cost_entries()) names.push_back(entry.name);
  return names;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The owners that a table may name: our schedulers, and the cost families that they declare.
std::vector<std::string_view> owners() {
  std::vector<std::string_view> names;
  for (const SchedulerInfo& info : schedulers())
    if (!info.foreign) names.push_back(info.name);
  for (const SchedulerInfo& info : schedulers())
    if (!info.cost_family.empty() && !contains(names, info.cost_family))
      names.push_back(info.cost_family);
  return names;
}

std::string_view family_of(std::string_view owner) {
  const SchedulerInfo* const info = find_scheduler(owner);
  return info == nullptr ? std::string_view{} : info->cost_family;
}

std::vector<std::string_view> workload_names() {
  std::vector<std::string_view> names;
  for (const WorkloadInfo& info : workloads()) names.push_back(info.name);
  return names;
}

/// Reads one file; its name is in every complaint.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  CostsFile read(std::string_view text) {
    CostsFile file;
    for (const auto& [key, node] : parse(text)) {
      if (key.str() == kHead) {
        read_head(file, table_at(key, node));
      } else if (contains(entry_names(), key.str())) {
        file.tables.push_back({"", std::string(key.str()), cost_at(table_at(key, node))});
      } else if (key.str() == kProbe) {
        read_probes(file, key, node);
      } else {
        read_owner(file, key, node);
      }
    }
    return file;
  }

 private:
  [[noreturn]] void fail(const toml::source_region& where, std::string_view what) const {
    throw SpecError(fmt::format("{}:{}:{}: {}", name_, where.begin.line, where.begin.column, what));
  }

  toml::table parse(std::string_view text) const {
    try {
      return toml::parse(text, name_);
    } catch (const toml::parse_error& error) {
      fail(error.source(), fmt::format("{}.", error.description()));
    }
  }

  const toml::table& table_at(const toml::key& key, const toml::node& node) const {
    const toml::table* const table = node.as_table();
    if (table == nullptr)
      fail(node.source(), fmt::format("\"{}\" is a table: [{}].", key.str(), key.str()));
    return *table;
  }

  std::string text_at(const toml::key& key, const toml::node& node) const {
    const auto* const text = node.as_string();
    if (text == nullptr) fail(node.source(), fmt::format("\"{}\" takes a string.", key.str()));
    return text->get();
  }

  // Its meaning has changed with its name, so an old value cannot be taken.
  static std::string remedy(std::string_view name, const std::vector<std::string_view>& known) {
    if (name != "deadline_late") return did_you_mean(name, known);
    return " It has become \"timer_wake_up\", all that passes from a deadline to the next step: "
           "the sum of the old \"wake_up\" and \"deadline_late\". Write that, or calibrate again.";
  }

  void read_head(CostsFile& file, const toml::table& table) const {
    constexpr std::array<std::string_view, 4> kKeys = {"machine", "date", "commit", "compiler"};
    std::string CostsFile::*const fields[] = {&CostsFile::machine, &CostsFile::date,
                                              &CostsFile::commit, &CostsFile::compiler};
    for (const auto& [key, node] : table) {
      const auto found = std::ranges::find(kKeys, key.str());
      if (found == kKeys.end()) {
        fail(key.source(), fmt::format("There is no \"{}\" in [{}].{}", key.str(), kHead,
                                       did_you_mean(key.str(), kKeys)));
      }
      file.*fields[found - kKeys.begin()] = text_at(key, node);
    }
  }

  void read_probes(CostsFile& file, const toml::key& key, const toml::node& node) const {
    for (const auto& [name, inner] : table_at(key, node)) {
      if (std::ranges::find(kProbes, name.str()) == std::end(kProbes)) {
        fail(name.source(), fmt::format("There is no probe \"{}\".{}", name.str(),
                                        did_you_mean(name.str(), kProbes)));
      }
      file.tables.push_back(
          {std::string(kProbe), std::string(name.str()), cost_at(table_at(name, inner))});
    }
  }

  // [work.SCHEDULER.WORKLOAD] tables.
  void read_work_under(CostsFile& file, const toml::key& scheduler, const toml::node& node) const {
    const std::vector<std::string_view> names = workload_names();
    for (const auto& [name, inner] : table_at(scheduler, node)) {
      if (!contains(names, name.str())) {
        fail(name.source(), fmt::format("There is no workload \"{}\".{}", name.str(),
                                        did_you_mean(name.str(), names)));
      }
      file.tables.push_back({fmt::format("{}.{}", kWork, scheduler.str()), std::string(name.str()),
                             cost_at(table_at(name, inner))});
    }
  }

  // [OWNER.NAME] tables: of a scheduler, or of the work of workloads.
  void read_owner(CostsFile& file, const toml::key& key, const toml::node& node) const {
    const bool work = key.str() == kWork;
    if (!work && !contains(owners(), key.str())) {
      std::vector<std::string_view> known = entry_names();
      for (const std::string_view other : {kWork, kHead, kProbe}) known.push_back(other);
      for (const std::string_view name : owners()) known.push_back(name);
      fail(key.source(), fmt::format("There is no cost, no scheduler and no cost family \"{}\".{}",
                                     key.str(), remedy(key.str(), known)));
    }
    const std::vector<std::string_view> names = work ? workload_names() : entry_names();
    for (const auto& [name, inner] : table_at(key, node)) {
      if (work && contains(owners(), name.str())) {
        read_work_under(file, name, inner);
        continue;
      }
      if (!contains(names, name.str())) {
        fail(name.source(), fmt::format("There is no {} \"{}\".{}", work ? "workload" : "cost",
                                        name.str(), remedy(name.str(), names)));
      }
      file.tables.push_back(
          {std::string(key.str()), std::string(name.str()), cost_at(table_at(name, inner))});
    }
  }

  MeasuredCost cost_at(const toml::table& table) const {
    constexpr std::array<std::string_view, 3> kKeys = {"value", "spread", "origin"};
    MeasuredCost cost;
    bool has_value = false;
    for (const auto& [key, node] : table) {
      if (key.str() == "value") {
        cost.value = Duration(std::llround(ns_at(key, node)));
        has_value = true;
      } else if (key.str() == "spread") {
        cost.spread_ns = spread_at(key, node);
      } else if (key.str() == "origin") {
        cost.origin = text_at(key, node);
      } else {
        fail(key.source(), fmt::format("There is no \"{}\" in a cost.{}", key.str(),
                                       did_you_mean(key.str(), kKeys)));
      }
    }
    if (!has_value) fail(table.source(), "The cost has no value: write value = 12 (ns).");
    return cost;
  }

  double ns_at(const toml::key& key, const toml::node& node) const {
    if (const auto* const text = node.as_string()) {
      try {
        return static_cast<double>(
            parse_duration(text->get(), {0, static_cast<std::int64_t>(kLongestNs)}).count());
      } catch (const SpecError& error) {
        fail(node.source(), fmt::format("{}: {}", key.str(), error.what()));
      }
    }
    const std::optional<double> number = node.value<double>();
    if (!number || !(node.is_integer() || node.is_floating_point()))
      fail(node.source(),
           fmt::format("\"{}\" takes nanoseconds, or a duration such as \"1.5us\".", key.str()));
    if (!(*number >= 0 && *number <= kLongestNs)) {
      fail(node.source(), fmt::format("{}: {} is no time that an operation takes: it must be 0 or "
                                      "more and at most an hour, in ns.",
                                      key.str(), *number));
    }
    return *number;
  }

  std::pair<double, double> spread_at(const toml::key& key, const toml::node& node) const {
    const toml::array* const array = node.as_array();
    if (array == nullptr || array->size() != 2)
      fail(node.source(), "\"spread\" takes two numbers: the first and the third quartile in ns.");
    const std::pair<double, double> spread{ns_at(key, *array->get(0)), ns_at(key, *array->get(1))};
    if (spread.first > spread.second) fail(node.source(), "\"spread\" goes from low to high.");
    return spread;
  }

  const std::string name_;
};

std::string toml_string(const std::string& text) {
  std::ostringstream stream;
  stream << toml::value<std::string>(text);
  return stream.str();
}

std::string quartile(double ns) {
  std::string text = fmt::format("{}", ns);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

bool is_cost(const CostTable& table) {
  return table.owner != kProbe && table.owner != kWork && !table.owner.starts_with("work.");
}

// FNV-1a of all values, in the order of names.
std::uint32_t hash_of(const CostsFile& file) {
  std::vector<std::string> lines;
  for (const CostTable& table : file.tables) {
    if (!is_cost(table)) continue;
    lines.push_back(fmt::format("{}.{}={};", table.owner, table.name, table.cost.value.count()));
  }
  std::ranges::sort(lines);
  std::uint32_t hash = 2166136261u;
  for (const std::string& line : lines)
    for (const char letter : line) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619u;
  return hash;
}

}  // namespace

const MeasuredCost* CostsFile::find(std::string_view owner, std::string_view name) const {
  for (const CostTable& table : tables)
    if (table.owner == owner && table.name == name) return &table.cost;
  return nullptr;
}

const MeasuredCost* CostsFile::find_work(std::string_view scheduler,
                                         std::string_view workload) const {
  const auto under = [&](std::string_view name) {
    return find(fmt::format("{}.{}", kWork, name), workload);
  };
  const MeasuredCost* work = under(scheduler);
  if (work == nullptr) work = under(family_of(scheduler));
  return work != nullptr ? work : find(kWork, workload);
}

CostsFile parse_costs_file(std::string_view text, const std::string& name) {
  CostsFile file = Reader(name).read(text);
  // TOML tables are sorted by name; ours are in the order of the entries, the common ones first.
  const std::vector<std::string_view> entries = entry_names();
  const auto place = [&](const CostTable& table) {
    const auto owner = table.owner.empty() ? 0 : is_cost(table) ? 1 : 2;
    return std::tuple(owner, table.owner, std::ranges::find(entries, table.name) - entries.begin(),
                      table.name);
  };
  std::ranges::sort(file.tables, {}, place);
  return file;
}

std::vector<std::string_view> names_of_kept_costs() {
  std::vector<std::string_view> names;
  for (const KeptCosts& kept : kKeptCosts) names.push_back(kept.name);
  return names;
}

CostsFile read_costs_file(const std::string& path) {
  for (const KeptCosts& kept : kKeptCosts) {
    if (kept.name == path)
      return parse_costs_file(kept.text, fmt::format("results/costs/{}.toml", path));
  }
  const TextFile file = read_text_file(path);
  if (!file.error.empty())
    throw SpecError(fmt::format("Cannot read the costs {}: {}.", path, file.error));
  return parse_costs_file(file.text, path);
}

std::string print_costs_file(const CostsFile& file) {
  std::string text = fmt::format(
      "# What operations cost, in ns; see docs/simulator.md.\n[{}]\nmachine = {}\ndate = {}\n"
      "commit = {}\ncompiler = {}\n",
      kHead, toml_string(file.machine), toml_string(file.date), toml_string(file.commit),
      toml_string(file.compiler));
  for (const CostTable& table : file.tables) {
    const std::string dot = table.owner.empty() ? "" : table.owner + ".";
    text += fmt::format("\n[{}{}]\nvalue = {}\n", dot, table.name, table.cost.value.count());
    if (const auto& spread = table.cost.spread_ns) {
      text += fmt::format("spread = [{}, {}]\n", quartile(spread->first), quartile(spread->second));
    }
    if (!table.cost.origin.empty())
      text += fmt::format("origin = {}\n", toml_string(table.cost.origin));
  }
  return text;
}

Costs costs_of(const CostsFile& file, std::string_view name) {
  Costs costs;
  costs.name = fmt::format("{}@{:08x}", name, hash_of(file));
  const auto take = [&file](CostModel& model, std::string_view owner) {
    for (const CostEntry& entry : cost_entries())
      if (const MeasuredCost* const cost = file.find(owner, entry.name))
        entry.set(model, cost->value);
  };
  costs.model = unknown_costs();
  take(costs.model, "");
  for (const CostTable& table : file.tables) {
    if (table.owner.empty() || !is_cost(table)) continue;
    const bool known = std::ranges::any_of(
        costs.of_scheduler, [&](const auto& own) { return own.first == table.owner; });
    if (known) continue;
    CostModel& own = costs.of_scheduler.emplace_back(table.owner, costs.model).second;
    take(own, family_of(table.owner));
    take(own, table.owner);
  }
  return costs;
}

}  // namespace loopsteal
