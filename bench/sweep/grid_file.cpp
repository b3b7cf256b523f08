#include "bench/sweep/grid_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "sched/core/config/knobs.hpp"
#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kGridKey = "grid";
constexpr std::string_view kSchedulerKey = "scheduler";
constexpr std::string_view kWorkloadKey = "workload";
constexpr std::string_view kNameKey = "name";

Place place_of(const toml::source_position& position) { return {position.line, position.column}; }

Place place_of(const toml::node& node) { return place_of(node.source().begin); }

// Reads one file.
class Reader {
 public:
  Reader(const std::string& name, const std::vector<std::string_view>& known)
      : name_(name), known_(known) {}

  std::vector<GridTable> read(const toml::table& file) const {
    GridTable outside{.place = {}, .schedulers = {}, .workloads = {}, .settings = {}};
    const toml::array* grids = nullptr;
    for (const auto& [key, node] : file) {
      if (key.str() == kGridKey) {
        grids = node.as_array();
        if (grids == nullptr) reject_at(name_, place_of(node), "Grids are written as [[grid]].");
      } else {
        take(outside, key, node);
      }
    }
    if (grids == nullptr) return {std::move(outside)};
    std::vector<GridTable> tables;
    for (const toml::node& node : *grids) tables.push_back(within(outside, node));
    return tables;
  }

 private:
  GridTable within(const GridTable& outside, const toml::node& node) const {
    const toml::table* const table = node.as_table();
    if (table == nullptr) reject_at(name_, place_of(node), "Grids are written as [[grid]].");
    GridTable grid = outside;
    grid.place = place_of(node);
    for (const auto& [key, value] : *table) take(grid, key, value);
    return grid;
  }

  void take(GridTable& grid, const toml::key& key, const toml::node& node) const {
    if (key.str() == kSchedulerKey) {
      grid.schedulers = specs_of(node);
    } else if (key.str() == kWorkloadKey) {
      grid.workloads = specs_of(node);
    } else if (std::ranges::find(known_, key.str()) != known_.end()) {
      grid.settings.insert_or_assign(std::string(key.str()), texts_of(node));
    } else {
      std::vector<std::string_view> known = {kSchedulerKey, kWorkloadKey, kGridKey};
      known.insert(known.end(), known_.begin(), known_.end());
      reject_at(
          name_, place_of(key.source().begin),
          fmt::format("A grid has no key \"{}\".{}", key.str(), did_you_mean(key.str(), known)));
    }
  }

  PlacedText text_of(const toml::node& node) const {
    const Place place = place_of(node);
    if (const auto* text = node.as_string()) return {text->get(), place};
    if (const auto* whole = node.as_integer()) return {std::to_string(whole->get()), place};
    if (const auto* real = node.as_floating_point()) return {print_real(real->get()), place};
    if (const auto* flag = node.as_boolean()) return {flag->get() ? "on" : "off", place};
    reject_at(name_, place, "A string, a number or a boolean is expected here.");
  }

  std::vector<PlacedText> texts_of(const toml::node& node) const {
    return elements_of<PlacedText>(node, [this](const toml::node& one) { return text_of(one); });
  }

  std::vector<PlacedSpec> specs_of(const toml::node& node) const {
    return elements_of<PlacedSpec>(node, [this](const toml::node& one) { return spec_of(one); });
  }

  PlacedSpec spec_of(const toml::node& node) const {
    const toml::table* const table = node.as_table();
    if (table == nullptr) return {.spec = text_of(node), .knobs = {}};
    PlacedSpec spec;
    for (const auto& [key, value] : *table) {
      if (key.str() == kNameKey) {
        spec.spec = text_of(value);
      } else {
        spec.knobs.push_back(
            {std::string(key.str()), place_of(key.source().begin), texts_of(value)});
      }
    }
    if (spec.spec.text.empty()) {
      reject_at(name_, place_of(node), "The name is missing: write {name = \"...\", ...}.");
    }
    // toml++ sorts keys; the order in which they were written is the order in which they vary.
    std::ranges::stable_sort(spec.knobs, {}, [](const PlacedSpec::Knob& knob) {
      return std::pair(knob.place.line, knob.place.column);
    });
    return spec;
  }

  template <class Element, class Read>
  std::vector<Element> elements_of(const toml::node& node, Read read) const {
    const toml::array* const array = node.as_array();
    if (array == nullptr) return {read(node)};
    if (array->empty()) {
      reject_at(name_, place_of(node), "An empty list leaves nothing to measure.");
    }
    std::vector<Element> elements;
    for (const toml::node& one : *array) elements.push_back(read(one));
    return elements;
  }

  const std::string& name_;
  const std::vector<std::string_view>& known_;
};

}  // namespace

const std::vector<PlacedText>* GridTable::find(std::string_view key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? nullptr : &found->second;
}

std::vector<GridTable> read_grid_file(std::string_view text, const std::string& name,
                                      const std::vector<std::string_view>& known) {
  toml::table file;
  try {
    file = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    reject_at(name, place_of(error.source().begin), fmt::format("{}.", error.description()));
  }
  return Reader(name, known).read(file);
}

void reject_at(const std::string& name, Place place, std::string_view what) {
  throw SpecError(fmt::format("{}:{}:{}: {}", name, place.line, place.column, what));
}

}  // namespace loopsteal
